// Handlers of vectors, from the rows of base/vector.def. Operands and results are in slots.
#include <array>

#include "backend/interp/function/handlers_internal.hpp"
#include "base/vector.hpp"

namespace zvm::backend::interp::word {
namespace {

template <typename T, unsigned kField>
[[gnu::always_inline]] inline T operand(const Regs& r) {
  T value;
  std::memcpy(&value, r.fp + field<kField>(r), sizeof value);
  return value;
}

/// A scalar leaves in the accumulator of its type, too.
template <typename T>
[[gnu::always_inline]] inline void result(Regs& r, T value) {
  if constexpr (std::is_floating_point_v<T>)
    write_float<true>(r, value);
  else if constexpr (std::is_integral_v<T>)
    write<true>(r, value);
  else
    std::memcpy(r.fp + field<kDst>(r), &value, sizeof value);
}

template <VectorOp kOp, typename R, typename... Operands>
[[gnu::always_inline]] inline R applied(const Regs& r, R (*)(Operands...)) {
  constexpr bool kHasLane = (std::same_as<Operands, uint8_t> || ...);
  return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    const auto get = [&]<typename T, size_t kAt>(std::type_identity<T>,
                                                 std::integral_constant<size_t, kAt>) {
      if constexpr (kHasLane && std::same_as<T, uint8_t>)
        return static_cast<uint8_t>(field<kC>(r));
      else
        return operand<T, kA + kAt>(r);
    };
    return apply<kOp>(
        get(std::type_identity<Operands>{}, std::integral_constant<size_t, kIndex>{})...);
  }(std::index_sequence_for<Operands...>{});
}

template <VectorOp kOp>
Next vector(Regs& r) {
  result(r, applied<kOp>(r, apply<kOp>));
  return next<2>(r);
}

constexpr auto kHandlers = []<size_t... kIndex>(std::index_sequence<kIndex...>) {
  return std::array<Handler, kVectorOpCount>{handler<vector<VectorOp{kIndex}>>...};
}(std::make_index_sequence<kVectorOpCount>{});

} // namespace

Handler vector_handler(VectorOp op) { return kHandlers[static_cast<uint8_t>(op)]; }

} // namespace zvm::backend::interp::word

// Operations on V128 that the machine has no short code for: the functions of base/vector.def are
// called.
#include <array>
#include <cstring>

#include "backend/asmjit/emitter.hpp"
#include "base/vector.hpp"

namespace zvm::backend::asmjit {

using ir::Type;

namespace {

/// Where a call finds operands and puts its result: scratch words, each 32 bytes.
constexpr unsigned kResultWord = kScratchWords - 1;

using Function = void (*)(const uint8_t* operands, uint8_t* result, uint64_t lane);

template <VectorOp kOp, typename R, typename... Operands>
void run_as(R (*)(Operands...), const uint8_t* operands, uint8_t* result, uint64_t lane) {
  constexpr bool kHasLane = (std::same_as<Operands, uint8_t> || ...);
  const R value = [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    const auto get = [&]<typename T, size_t kAt>(std::type_identity<T>,
                                                 std::integral_constant<size_t, kAt>) {
      if constexpr (kHasLane && std::same_as<T, uint8_t>) {
        return static_cast<uint8_t>(lane);
      } else {
        T operand;
        std::memcpy(&operand, operands + 32 * kAt, sizeof operand);
        return operand;
      }
    };
    return apply<kOp>(
        get(std::type_identity<Operands>{}, std::integral_constant<size_t, kIndex>{})...);
  }(std::index_sequence_for<Operands...>{});
  std::memset(result, 0, 16);
  std::memcpy(result, &value, sizeof value);
}
template <VectorOp kOp>
void run(const uint8_t* operands, uint8_t* result, uint64_t lane) {
  run_as<kOp>(apply<kOp>, operands, result, lane);
}

constexpr auto kFunctions = []<size_t... kIndex>(std::index_sequence<kIndex...>) {
  return std::array<Function, kVectorOpCount>{run<VectorOp{kIndex}>...};
}(std::make_index_sequence<kVectorOpCount>{});

} // namespace

void FunctionEmitter::call_vector(const Inst& inst) {
  const auto op = static_cast<VectorOp>(inst.attribute & 0xff);
  const auto args = f_->args(inst);
  values_.spill_all();
  unsigned word = 0;
  for (const ValueId v : args) {
    const Where at = values_.where(v, 0);
    x86::Mem to = scratch(word++);
    if (at.in == Where::In::Constant) {
      store_constant(to, at.constant);
      if (at.is_vector)
        store_constant(to.cloneAdjusted(8), at.upper);
      continue;
    }
    load_vector(x86::xmm0, at);
    if (at.is_vector)
      a_.vmovups(to, x86::xmm0);
    else
      a_.vmovq(to, x86::xmm0);
  }
  a_.lea(kArguments[0], scratch(0));
  a_.lea(kArguments[1], scratch(kResultWord));
  load_constant(kArguments[2], inst.attribute >> 8);
  a_.mov(x86::r12, x86::rsp);
  a_.lea(x86::rsp, x86::ptr(kScratch, -kEntryBytes));
  a_.call(constant(reinterpret_cast<uint64_t>(kFunctions[static_cast<size_t>(op)])));
  a_.mov(x86::rsp, x86::r12);
  const bool vector = values_.is_vector(inst.result);
  const Reg d = vector ? values_.fresh_vector() : values_.fresh();
  if (f_->type(inst.result) == Type::V128)
    a_.vmovups(xmm(d), scratch(kResultWord));
  else if (vector)
    a_.vmovq(xmm(d), scratch(kResultWord));
  else
    a_.mov(gp(d), scratch(kResultWord));
  values_.define(inst.result, 0, d);
}

} // namespace zvm::backend::asmjit

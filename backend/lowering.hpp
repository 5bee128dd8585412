// How back ends execute each op: the table that they share. The rows are in lowering.def.
#pragma once

#include <array>
#include <optional>

#include "ir/opcodes.hpp"
#include "ir/type.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::backend {

struct OpLowering {
  enum class How : uint8_t {
    None,   ///< nobody has said
    Inline, ///< code of the back end
    Short,  ///< the same for the frequent case, the libcall for all others
    Wide,   ///< Inline up to i64, Short beyond
    Call,   ///< the libcall
  };
  How how = How::None;
  runtime::Libcall first{}; ///< unless Inline
  /// Not 0: there is a libcall for each value of the attribute from `begin` on to here.
  uint8_t end = 0;
  uint8_t begin = 0;

  /// The function that does all of the op at that type, if there is one.
  [[nodiscard]] constexpr std::optional<runtime::Libcall> libcall(ir::Type type,
                                                                  uint64_t attribute) const {
    if (how <= How::Inline || (how == How::Wide && type != ir::Type::I256))
      return std::nullopt;
    if (end == 0)
      return first;
    if (attribute < begin || attribute >= end)
      return std::nullopt;
    return runtime::Libcall{static_cast<uint8_t>(static_cast<uint8_t>(first) + attribute - begin)};
  }
};

namespace lowering_table {

using How = OpLowering::How;
using Libcall = runtime::Libcall;

struct Row {
  ir::Op op;
  OpLowering lowering;
};
inline constexpr Row kRows[] = {
#define INLINE(op) {ir::Op::op, {.how = How::Inline}},
#define CALL(op, libcall) {ir::Op::op, {.how = How::Call, .first = Libcall::libcall}},
#define SHORT(op, libcall) {ir::Op::op, {.how = How::Short, .first = Libcall::libcall}},
#define WIDE(op, libcall) {ir::Op::op, {.how = How::Wide, .first = Libcall::libcall}},
#define CALL_EACH(op, libcall, begin, end) {ir::Op::op, {How::Call, Libcall::libcall, end, begin}},
#define SHORT_EACH(op, libcall, begin, end)                                                        \
  {ir::Op::op, {How::Short, Libcall::libcall, end, begin}},
#include "backend/lowering.def"
#undef INLINE
#undef CALL
#undef SHORT
#undef WIDE
#undef CALL_EACH
#undef SHORT_EACH
};
static_assert(std::size(kRows) == ir::kOpCount, "an op stands twice, or not at all");

inline constexpr auto kByOp = [] {
  std::array<OpLowering, ir::kOpCount> table{};
  for (const Row& row : kRows)
    table[static_cast<uint8_t>(row.op)] = row.lowering;
  return table;
}();
static_assert(
    [] {
      for (const OpLowering& lowering : kByOp) {
        if (lowering.how == How::None)
          return false;
      }
      return true;
    }(),
    "an op is neither inline nor a libcall: it needs a row in backend/lowering.def");

/// Whether the libcalls of an op are named as its attribute's values are, in their order.
template <size_t kCount>
[[nodiscard]] constexpr bool are_named(ir::Op op, const std::string_view (&names)[kCount]) {
  const OpLowering& lowering = kByOp[static_cast<uint8_t>(op)];
  for (uint64_t i = lowering.begin; i < lowering.end; ++i) {
    if (i >= kCount || !info(*lowering.libcall({}, i)).name.ends_with(names[i]))
      return false;
  }
  return lowering.end != 0;
}
static_assert(are_named(ir::Op::Hash, kHashNames));
static_assert(are_named(ir::Op::DataLoad, kSpaceNames));
static_assert(are_named(ir::Op::DataCopy, kSpaceNames));
static_assert(are_named(ir::Op::DataBounds, kSpaceNames));

} // namespace lowering_table

[[nodiscard]] constexpr const OpLowering& lowering(ir::Op op) {
  return lowering_table::kByOp[static_cast<uint8_t>(op)];
}

} // namespace zvm::backend

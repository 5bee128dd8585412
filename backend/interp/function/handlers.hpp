// Which handler executes an op with operands in given places. Null where there is none: the
// translator then brings the operands into slots, for which there always is one.
#pragma once

#include "backend/interp/function/machine.hpp"
#include "base/vector.hpp"
#include "ir/opcodes.hpp"
#include "ir/type.hpp"

namespace zvm::backend::interp::word {

/// Comparisons as handlers have them: more than the IR's, so that a number is always the right
/// operand.
enum class Compare : uint8_t { Eq, Ne, LtU, LtS, LeU, LeS, GtU, GtS, GeU, GeS };
inline constexpr unsigned kCompares = 10;
[[nodiscard]] constexpr Compare inverse(Compare c) {
  constexpr Compare kInverse[] = {Compare::Ne,  Compare::Eq,  Compare::GeU, Compare::GeS,
                                  Compare::GtU, Compare::GtS, Compare::LeU, Compare::LeS,
                                  Compare::LtU, Compare::LtS};
  return kInverse[static_cast<uint8_t>(c)];
}
/// The same with its operands exchanged.
[[nodiscard]] constexpr Compare mirrored(Compare c) {
  constexpr Compare kMirrored[] = {Compare::Eq,  Compare::Ne,  Compare::GtU, Compare::GtS,
                                   Compare::GeU, Compare::GeS, Compare::LtU, Compare::LtS,
                                   Compare::LeU, Compare::LeS};
  return kMirrored[static_cast<uint8_t>(c)];
}

/// Integer arithmetic on i32 and i64: a OP b -> dst. Shifts: a shifted by b modulo the width.
[[nodiscard]] Handler binary_handler(ir::Op op, ir::Type type, At a, At b, bool store);
/// Shifts as the IR has them: by the width or more leaves nothing but the sign. In slots.
[[nodiscard]] Handler long_shift_handler(ir::Op op, ir::Type type);
[[nodiscard]] Handler compare_handler(Compare compare, ir::Type type, At a, At b, bool store);
/// Clz and the like, conversions between integers; `from` is the operand's type.
[[nodiscard]] Handler unary_handler(ir::Op op, ir::Type type, ir::Type from, At a, bool store);
/// The sign of the low bytes. Null for other than 1, 2, 4 of them.
[[nodiscard]] Handler sign_extension_handler(unsigned bytes, ir::Type type, At a, bool store);

/// To the target where the comparison holds. Words: a, b or number; target, gas there; gas behind.
/// A target that polls is a loop's head.
[[nodiscard]] Handler branch_handler(Compare compare, ir::Type type, At a, At b, bool polls);

/// Floats: operands in slots or facc. Comparisons write an integer.
[[nodiscard]] Handler float_binary_handler(ir::Op op, ir::Type type, At a, At b, bool store);
/// Also conversions from and to floats; the operand is in a slot or in the accumulator of its type.
[[nodiscard]] Handler float_unary_handler(ir::Op op, ir::Type type, ir::Type from, At a,
                                          bool store);

/// Memory 0 by an i32, offset in the number; At::Number: the offset alone. The result is in the
/// accumulator of `type`; that of v128 in its slots only.
[[nodiscard]] Handler load_handler(runtime::Bounds bounds, ir::Type type, unsigned width,
                                   bool is_signed, At address, bool store);
/// The value in the first field: a slot, or with At::Number a signed number of 16 bits.
[[nodiscard]] Handler store_handler(runtime::Bounds bounds, ir::Type type, unsigned width,
                                    At address, At value);
/// Any memory, address in slot a (any width), memory in field c, word 2 the offset.
[[nodiscard]] Handler general_load_handler(ir::Type type, unsigned width, bool is_signed);
[[nodiscard]] Handler general_store_handler(ir::Type type, unsigned width);

/// dst <- slots a, b, c; a lane in c. A scalar result is in the accumulator of its type, too.
[[nodiscard]] Handler vector_handler(VectorOp op);

/// Handlers of one form.
struct Handlers {
#define HANDLER(name, operands, doc) Handler name;
#include "backend/interp/function/handlers.def"
#undef HANDLER
};
[[nodiscard]] const Handlers& handlers();

} // namespace zvm::backend::interp::word

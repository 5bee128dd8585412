// Which handler executes an op with operands of given kinds. Null where there is none: the
// translator then brings the operands into slots, for which there always is one.
#pragma once

#include "backend/interp/machine.hpp"
#include "ir/opcodes.hpp"
#include "ir/type.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::backend::interp {

/// Arithmetic, bits, comparison with two operands: read_a OP read_b -> dst.
[[nodiscard]] Handler binary_handler(ir::Op op, ir::Type type, Kind a, Kind b, bool store);
/// Shifts of 256 bits by a known count: `whole` (0 to 3) limbs and the imm bits (0 to 63) beyond;
/// read_b -> dst.
[[nodiscard]] Handler shift_handler(ir::Op op, unsigned whole, Kind value, bool store);
/// One operand (read_a).
[[nodiscard]] Handler unary_handler(ir::Op op, ir::Type type, Kind a, bool store);
/// Three operands in slots a, b, c.
[[nodiscard]] Handler ternary_handler(ir::Op op, bool store);

/// Compare-and-branch: to imm bytes further on where the comparison gives `sense`.
enum class Test : uint8_t { Eq, LtU, LtS, NonZero };
/// c carries the distance in instructions.
[[nodiscard]] Handler branch_handler(Test test, ir::Type type, Kind a, Kind b, bool sense);

/// Memory. Load: dst <- word at read_a; store: word read_b at read_a. Checked forms do the touch
/// too.
[[nodiscard]] Handler load_handler(Kind address, bool checked, bool store);
[[nodiscard]] Handler store_handler(Kind address, Kind value, bool checked);
[[nodiscard]] Handler store8_handler(bool checked);

/// Checks that a range (offset read_a, length read_b) is in memory, and grows memory to it; dst <-
/// its address where that is wanted. Leaves the accumulator as it is.
[[nodiscard]] Handler touch_handler(Kind offset, Kind length, bool store);

/// gas.words, gas.bytes, gas.sigbytes: read_a, rate in imm2.
[[nodiscard]] Handler gas_handler(ir::Op op, Kind a);

/// An op that is nothing but a call: operands in slots a, b, c, a fourth in slot imm; dst, t <- the
/// result; record. Null for libcalls that take something else.
[[nodiscard]] Handler libcall_handler(runtime::Libcall call);

/// Handlers that have one form.
struct Handlers {
#define HANDLER(name, operands, doc) Handler name;
#include "backend/interp/handlers.def"
#undef HANDLER
};
[[nodiscard]] const Handlers& handlers();

} // namespace zvm::backend::interp

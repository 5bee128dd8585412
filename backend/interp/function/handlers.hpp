// Which handler executes an op with operands in given places. Null where there is none: the translator then brings
// the operands into slots, for which there always is one.
#pragma once

#include "backend/interp/function/machine.hpp"
#include "base/vector.hpp"
#include "ir/opcodes.hpp"
#include "ir/type.hpp"

namespace zvm::backend::interp::word {

/// Comparisons as handlers have them: more than the IR's, so that a number is always the right operand.
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

/// To the target where the comparison holds. Words: a, b or number; target, gas there; gas behind. A target that polls is
/// a loop's head.
[[nodiscard]] Handler branch_handler(Compare compare, ir::Type type, At a, At b, bool polls);

/// Floats: operands in slots or facc. Comparisons write an integer.
[[nodiscard]] Handler float_binary_handler(ir::Op op, ir::Type type, At a, At b, bool store);
/// Also conversions from and to floats; the operand is in a slot or in the accumulator of its type.
[[nodiscard]] Handler float_unary_handler(ir::Op op, ir::Type type, ir::Type from, At a,
                                          bool store);

/// Memory 0 by an i32, offset in the number; At::Number: the offset alone. The result is in the accumulator of `type`;
/// that of v128 in its slots only.
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

/// Handlers of one form. Slots are named by fields unless said otherwise; (n): words of the instruction.
struct Handlers {
  // Moves (2): dst <- a. The accumulators stay what they are, but of load_acc.
  Handler move, move_vector, move_acc, load_acc;
  Handler move_number; ///< (2) dst <- number
  Handler move_word;   ///< (3) dst <- word 2
  Handler move_words;  ///< (4) two slots from dst on <- words 2, 3
  Handler move_many;   ///< (3) half 4 slots from slot half 2 on to slot half 3 on
  Handler select, select_acc,
      select_vector; ///< (2) dst <- a ? b : c; _acc: the condition is in acc

  Handler add_wide, sub_wide, mul_wide_u,
      mul_wide_s; ///< (3) two slots of halves 4, 5 <- dst, a, b, c

  // Control. Targets are words from the instruction on.
  Handler enter;  ///< (3) half 2: depth; half 3: gas; half 4: first slot to clear; half 5: how many
  Handler charge; ///< (2) word 1: gas, without a look at what is left
  Handler jump;   ///< (2) half 2: target; half 3: gas
  Handler jump_polled; ///< the same to a loop's head
  /// (2 + n) field a: index; half 3: n - 1; each word: target, gas. _acc: the index is in acc.
  Handler jump_table, jump_table_acc;
  Handler return_0, return_slot, return_acc; ///< (2) half 3: depth; _slot: dst
  Handler return_many;                       ///< (3) half 4 slots from half 2 on, half 3: depth
  // Calls, (4): half 2: slot of the callee's frame; half 7: gas behind the call. Half 3:
  Handler call;          ///< nothing; words 2: its Entry, half 6: nothing
  Handler call_import;   ///< which
  Handler call_indirect; ///< table; half 4: slot of the index; half 6: place of the type
  // Tail calls, (4): the same, half 5 (of the first: half 6) slots of arguments from half 2 on; half 7: depth of this function.
  Handler tail_call, tail_call_import, tail_call_indirect;
  Handler trap; ///< (2) half 2: status

  // Linear memory and what else a module has.
  Handler memory_size;            ///< (2) dst <- pages of memory half 3
  Handler memory_grow;            ///< (2) dst <- old pages of memory c, grown by a
  Handler memory_fill;            ///< (2) memory c, from dst on, byte a, b of them
  Handler memory_copy;            ///< (3) to dst, from a, b bytes; halves 4, 5: memories
  Handler memory_init;            ///< (3) to dst, from a, b bytes; half 4: memory, half 5: segment
  Handler data_drop;              ///< (2) half 3: segment
  Handler global_get, global_set; ///< (2) dst; half 3: global
  Handler global_get_float;       ///< the same by facc
  Handler global_get_vector, global_set_vector; ///< (2)
  Handler table_get;                            ///< (2) dst <- item a of table half 3
  Handler table_set;                            ///< (2) item dst of table half 3 <- a
  Handler table_size;                           ///< (2) dst <- items of table half 3
  Handler table_grow;   ///< (3) dst <- old size, by b items a; half 4: table
  Handler table_fill;   ///< (3) from dst on, item a, b of them; half 4: table
  Handler table_copy;   ///< (3) to dst, from a, b items; halves 4, 5: tables
  Handler table_init;   ///< (3) to dst, from a, b items; half 4: table; half 5: segment
  Handler element_drop; ///< (2) half 3: segment
  Handler function_ref; ///< (2) dst <- function half 3
  Handler charge_units; ///< (3) a times word 2 of gas
  Handler charge_words; ///< (3) each started 32 of a, times word 2 of gas
};
[[nodiscard]] const Handlers& handlers();

} // namespace zvm::backend::interp::word

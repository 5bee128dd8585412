// A function of the IR: values, instructions, blocks, frame states, in flat arrays addressed by
// index.
//
// Ids say nothing about order: blocks and the instructions of a block are linked lists, so that
// what stands between others costs no more than what stands behind them. Ids stay what they are
// when something moves.
//
// Invariants (verify.hpp checks them):
//  - SSA: each value has one definition, which stands before its uses in the order of the blocks.
//  - A block ends in its only terminator. Edges pass arguments to block parameters; there are no
//    phis.
//  - Constants are values too, interned, without an instruction.
//  - In a function that has states, each instruction whose op MayExit names one or is declared
//    final. In others failing is final.
//  - It is entered at block 0, and at the blocks in `entries`, where nothing is known of what ran
//    before.
// Building may run out of memory: then failed() is true, what was built is useless, nothing
// crashes.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "base/vec.hpp"
#include "ir/opcodes.hpp"
#include "ir/type.hpp"

namespace zvm::ir {

using ValueId = uint32_t;
using InstId = uint32_t;
using BlockId = uint32_t;
using StateId = uint32_t;
inline constexpr uint32_t kNone = ~uint32_t{0};
/// In a snippet, which is code of one opcode wherever it stands, the pc of whatever instruction
/// follows.
inline constexpr uint32_t kNextPc = ~uint32_t{0};

/// A run of entries in one of the function's pools.
struct Range {
  uint32_t begin = 0;
  uint32_t count = 0;
};

enum class ValueKind : uint8_t { Constant, Parameter, Result };

/// The same for lists that grow: there is room for `capacity` of them.
struct List : Range {
  uint32_t capacity = 0;
};

struct Value {
  ValueKind kind;
  Type type;
  uint32_t def;   ///< Constant: place in constants. Parameter: block. Result: instruction.
  uint32_t index; ///< Parameter, Result: which one of it; kNone for a parameter that is gone.
};

/// An item of the guest's stack. Positions count from the top of the stack at function entry, whose
/// own top item is -1.
struct StackItem {
  int32_t position;
  ValueId value;
};

/// Where the guest is, should the instruction that carries it leave. The stack is told by what
/// differs from that of another state, so that a function takes no more room where the stack is
/// deep. stack_walk.hpp reads it.
struct FrameState {
  uint32_t pc = 0;        ///< source offset of the instruction (for Leave: where to go on)
  StateId parent = kNone; ///< an earlier state; kNone: the stack at function entry …
  Range
      items; ///< … but for these items, by ascending position; all above the parent's height are among them
  int32_t height =
      0; ///< items above the stack at function entry; below 0 where some of that are gone
  int64_t unused = 0; ///< prepaid static gas of this and later instructions of the block
};
/// Deeper stacks and functions that move them further are refused.
inline constexpr uint32_t kMostStack = 1 << 20;

struct Target {
  BlockId block = kNone;
  Range args;
  bool paid = false;  ///< who branches has paid what the block charges (regions.hpp)
  bool polls = false; ///< see Function::polls_by_edge
};

struct Inst {
  Op op = Op::Stop;
  Type type = Type::None; ///< the T of a generic op
  uint16_t result_count : 15 = 0;
  uint16_t is_final : 1 = 0; ///< failing ends the message, in a function that has states
  BlockId block = kNone;     ///< kNone: it stands in none
  ValueId result = kNone;    ///< the first; further results follow it
  Range args;                ///< values
  Range targets;             ///< Br, BrIf, BrTable
  StateId state = kNone;
  uint64_t attribute = 0;
  InstId prev = kNone, next = kNone;
};

struct Block {
  List params; ///< values
  InstId first = kNone, last = kNone;
  BlockId prev = kNone, next = kNone; ///< in layout
  int64_t gas = 0;                    ///< static execution gas, charged at the head
  StateId state = kNone;              ///< where to go on if it cannot be paid; kNone where gas is 0
  uint32_t pc = 0;                    ///< source offset
  /// Compares with the frame's floor instead of 0 where it is the entry, or an edge leads back to
  /// it.
  bool poll = false;
  bool cold = false;     ///< reverting or leaving
  bool is_final = false; ///< who cannot pay fails, in a function that has states
};

class Function {
 public:
  /// What cannot go on leaves with a frame state; else failing is final.
  bool has_states = true;
  /// Edges say which of them poll, as blocks have been laid out anew since. Else those do that lead
  /// back to a block that polls.
  bool polls_by_edge = false;
  uint32_t entry_pc = 0;     ///< kNextPc: a snippet
  uint32_t stack_need = 0;   ///< items of the entry stack that are read or replaced
  uint32_t stack_growth = 0; ///< most items above the entry height at any instruction
  uint32_t depth = 0;        ///< bytes of call depth that a call takes
  Vec<Type> variables;       ///< 0 at entry
  /// Blocks where it can be entered beside block 0, at their pc: behind calls, at loop heads. No edge
  /// leads there. Their parameters are the items of their state, loaded from the guest's stack.
  Vec<BlockId> entries;

  Vec<Value> values;
  Vec<U256> constants;
  Vec<Inst> insts;
  Vec<Block> blocks;
  Vec<FrameState> states;
  Vec<StackItem> stack_items; ///< of states
  Vec<Target> targets;
  Vec<ValueId> pool; ///< arguments, parameters
  Vec<Type> results; ///< of the function

  [[nodiscard]] bool is_snippet() const { return entry_pc == kNextPc; }

  [[nodiscard]] bool failed() const { return failed_; }
  void set_failed() { failed_ = true; }

  [[nodiscard]] std::span<const ValueId> values_of(Range r) const {
    return {pool.data() + r.begin, r.count};
  }
  [[nodiscard]] std::span<ValueId> values_of(Range r) { return {pool.data() + r.begin, r.count}; }
  [[nodiscard]] std::span<const ValueId> args(const Inst& i) const { return values_of(i.args); }
  [[nodiscard]] std::span<ValueId> args(const Inst& i) { return values_of(i.args); }
  [[nodiscard]] Type type(ValueId v) const { return values[v].type; }
  [[nodiscard]] bool is_constant(ValueId v) const { return values[v].kind == ValueKind::Constant; }
  /// The constant's value, zero-extended from its type.
  [[nodiscard]] const U256& constant(ValueId v) const { return constants[values[v].def]; }

  /// The interned constant; `value` is cut to the type.
  ValueId make_constant(Type type, const U256& value) {
    return value.fits_u64() ? make_constant(type, value.low64()) : intern(type, value);
  }
  ValueId make_constant(Type type, uint64_t value) {
    if (bits(type) < 64)
      value &= (uint64_t{1} << bits(type)) - 1;
    Recent& recent = recent_[(value ^ value >> 5) % recent_.size()];
    if (recent.type != type || recent.value != value)
      recent = {value, intern(type, U256{value}), type};
    return recent.id;
  }
  /// A run of the pool with these values, which do not stand there yet; an empty range where memory
  /// ran out.
  Range make_range(std::span<const ValueId> items) {
    const Range range{static_cast<uint32_t>(pool.size()), static_cast<uint32_t>(items.size())};
    ValueId* to = pool.try_extend(items.size());
    if (to == nullptr && !items.empty()) {
      failed_ = true;
      return {};
    }
    if (items.size() <= 2) { // most of them
      if (!items.empty()) {
        to[0] = items.front();
        to[items.size() - 1] = items.back();
      }
      return range;
    }
    std::memcpy(to, items.data(), items.size_bytes());
    return range;
  }

  /// A new instruction, not yet in any block.
  InstId make_inst(Op op, Type type, std::span<const ValueId> args, uint64_t attribute,
                   std::span<const Type> result_types) {
    const auto id = static_cast<InstId>(insts.size());
    const auto first = static_cast<ValueId>(values.size());
    const Range range = make_range(args);
    Value* to = values.try_extend(result_types.size());
    Inst* inst = insts.try_extend(1);
    failed_ = failed_ || inst == nullptr || (to == nullptr && !result_types.empty());
    if (failed_)
      return kNone;
    for (uint32_t i = 0; i < result_types.size(); ++i)
      to[i] = {ValueKind::Result, result_types[i], id, i};
    *inst = {.op = op,
             .type = type,
             .result_count = static_cast<uint16_t>(result_types.size()),
             .result = result_types.empty() ? kNone : first,
             .args = range,
             .targets = {},
             .attribute = attribute};
    return id;
  }
  /// A new instruction behind the last of the block, with one result, or none where `result` is
  /// None.
  [[gnu::always_inline]] InstId append_inst(BlockId block, Op op, Type type,
                                            std::span<const ValueId> args, uint64_t attribute,
                                            StateId state, Type result) {
    const auto id = static_cast<InstId>(insts.size());
    const auto value = static_cast<ValueId>(values.size());
    const Range range = make_range(args);
    Inst* inst = insts.try_extend(1);
    failed_ |= inst == nullptr ||
               (result != Type::None && !values.try_push({ValueKind::Result, result, id, 0}));
    if (failed_)
      return kNone;
    Block& b = blocks[block];
    *inst = {.op = op,
             .type = type,
             .result_count = result != Type::None,
             .block = block,
             .result = result != Type::None ? value : kNone,
             .args = range,
             .targets = {},
             .state = state,
             .attribute = attribute,
             .prev = b.last};
    (b.last == kNone ? b.first : insts[b.last].next) = id;
    b.last = id;
    return id;
  }
  /// Puts a new instruction behind the last of the block.
  void append(BlockId block, InstId id) {
    if (failed_)
      return;
    Block& b = blocks[block];
    insts[id].block = block;
    insts[id].prev = b.last;
    (b.last == kNone ? b.first : insts[b.last].next) = id;
    b.last = id;
  }
  /// Puts a new instruction before one that stands in a block.
  void insert_before(InstId where, InstId inst);
  /// Takes an instruction out of its block. It keeps its id.
  void remove(InstId inst);

  /// A new block, the last in layout. The first of all is the entry.
  BlockId make_block();
  [[nodiscard]] BlockId first_block() const { return first_block_; }
  [[nodiscard]] BlockId last_block() const { return last_block_; }
  [[nodiscard]] bool is_laid_out(BlockId b) const {
    return blocks[b].prev != kNone || first_block_ == b;
  }
  /// Takes a block, with all that stands in it, out of the function. No edge may lead to it.
  void remove_block(BlockId block);
  /// Moves a block behind another one in layout.
  void move_block(BlockId block, BlockId behind);
  ValueId add_param(BlockId block, Type type);
  /// Calls visit(block) for block 0 and the other entries, until it says false.
  template <typename Visit>
  bool for_each_root(Visit visit) const {
    for (const BlockId b : entries) {
      if (!visit(b))
        return false;
    }
    return visit(BlockId{0});
  }

  /// Becomes the same as the other. False where memory ran out.
  [[nodiscard]] bool try_copy(const Function& other);
  void clear();

 private:
  struct ConstantKey {
    U256 value;
    Type type;
    friend bool operator==(const ConstantKey&, const ConstantKey&) = default;
  };
  struct HashConstant {
    uint64_t operator()(const ConstantKey& k) const {
      return HashWord{}(k.value) + static_cast<uint64_t>(k.type);
    }
  };

  /// Constants of up to 64 bits that were asked for last. Most are asked for again.
  struct Recent {
    uint64_t value = 0;
    ValueId id = 0;
    Type type = Type::None;
  };

  [[nodiscard]] ValueId intern(Type type, const U256& value);
  void unlink(BlockId block);
  [[nodiscard]] bool push(List& list, ValueId item);

  BlockId first_block_ = kNone, last_block_ = kNone;
  FlatMap<ConstantKey, ValueId, HashConstant> interned_;
  std::array<Recent, 32> recent_{};
  bool failed_ = false;
};

/// The ids of one of the linked lists in order. The current one may be taken out.
template <auto kItems>
class Linked {
 public:
  class Iterator {
   public:
    Iterator(const Function& f, uint32_t at) : f_(f), at_(at), next_(following()) {}
    uint32_t operator*() const { return at_; }
    Iterator& operator++() {
      at_ = next_;
      next_ = following();
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    [[nodiscard]] uint32_t following() const {
      return at_ == kNone ? kNone : (f_.*kItems)[at_].next;
    }
    const Function& f_;
    uint32_t at_, next_;
  };
  Linked(const Function& f, uint32_t first) : f_(f), first_(first) {}
  [[nodiscard]] Iterator begin() const { return {f_, first_}; }
  [[nodiscard]] Iterator end() const { return {f_, kNone}; }

 private:
  const Function& f_;
  uint32_t first_;
};

/// Blocks in layout: `for (BlockId b : layout(f))`.
[[nodiscard]] inline Linked<&Function::blocks> layout(const Function& f) {
  return {f, f.first_block()};
}
/// Instructions of a block: `for (InstId i : body(f, b))`.
[[nodiscard]] inline Linked<&Function::insts> body(const Function& f, BlockId b) {
  return {f, f.blocks[b].first};
}

/// The place of each block in layout; kNone for those that are not in it. False where memory ran
/// out.
[[nodiscard]] bool number_layout(const Function& f, Vec<uint32_t>& places);

/// Where the branch that ends a block leads; nothing where it ends otherwise, or has no
/// instruction.
[[nodiscard]] inline std::span<const Target> targets_of(const Function& f, BlockId b) {
  const InstId last = f.blocks[b].last;
  if (last == kNone)
    return {};
  const Range r = f.insts[last].targets;
  return {f.targets.data() + r.begin, r.count};
}

} // namespace zvm::ir

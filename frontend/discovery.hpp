// The functions of byte code, found by following labels.
//
// A jump to a constant place while a constant label stands on the stack is a call, and a jump to an
// item that stood there when the function was entered is a return. Each function is looked at once,
// relative to the stack it is entered with: which item its label is, what it leaves there. Callers
// wait for that and go on at their label. Where two labels meet something is called that did not
// look like it, and all is looked at again. What cannot be resolved is no error: such an edge
// leaves.
#pragma once

#include "frontend/straight.hpp"

namespace zvm::frontend {

struct ProgramLimits {
  /// A bit for each byte of the code, and one for its end: places that have been reached when it
  /// ran. An edge to another leaves, unless the message ends there at once. Null: all are.
  const uint64_t* reached = nullptr;
  uint32_t soon = 8; ///< instructions in which that is at once
  uint32_t functions = 2000;
  /// Pieces of straight code in all functions, for each that there is.
  uint32_t copies = 2;
  uint32_t heights = 4;  ///< of the stack with which a place is copied, in one function
  uint32_t steps = 64;   ///< for each piece, until all is known
  uint32_t rounds = 8;   ///< until no two labels meet
  uint32_t deepened = 8; ///< times that calls make a function look deeper
  /// Items that are noted of stacks, and instructions and items of states that are written, for
  /// each byte of the code. Compiled code has two at most.
  uint32_t words = 6;
  int32_t stack = 900; ///< items that a function moves the stack by, either way

  [[nodiscard]] uint64_t most_words(const Source& source) const {
    return words * (uint64_t{source.size} + 1024);
  }
};

inline constexpr uint32_t kNowhere = ~uint32_t{0};

/// A piece of straight code in a function; or none, where an edge leads to what is a function of
/// its own: there that is called.
struct Piece {
  uint32_t pc;
  uint32_t function;
  uint32_t next_in_function = kNowhere;
  uint32_t next_height = kNowhere; ///< the same place in this function, with another height
  int32_t height;     ///< of the stack where it begins, counted from the function's entry
  int32_t lowest;     ///< what stands there is told from this position on; below, it is the entry's
  uint32_t first;     ///< of what stands there, in the pool
  bool waits = false; ///< to be looked at
  /// Of the program: behind a message, or behind a call of what sends one and has lost its frame.
  bool is_entry = false;
  bool only_calls = false;
  uint32_t waits_for = kNowhere; ///< function that it has called
};

/// How a piece goes on.
struct Way {
  enum class Kind : uint8_t {
    None,
    Piece,    ///< at `piece`
    Call,     ///< calls `function`, and goes on at `piece`
    TailCall, ///< calls `function`, and returns behind it
    Return,
    Leave,   ///< to `pc`, by the guest's stack
    Dynamic, ///< to a place that is not known
    Invalid, ///< where no jump may go
  };
  Kind kind = Kind::None;
  uint32_t piece = kNowhere;
  uint32_t function = kNowhere;
  uint32_t pc = 0;
};
struct Ways {
  Way jump; ///< where it jumps to
  Way next; ///< where it falls on
};

struct FoundFunction {
  uint32_t pc;
  uint32_t first_piece = kNowhere, last_piece = kNowhere;
  int32_t lowest = 0;  ///< position of the deepest item that it looks at
  int32_t highest = 0; ///< where the stack stands at the head of a piece
  bool sends = false;  ///< messages, itself or by whom it calls
  bool returns = false;
  bool succeeds = false; ///< a message ends in it, and does not fail
  int32_t label = 0;     ///< position of the label it returns to
  int32_t top = 0;       ///< where the stack ends then
  int32_t kept = 0;      ///< what stands below this position is what the function found there
  uint32_t deepened = 0;
  uint32_t waiting = kNowhere; ///< who has called it, a list of Waits

  [[nodiscard]] uint32_t need() const { return static_cast<uint32_t>(-lowest); }
  /// Items that it leaves: those from `kept` on.
  [[nodiscard]] uint32_t results() const { return static_cast<uint32_t>(top - kept); }
};

class Discovery {
 public:
  Discovery(StraightCode& code, const ProgramLimits& limits) : code_(code), limits_(limits) {}

  /// False where memory ran out, or there is no end to it.
  [[nodiscard]] bool run();

  [[nodiscard]] std::span<const FoundFunction> functions() const { return functions_.view(); }
  [[nodiscard]] std::span<const Piece> pieces() const { return pieces_.view(); }
  /// What every way to a piece has brought to a position of the stack at its head.
  [[nodiscard]] Known at_head(const Piece& p, int32_t position) const {
    return position < p.lowest ? Known::place(position)
                               : stacks_[p.first + static_cast<uint32_t>(position - p.lowest)];
  }
  [[nodiscard]] bool is_reached(uint32_t pc) const {
    return limits_.reached == nullptr || (limits_.reached[pc / 64] >> pc % 64 & 1) != 0;
  }
  /// When run() has succeeded: how a piece goes on.
  [[nodiscard]] Ways ways(uint32_t piece);

 private:
  struct Wait {
    uint32_t piece;
    uint32_t next;
  };
  /// What is jumped to with labels on the stack.
  struct Callee {
    uint32_t label; ///< the first that was seen
    bool is_called;
    bool is_end = false; ///< it never returns: part of each function that goes there
  };

  [[nodiscard]] bool find_callees();
  [[nodiscard]] bool find_functions();
  void find_ends();
  [[nodiscard]] bool find_senders();
  [[nodiscard]] bool note_jump(const Straight& s, Vec<uint32_t>& open);
  [[nodiscard]] bool is_called(uint32_t pc) const {
    const Callee* c = callees_.find(pc);
    return c != nullptr && c->is_called && !c->is_end;
  }
  [[nodiscard]] uint32_t function_at(uint32_t pc);
  [[nodiscard]] Known item(uint32_t piece, const Straight& s, int32_t position) const;
  [[nodiscard]] bool look_at(uint32_t piece);
  [[nodiscard]] Way way_to(uint32_t piece, const Straight& s, Known destination, bool is_fork);
  [[nodiscard]] Way call(uint32_t piece, const Straight& s, uint32_t pc);
  [[nodiscard]] const Straight* code_of(const Piece& p);
  [[nodiscard]] bool is_taken(uint32_t pc);
  [[nodiscard]] Way inner(uint32_t piece, uint32_t which, uint32_t pc, int32_t top);
  [[nodiscard]] Way to_calling_piece(uint32_t piece, uint32_t which, uint32_t pc, int32_t top);
  [[nodiscard]] bool is_other_function(const Piece& p, uint32_t pc, int32_t top) const {
    // A loop may begin where a function does.
    return is_called(pc) && (pc != functions_[p.function].pc || top != 0);
  }
  [[nodiscard]] uint32_t make_piece(uint32_t function, uint32_t pc, int32_t top);
  [[nodiscard]] uint32_t piece_at(uint32_t function, uint32_t pc, int32_t top);
  void note_meeting(uint32_t function, uint32_t pc);
  [[nodiscard]] Known behind(int32_t position) const {
    return position < behind_lowest_ ? Known::place(position)
                                     : behind_[static_cast<size_t>(position - behind_lowest_)];
  }
  [[nodiscard]] bool returns_with(uint32_t function, int32_t label, int32_t top);
  void look_below(uint32_t function, int32_t position);
  void wake(uint32_t piece);

  StraightCode& code_;
  ProgramLimits limits_;
  Vec<FoundFunction> functions_;
  Vec<Piece> pieces_;
  Vec<Known> stacks_; ///< at the heads of pieces
  Vec<Known> behind_; ///< the stack that a piece leads on with, from behind_lowest_
  int32_t behind_lowest_ = 0;
  Vec<Wait> waits_;
  Vec<uint32_t> work_;
  FlatMap<uint32_t, Callee, HashNumber> callees_;
  FlatMap<uint32_t, uint32_t, HashNumber> by_pc_; ///< functions
  FlatMap<uint64_t, uint32_t, HashNumber>
      by_place_;            ///< first piece, by function and pc, or by edge
  Straight only_falls_;     ///< in place of code
  bool is_settled_ = false; ///< what is a function
  bool failed_ = false;
  bool is_done_ = false; ///< nothing is made any more
};

} // namespace zvm::frontend

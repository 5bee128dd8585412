// The instructions of a trace in the order in which they run, and when each value is used: what
// the allocation of registers looks ahead to.
#pragma once

#include "base/vec.hpp"
#include "ir/function.hpp"
#include "ir/stack_walk.hpp"

namespace zvm::backend::asmjit {

/// A block that only leaves, and charges nothing. It stands behind the chain.
[[nodiscard]] bool is_side_exit(const ir::Function& f, ir::BlockId b);

class Chain {
 public:
  struct Link {
    ir::InstId inst;
    ir::BlockId begins; ///< the block that it is the first of; kNone: none
  };
  struct End {
    uint32_t position;
    ir::ValueId value;
  };
  static constexpr uint32_t kNever = ir::kNone;

  /// False where the function is no chain with side exits, or memory ran out.
  [[nodiscard]] bool try_begin(const ir::Function& f);

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(links_.size()); }
  [[nodiscard]] const Link& operator[](uint32_t position) const { return links_[position]; }
  /// The next position, from this on, where an instruction takes the value; kNever: none does. To
  /// be asked by ascending positions.
  [[nodiscard]] uint32_t next_use(ir::ValueId v, uint32_t position);
  /// How many instructions take it.
  [[nodiscard]] uint32_t uses(ir::ValueId v) const { return first_use_[v + 1] - first_use_[v]; }
  /// The last position where it is used, by frame states too.
  [[nodiscard]] uint32_t last(ir::ValueId v) const { return last_[v]; }
  /// The values whose last use is in a frame state, by that position.
  [[nodiscard]] std::span<const End> ends() const { return ends_.view(); }

 private:
  [[nodiscard]] bool link(const ir::Function& f);
  template <typename Use>
  void for_each_use(const ir::Function& f, Use use) const;
  [[nodiscard]] bool find_ends(const ir::Function& f);

  Vec<Link> links_;
  Vec<uint32_t> first_use_; ///< by value, in positions_
  Vec<uint32_t> positions_;
  Vec<uint32_t> cursor_; ///< by value, in positions_
  Vec<uint32_t> last_;   ///< by value
  Vec<End> ends_;
  ir::StackWalk stack_;
};

} // namespace zvm::backend::asmjit

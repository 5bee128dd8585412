// Moves that happen at once: each reads what stood there before any of them.
#pragma once

#include "backend/asmjit/where.hpp"
#include "base/flat_map.hpp"
#include "base/hash_number.hpp"

namespace zvm::backend::asmjit {

class ParallelMoves {
 public:
  void clear() {
    moves_.clear();
    failed_ = false;
  }
  /// Whether run() has nothing to do, and nothing to say of a move that found no memory.
  [[nodiscard]] bool empty() const { return moves_.empty() && !failed_; }
  /// To a register or to memory, unless it is there.
  void add(const Where& to, const Where& from) {
    if (to != from)
      failed_ |= !moves_.try_push({to, from});
  }
  /// Writes them in an order in which none destroys what another one reads. Linear in their number.
  /// False where memory ran out.
  [[nodiscard]] bool run(Encoder& encoder);

 private:
  struct Move {
    Where to, from;
  };
  /// What the moves that have not been written do to a place.
  struct Use {
    uint32_t readers = 0;
    uint32_t writer = 0;    ///< its number + 1
    bool is_vector = false; ///< as they read it
  };
  [[nodiscard]] bool run_few(Encoder& encoder);
  [[nodiscard]] Use* find(const Where& at);
  void follow(uint32_t first, const Where& saved, Encoder& encoder);

  Vec<Move> moves_;
  FlatMap<uint64_t, Use, HashNumber> uses_; ///< of registers and memory, by Where::key()
  bool failed_ = false;
};

} // namespace zvm::backend::asmjit

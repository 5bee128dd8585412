// What cse knows at one point of a chain: instructions that can be used again, and words of memory.
#pragma once

#include "ir/passes/context.hpp"
#include "ir/passes/known_words.hpp"

namespace zvm::ir {

class Merger {
 public:
  Merger(Function& f, PassContext& context)
      : f_(f), table_(context.merge_table), hashes_(context.hashes) {}

  [[nodiscard]] bool try_begin();
  void forget();
  /// An earlier value that equals the instruction's result, or a constant that does, perhaps a new
  /// one; kNone, and the instruction is remembered. May rewrite the instruction.
  [[nodiscard]] ValueId visit(InstId inst);

 private:
  void forget_written(const Inst& inst);
  [[nodiscard]] ValueId load(const Inst& inst);
  void store(const Inst& inst);
  bool make_hash_of_words(Inst& inst);
  [[nodiscard]] ValueId hash_of_constants(const Inst& inst);
  [[nodiscard]] ValueId look_up(InstId inst, uint64_t version);
  [[nodiscard]] Place place_of(ValueId address) const { return Place::of(address_of(f_, address)); }

  Function& f_;
  MergeTable& table_;
  WordHashes hashes_;
  KnownWords words_;
  uint32_t version_ = 0; ///< of memory: counts what has written to it
};

} // namespace zvm::ir

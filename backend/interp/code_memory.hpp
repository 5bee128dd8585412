// The memory of code: blocks that never move, and go with their owner.
#pragma once

#include "base/alloc.hpp"

namespace zvm::backend::interp {

class CodeMemory {
 public:
  CodeMemory() = default;
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;
  ~CodeMemory() {
    while (last_ != nullptr) {
      Block* before = last_->before;
      deallocate(last_);
      last_ = before;
    }
  }

  /// A block of that size, aligned for words; null where memory ran out.
  [[nodiscard]] void* try_add(size_t size) {
    auto* block = static_cast<Block*>(try_allocate(sizeof(Block) + size));
    if (block == nullptr)
      return nullptr;
    block->before = last_;
    last_ = block;
    return block + 1;
  }

 private:
  struct Block {
    Block* before;
  };
  Block* last_ = nullptr;
};

} // namespace zvm::backend::interp

// ByteArena: copies of bytes that stay where they are until they are taken back, newest first. Growth may
// fail.
#pragma once

#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::runtime {

class ByteArena {
 public:
  /// A place between two copies.
  struct Mark {
    size_t block = 0;
    size_t used = 0; ///< bytes of it
  };

  ByteArena() = default;
  ByteArena(const ByteArena&) = delete;
  ByteArena& operator=(const ByteArena&) = delete;
  ~ByteArena() { free_from(0); }

  /// False where memory ran out. No bytes have an empty view for their copy.
  [[nodiscard]] bool try_copy(ByteView bytes, ByteView& copy) {
    copy = {};
    if (bytes.empty())
      return true;
    if (!make_room(bytes.size()))
      return false;
    uint8_t* place = blocks_[end_.block].bytes + end_.used;
    std::memcpy(place, bytes.data(), bytes.size());
    end_.used += bytes.size();
    copy = {place, bytes.size()};
    return true;
  }
  [[nodiscard]] Mark mark() const { return end_; }
  /// Takes back what was copied since; the memory is used again.
  void rewind(Mark mark) { end_ = mark; }
  /// Takes everything back, and gives back all memory but one block.
  void clear() {
    const bool keeps = !blocks_.empty() && blocks_[0].size == kBlock;
    free_from(keeps ? 1 : 0);
    end_ = {};
  }

 private:
  static constexpr size_t kBlock = size_t{256} << 10;
  struct Block {
    uint8_t* bytes;
    size_t size;
  };

  [[nodiscard]] bool make_room(size_t size) {
    for (; end_.block < blocks_.size(); end_ = {end_.block + 1, 0}) {
      if (blocks_[end_.block].size - end_.used >= size)
        return true;
    }
    if (!blocks_.try_reserve(blocks_.size() + 1))
      return false;
    const size_t block_size = size > kBlock ? size : kBlock;
    auto* bytes = static_cast<uint8_t*>(try_allocate(block_size));
    return bytes != nullptr && blocks_.try_push({bytes, block_size});
  }
  void free_from(size_t first) {
    while (blocks_.size() > first) {
      deallocate(blocks_.back().bytes);
      blocks_.pop();
    }
  }

  Vec<Block> blocks_;
  Mark end_;
};

} // namespace zvm::runtime

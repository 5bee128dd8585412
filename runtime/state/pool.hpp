// Pool<T>: objects that stay where they are, made by the dozen, used again after clear. Growth may fail.
#pragma once

#include <cstddef>
#include <new>

#include "base/vec.hpp"

namespace zvm::runtime {

template <typename T>
class Pool {
 public:
  Pool() = default;
  Pool(Pool&& other) noexcept { swap(other); }
  Pool& operator=(Pool&& other) noexcept {
    Pool gone{static_cast<Pool&&>(other)};
    swap(gone);
    return *this;
  }
  ~Pool() {
    for (T* chunk : chunks_) {
      for (size_t i = 0; i < kChunk; ++i)
        chunk[i].~T();
      deallocate(chunk);
    }
  }

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] T& operator[](size_t i) { return chunks_[i / kChunk][i % kChunk]; }
  [[nodiscard]] const T& operator[](size_t i) const { return chunks_[i / kChunk][i % kChunk]; }

  /// One more object: a new one, or one from before the last clear, as it was left. nullptr where
  /// memory ran out.
  [[nodiscard]] T* try_add() {
    if (size_ == chunks_.size() * kChunk) {
      if (!chunks_.try_reserve(chunks_.size() + 1))
        return nullptr;
      T* chunk = static_cast<T*>(try_allocate(kChunk * sizeof(T)));
      if (chunk == nullptr)
        return nullptr;
      for (size_t i = 0; i < kChunk; ++i)
        new (chunk + i) T;
      if (!chunks_.try_push(chunk))
        __builtin_unreachable(); // reserved above
    }
    return &(*this)[size_++];
  }
  /// Takes back the newest.
  void pop() { --size_; }
  /// The objects stay as they are, for try_add to hand out again.
  void clear() { size_ = 0; }
  void swap(Pool& other) noexcept {
    chunks_.swap(other.chunks_);
    std::swap(size_, other.size_);
  }

 private:
  static constexpr size_t kChunk = 16;

  Vec<T*> chunks_;
  size_t size_ = 0;
};

} // namespace zvm::runtime

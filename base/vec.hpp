// Vec<T>: a growing array of trivially copyable items whose growth may fail.
// Buffer is Vec<uint8_t>. Used wherever a contract decides the size; elsewhere std::vector will do.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "base/alloc.hpp"
#include "base/assert.hpp"

namespace zvm {

template <typename T>
class Vec {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Vec() = default;
  Vec(const Vec&) = delete;
  Vec& operator=(const Vec&) = delete;
  Vec(Vec&& other) noexcept { swap(other); }
  Vec& operator=(Vec&& other) noexcept {
    Vec gone{std::move(other)};
    swap(gone);
    return *this;
  }
  ~Vec() { deallocate(static_cast<void*>(data_)); }

  void swap(Vec& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] size_t capacity() const { return capacity_; }
  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] T* begin() { return data_; }
  [[nodiscard]] T* end() { return data_ + size_; }
  [[nodiscard]] const T* begin() const { return data_; }
  [[nodiscard]] const T* end() const { return data_ + size_; }
  [[nodiscard]] T& operator[](size_t i) {
    ZVM_ASSERT(i < size_);
    return data_[i];
  }
  [[nodiscard]] const T& operator[](size_t i) const {
    ZVM_ASSERT(i < size_);
    return data_[i];
  }
  [[nodiscard]] T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }
  [[nodiscard]] std::span<const T> view() const { return {data_, size_}; }

  /// False, and nothing has changed, where memory ran out. So for all try_ functions here.
  [[nodiscard]] bool try_reserve(size_t capacity) {
    return capacity <= capacity_ || try_grow(capacity);
  }
  [[nodiscard]] bool try_push(const T& item) {
    if (size_ == capacity_) [[unlikely]] {
      const T copy = item;
      if (!try_grow(size_ + 1))
        return false;
      data_[size_++] = copy;
      return true;
    }
    data_[size_++] = item;
    return true;
  }
  [[nodiscard]] bool try_append(std::span<const T> items) {
    if (!try_reserve(size_ + items.size()))
      return false;
    if (!items.empty())
      std::memcpy(static_cast<void*>(data_ + size_), items.data(), items.size_bytes());
    size_ += items.size();
    return true;
  }
  /// Adds items that mean nothing yet; the first of them, or nullptr where memory ran out.
  [[nodiscard]] T* try_extend(size_t count) {
    if (!try_reserve(size_ + count))
      return nullptr;
    T* first = data_ + size_;
    size_ += count;
    return first;
  }
  /// New items are zero bytes.
  [[nodiscard]] bool try_resize(size_t size) {
    if (!try_reserve(size))
      return false;
    if (size > size_)
      std::memset(static_cast<void*>(data_ + size_), 0, (size - size_) * sizeof(T));
    size_ = size;
    return true;
  }
  [[nodiscard]] bool try_assign(std::span<const T> items) {
    Vec fresh;
    if (!fresh.try_append(items))
      return false;
    swap(fresh);
    return true;
  }
  void pop() {
    ZVM_ASSERT(size_ > 0);
    --size_;
  }
  /// Keeps the capacity.
  void clear() { size_ = 0; }
  void truncate(size_t size) {
    ZVM_ASSERT(size <= size_);
    size_ = size;
  }

 private:
  /// Apart, so that callers hold no more than the question whether there is room.
  [[gnu::noinline]] bool try_grow(size_t capacity) {
    if (capacity > SIZE_MAX / 2 / sizeof(T))
      return false;
    const size_t doubled = capacity_ * 2;
    if (capacity < doubled)
      capacity = doubled;
    if (capacity * sizeof(T) < 64)
      capacity = 64 / sizeof(T) + 1;
    T* grown = static_cast<T*>(try_allocate(capacity * sizeof(T)));
    if (grown == nullptr)
      return false;
    if (size_ != 0)
      std::memcpy(static_cast<void*>(grown), static_cast<const void*>(data_), size_ * sizeof(T));
    deallocate(static_cast<void*>(data_));
    data_ = grown;
    capacity_ = capacity;
    return true;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

using Buffer = Vec<uint8_t>;

} // namespace zvm

// Memory that machine code runs in.
//
// It is mapped twice, so that nothing is ever writable and executable at once. A process has one
// stock of it for all engines. Behind a fork both processes see the same pages, so that neither may
// write there again: each takes a new stock, and what stands in the old one stays as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "backend/asmjit/asmjit.hpp"

namespace zvm::backend::asmjit {

struct CodeStock;

/// Machine code where it can run; gone with its owner. Nobody may run it any more then.
class RunnableCode {
 public:
  RunnableCode() = default;
  RunnableCode(RunnableCode&& other) noexcept { swap(other); }
  RunnableCode& operator=(RunnableCode&& other) noexcept {
    RunnableCode gone{std::move(other)};
    swap(gone);
    return *this;
  }
  ~RunnableCode();

  [[nodiscard]] const uint8_t* begin() const { return begin_; }
  /// Bytes that it takes.
  [[nodiscard]] size_t size() const { return size_; }

  void swap(RunnableCode& other) noexcept {
    std::swap(stock_, other.stock_);
    std::swap(begin_, other.begin_);
    std::swap(size_, other.size_);
  }

 private:
  friend bool try_publish(::asmjit::CodeHolder&, RunnableCode&);

  CodeStock* stock_ = nullptr;
  uint8_t* begin_ = nullptr;
  size_t size_ = 0;
};

/// Puts what has been assembled where it can run. False where memory, or the permission to execute
/// it, is not to be had.
[[nodiscard]] bool try_publish(::asmjit::CodeHolder& code, RunnableCode& out);

/// Bytes of the stock of this process.
struct CodeMemoryUse {
  size_t used = 0, reserved = 0;
};
[[nodiscard]] CodeMemoryUse code_memory_use();

} // namespace zvm::backend::asmjit

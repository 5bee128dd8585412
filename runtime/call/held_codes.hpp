// The code that a message has run so far, held until it ends: calling it again asks nothing of the
// cache that all threads share. Code whose place is taken is acquired and released by frame.
#pragma once

#include "runtime/call/executor.hpp"

namespace zvm::runtime {

class HeldCodes {
 public:
  explicit HeldCodes(Executor& executor) : executor_(executor) {}
  HeldCodes(const HeldCodes&) = delete;
  HeldCodes& operator=(const HeldCodes&) = delete;
  ~HeldCodes() {
    for (CodeObject* code : codes_) {
      if (code != nullptr)
        executor_.release(code);
    }
  }

  /// As Executor::acquire.
  [[nodiscard]] Status acquire(Execution& execution, const Bytes32& hash, ByteView bytes,
                               CodeObject*& code) {
    CodeObject*& place = place_of(hash);
    if (place != nullptr && place->hash == hash) {
      code = place;
      return Status::Success;
    }
    const Status status = executor_.acquire(execution, hash, bytes, code);
    if (status == Status::Success && place == nullptr)
      place = code;
    return status;
  }
  /// Of what acquire() gave, or Executor::acquire_init.
  void release(CodeObject* code) {
    if (place_of(code->hash) != code)
      executor_.release(code);
  }

 private:
  static constexpr size_t kPlaces = 8;
  [[nodiscard]] CodeObject*& place_of(const Bytes32& hash) {
    return codes_[hash.bytes[0] % kPlaces];
  }

  Executor& executor_;
  CodeObject* codes_[kPlaces] = {};
};

} // namespace zvm::runtime

// Word code of a module's functions, as it is made one after the other.
#pragma once

#include "backend/interp/code_memory.hpp"
#include "backend/interp/function/code.hpp"
#include "backend/interp/function/loop_head.hpp"
#include "base/vec.hpp"

namespace zvm::backend::interp {

class WordStock {
 public:
  explicit WordStock(const ModuleSource& module) : module_(module) {}

  /// False where memory ran out; so for all below.
  [[nodiscard]] bool try_prepare(uint32_t functions);
  /// Code that has the function compiled when it is first called.
  [[nodiscard]] const void* waiting(uint32_t function) const {
    return &stubs_[size_t{2} * function];
  }
  /// `size` gets the bytes that it takes. Calls go by the entries.
  [[nodiscard]] bool translate(const ir::Function& function, const runtime::Entry* entries,
                               const void*& code, size_t& size);
  /// What stands where at the head of a loop, whose code is this word of what is made of the function.
  /// False also where there is none.
  [[nodiscard]] bool find_loop(const ir::Function& function, const runtime::Entry* entries,
                               uint32_t place, LoopHead& head) const;
  /// Keeps code there is.
  [[nodiscard]] bool keep(std::span<const uint64_t> words, const void*& code);

 private:
  ModuleSource module_;
  Vec<uint64_t> stubs_; ///< two words for each function
  CodeMemory memory_;
};

} // namespace zvm::backend::interp

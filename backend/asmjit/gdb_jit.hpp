// Compiled code for debuggers, by the JIT interface of GDB, which LLDB has, too: each piece is
// registered as an ELF object with its name and how to unwind from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace zvm::backend::asmjit {

/// A piece of code that debuggers know of until this is gone.
class GdbEntry {
 public:
  GdbEntry() = default;
  GdbEntry(const GdbEntry&) = delete;
  GdbEntry& operator=(const GdbEntry&) = delete;
  ~GdbEntry();

  /// Once at most. Nothing is said where memory ran out, or there is no ELF here.
  void add(const void* begin, size_t size, std::string_view name);
  /// The object; empty where there is none.
  [[nodiscard]] std::span<const uint8_t> object() const;

 private:
  struct Entry;
  Entry* entry_ = nullptr;
};

} // namespace zvm::backend::asmjit

// Operations on many bytes of a memory, or many items of a table. Where they are not all inside,
// the answer is MemoryViolation or TableViolation, and nothing has been written.
#pragma once

#include "base/status.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::runtime {

/// `count` bytes from `first` on become `value`.
[[nodiscard]] Status fill(const LinearMemory& memory, uint64_t first, uint8_t value,
                          uint64_t count);
/// The ranges may overlap, in the same memory too.
[[nodiscard]] Status copy(const LinearMemory& target, uint64_t to, const LinearMemory& source,
                          uint64_t from, uint64_t count);
[[nodiscard]] Status init(const LinearMemory& target, uint64_t to, ByteView segment, uint64_t from,
                          uint64_t count);

[[nodiscard]] Status fill(const Table& table, uint64_t first, Reference value, uint64_t count);
[[nodiscard]] Status copy(const Table& target, uint64_t to, const Table& source, uint64_t from,
                          uint64_t count);
[[nodiscard]] Status init(const Table& target, uint64_t to, const References& segment,
                          uint64_t from, uint64_t count);

} // namespace zvm::runtime

#include "runtime/module/bulk.hpp"

#include <algorithm>
#include <cstring>

namespace zvm::runtime {
namespace {

bool is_inside(uint64_t first, uint64_t count, uint64_t size) {
  return first <= size && count <= size - first;
}

/// Both ranges are inside.
void move_bytes(const LinearMemory& target, uint64_t to, const uint8_t* source, uint64_t count) {
  touch(target, target.base + to, count);
  if (count != 0)
    std::memmove(target.base + to, source, count);
}
void move_items(const Table& target, uint64_t to, const Reference* source, uint64_t count) {
  if (count != 0)
    std::memmove(target.items + to, source, count * sizeof(Reference));
}

} // namespace

Status fill(const LinearMemory& memory, uint64_t first, uint8_t value, uint64_t count) {
  if (!is_inside(first, count, memory.size))
    return Status::MemoryViolation;
  touch(memory, memory.base + first, count);
  if (count != 0)
    std::memset(memory.base + first, value, count);
  return Status::Success;
}

Status copy(const LinearMemory& target, uint64_t to, const LinearMemory& source, uint64_t from,
            uint64_t count) {
  if (!is_inside(to, count, target.size) || !is_inside(from, count, source.size))
    return Status::MemoryViolation;
  move_bytes(target, to, source.base + from, count);
  return Status::Success;
}

Status init(const LinearMemory& target, uint64_t to, ByteView segment, uint64_t from,
            uint64_t count) {
  if (!is_inside(to, count, target.size) || !is_inside(from, count, segment.size()))
    return Status::MemoryViolation;
  move_bytes(target, to, segment.data() + from, count);
  return Status::Success;
}

Status fill(const Table& table, uint64_t first, Reference value, uint64_t count) {
  if (!is_inside(first, count, table.size))
    return Status::TableViolation;
  std::fill_n(table.items + first, count, value);
  return Status::Success;
}

Status copy(const Table& target, uint64_t to, const Table& source, uint64_t from, uint64_t count) {
  if (!is_inside(to, count, target.size) || !is_inside(from, count, source.size))
    return Status::TableViolation;
  move_items(target, to, source.items + from, count);
  return Status::Success;
}

Status init(const Table& target, uint64_t to, const References& segment, uint64_t from,
            uint64_t count) {
  if (!is_inside(to, count, target.size) || !is_inside(from, count, segment.size))
    return Status::TableViolation;
  move_items(target, to, segment.items + from, count);
  return Status::Success;
}

} // namespace zvm::runtime

// Memories, tables and segments of the instance whose code runs.
#include "runtime/libcalls.hpp"
#include "runtime/module/bulk.hpp"

namespace zvm::runtime::libcall {
namespace {

LinearMemory& memory_of(const Activation& a, uint64_t index) {
  return *a.instance->memories[index];
}
Table& table_of(const Activation& a, uint64_t index) { return *a.instance->tables[index]; }

/// What growing has answered, as the code of a 32-bit memory or table has it: -1 where it could
/// not.
uint64_t narrowed(uint64_t before, bool is_64) {
  return is_64 ? before : static_cast<uint32_t>(before);
}

} // namespace

Status linear_grow(Activation& a, uint64_t pages, uint64_t memory, uint64_t& before) {
  if (a.gas < 0)
    return Status::OutOfGas;
  LinearMemory& grown = memory_of(a, memory);
  before = narrowed(grow(grown, pages), grown.is_64);
  a.find_memory();
  return Status::Success;
}
Status linear_fill(Activation& a, uint64_t first, uint64_t value, uint64_t count, uint64_t memory) {
  return fill(memory_of(a, memory), first, static_cast<uint8_t>(value), count);
}
Status linear_copy(Activation& a, uint64_t to, uint64_t from, uint64_t count, uint64_t target,
                   uint64_t source) {
  return copy(memory_of(a, target), to, memory_of(a, source), from, count);
}
Status linear_init(Activation& a, uint64_t to, uint64_t from, uint64_t count, uint64_t target,
                   uint64_t segment) {
  return init(memory_of(a, target), to, a.instance->data[segment], from, count);
}
void data_drop(Activation& a, uint64_t segment) { a.instance->data[segment] = {}; }

Status table_grow(Activation& a, uint64_t item, uint64_t count, uint64_t table, uint64_t& before) {
  if (a.gas < 0)
    return Status::OutOfGas;
  Table& grown = table_of(a, table);
  before = narrowed(grow(grown, count, item), grown.is_64);
  return Status::Success;
}
Status table_fill(Activation& a, uint64_t first, uint64_t item, uint64_t count, uint64_t table) {
  return fill(table_of(a, table), first, item, count);
}
Status table_copy(Activation& a, uint64_t to, uint64_t from, uint64_t count, uint64_t target,
                  uint64_t source) {
  return copy(table_of(a, target), to, table_of(a, source), from, count);
}
Status table_init(Activation& a, uint64_t to, uint64_t from, uint64_t count, uint64_t target,
                  uint64_t segment) {
  return init(table_of(a, target), to, a.instance->elements[segment], from, count);
}
void element_drop(Activation& a, uint64_t segment) { a.instance->elements[segment] = {}; }

Status indirect_callee(Activation& a, uint64_t index, uint64_t type, uint64_t table,
                       uint64_t& callee) {
  const Table& t = table_of(a, table);
  if (index >= t.size)
    return Status::UndefinedElement;
  const Function* f = function_of(t.items[index]);
  if (f == nullptr)
    return Status::NullElement;
  const Signature& expected = *a.instance->types[type];
  if (f->signature != &expected && !is_same(*f->signature, expected))
    return Status::SignatureMismatch;
  callee = t.items[index];
  return Status::Success;
}

} // namespace zvm::runtime::libcall

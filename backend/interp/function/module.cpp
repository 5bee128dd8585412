// Handlers of globals, tables and references.
#include "backend/interp/function/code.hpp"
#include "backend/interp/function/handlers_internal.hpp"

namespace zvm::backend::interp::word {
namespace {

using runtime::Reference;
using runtime::Table;

[[gnu::always_inline]] inline Next table_violation() {
  return to(handler<trap<Status::TableViolation>>);
}

// --- globals ---

[[gnu::always_inline]] inline Word* global(const Regs& r) {
  return r.activation->instance->globals[half<3>(r)]->slots;
}
Next global_get(Regs& r) {
  write<true>(r, *global(r));
  return next<2>(r);
}
Next global_get_float(Regs& r) {
  write_float<true>(r, std::bit_cast<double>(*global(r)));
  return next<2>(r);
}
Next global_set(Regs& r) {
  *global(r) = r.fp[field<kDst>(r)];
  return next<2>(r);
}
Next global_get_vector(Regs& r) {
  std::memcpy(r.fp + field<kDst>(r), global(r), 16);
  return next<2>(r);
}
Next global_set_vector(Regs& r) {
  std::memcpy(global(r), r.fp + field<kDst>(r), 16);
  return next<2>(r);
}

// --- tables ---

[[gnu::always_inline]] inline Table& table(const Regs& r, uint32_t index) {
  return *r.activation->instance->tables[index];
}
bool is_inside(uint64_t first, uint64_t count, uint64_t size) {
  return first <= size && count <= size - first;
}

Next table_get(Regs& r) {
  const Table& t = table(r, half<3>(r));
  const uint64_t index = r.fp[field<kA>(r)];
  if (index >= t.size)
    return table_violation();
  write<true>(r, t.items[index]);
  return next<2>(r);
}
Next table_set(Regs& r) {
  const Table& t = table(r, half<3>(r));
  const uint64_t index = r.fp[field<kDst>(r)];
  if (index >= t.size)
    return table_violation();
  t.items[index] = r.fp[field<kA>(r)];
  return next<2>(r);
}
Next table_size(Regs& r) {
  write<true>(r, table(r, half<3>(r)).size);
  return next<2>(r);
}
Next table_grow(Regs& r) {
  if (r.gas < 0)
    return finish(r, Status::OutOfGas);
  Table& t = table(r, half<4>(r));
  const uint64_t before = runtime::grow(t, r.fp[field<kB>(r)], r.fp[field<kA>(r)]);
  write<true>(r, t.is_64 ? before : static_cast<uint32_t>(before));
  return next<3>(r);
}
Next table_fill(Regs& r) {
  const Table& t = table(r, half<4>(r));
  const uint64_t first = r.fp[field<kDst>(r)], count = r.fp[field<kB>(r)];
  if (!is_inside(first, count, t.size))
    return table_violation();
  for (uint64_t i = 0; i < count; ++i)
    t.items[first + i] = r.fp[field<kA>(r)];
  return next<3>(r);
}
Next table_copy(Regs& r) {
  const Table &target = table(r, half<4>(r)), &source = table(r, half<5>(r));
  const uint64_t first = r.fp[field<kDst>(r)], from = r.fp[field<kA>(r)],
                 count = r.fp[field<kB>(r)];
  if (!is_inside(first, count, target.size) || !is_inside(from, count, source.size))
    return table_violation();
  if (count != 0)
    std::memmove(target.items + first, source.items + from, count * sizeof(Reference));
  return next<3>(r);
}
Next table_init(Regs& r) {
  const Table& target = table(r, half<4>(r));
  const runtime::References segment = r.activation->instance->elements[half<5>(r)];
  const uint64_t first = r.fp[field<kDst>(r)], from = r.fp[field<kA>(r)],
                 count = r.fp[field<kB>(r)];
  if (!is_inside(first, count, target.size) || !is_inside(from, count, segment.size))
    return table_violation();
  if (count != 0)
    std::memcpy(target.items + first, segment.items + from, count * sizeof(Reference));
  return next<3>(r);
}
Next element_drop(Regs& r) {
  r.activation->instance->elements[half<3>(r)] = {};
  return next<2>(r);
}

Next function_ref(Regs& r) {
  const Instance& instance = *r.activation->instance;
  const uint32_t index = half<3>(r), imports = instance.imported_functions;
  const Function* f =
      index < imports ? instance.imports[index] : &instance.functions[index - imports];
  write<true>(r, runtime::reference_to(f));
  return next<2>(r);
}

} // namespace

void add_module_handlers(Handlers& h) {
  h.global_get = handler<global_get>;
  h.global_get_float = handler<global_get_float>;
  h.global_set = handler<global_set>;
  h.global_get_vector = handler<global_get_vector>;
  h.global_set_vector = handler<global_set_vector>;
  h.table_get = handler<table_get>;
  h.table_set = handler<table_set>;
  h.table_size = handler<table_size>;
  h.table_grow = handler<table_grow>;
  h.table_fill = handler<table_fill>;
  h.table_copy = handler<table_copy>;
  h.table_init = handler<table_init>;
  h.element_drop = handler<element_drop>;
  h.function_ref = handler<function_ref>;
}

} // namespace zvm::backend::interp::word

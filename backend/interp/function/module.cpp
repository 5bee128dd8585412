// Handlers of globals, tables and references.
#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/libcall.hpp"

namespace zvm::backend::interp::word {
namespace {

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
  h.table_grow = calling<Libcall::table_grow, 3, in_slot<kA>, in_slot<kB>, in_half<4>>;
  h.table_fill =
      calling<Libcall::table_fill, 3, in_slot<kDst>, in_slot<kA>, in_slot<kB>, in_half<4>>;
  h.table_copy = calling<Libcall::table_copy, 3, in_slot<kDst>, in_slot<kA>, in_slot<kB>,
                         in_half<4>, in_half<5>>;
  h.table_init = calling<Libcall::table_init, 3, in_slot<kDst>, in_slot<kA>, in_slot<kB>,
                         in_half<4>, in_half<5>>;
  h.element_drop = calling<Libcall::element_drop, 2, in_half<3>>;
  h.function_ref = handler<function_ref>;
}

} // namespace zvm::backend::interp::word

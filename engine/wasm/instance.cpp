#include "engine/wasm/instance.hpp"

#include <new>

#include "base/alloc.hpp"
#include "base/assert.hpp"
#include "runtime/module/memory.hpp"
#include "runtime/module/table.hpp"

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;

/// Places one array behind the other; without memory it only counts.
struct Instance::Arena {
  uint8_t* base = nullptr;
  size_t size = 0;

  template <typename T>
  T* take(size_t count) {
    size = (size + alignof(T) - 1) / alignof(T) * alignof(T);
    uint8_t* at = base == nullptr ? nullptr : base + size;
    size += count * sizeof(T);
    if (at == nullptr)
      return nullptr;
    T* items = reinterpret_cast<T*>(at);
    for (size_t i = 0; i < count; ++i)
      new (items + i) T;
    return items;
  }
};

void Instance::lay_out(Arena& arena, const Module& module, size_t own_imports) {
  const fe::Module& m = module.decoded();
  arena.size = sizeof(Instance);
  if (!m.memories.empty()) // where there are none, code looks for none
    code_.memories = arena.take<runtime::LinearMemory*>(m.memories.size());
  code_.tables = arena.take<runtime::Table*>(m.tables.size());
  code_.globals = arena.take<runtime::Global*>(m.globals.size());
  imports_ = arena.take<const runtime::Function*>(own_imports);
  code_.functions = arena.take<runtime::Function>(m.bodies.size());
  code_.data = arena.take<ByteView>(m.data.size());
  code_.elements = arena.take<runtime::References>(m.elements.size());
  memories_ = arena.take<runtime::LinearMemory>(m.memories.size() - m.imported_memories);
  tables_ = arena.take<runtime::Table>(m.tables.size() - m.imported_tables);
  globals_ = arena.take<runtime::Global>(m.globals.size() - m.imported_globals);
  size_t items = 0;
  for (const fe::ElementSegment& segment : m.elements)
    items += segment.count;
  items_ = arena.take<runtime::Reference>(items);
}

Instance* Instance::make(const Module& module, size_t own_imports) {
  static_assert(alignof(Instance) <= alignof(std::max_align_t));
  Arena arena;
  Instance{}.lay_out(arena, module, own_imports); // to know the size
  arena.base = static_cast<uint8_t*>(try_allocate(arena.size));
  if (arena.base == nullptr)
    return nullptr;
  auto* instance = new (arena.base) Instance;
  instance->lay_out(arena, module, own_imports);
  instance->module_ = &module;
  instance->place_own();
  return instance;
}

Instance* Instance::make(const Module& module, std::span<const Extern> imports) {
  Instance* instance = make(module, module.decoded().imported_functions);
  if (instance != nullptr)
    instance->place(imports);
  return instance;
}

Instance* Instance::make(const Module& module,
                         std::span<const runtime::Function* const> functions) {
  const fe::Module& m = module.decoded();
  ZVM_ASSERT(functions.size() == m.imports.size() && functions.size() == m.imported_functions);
  Instance* instance = make(module, size_t{0});
  if (instance != nullptr)
    instance->code_.imports = functions.data();
  return instance;
}

void Instance::place(std::span<const Extern> imports) {
  const fe::Module& m = module_->decoded();
  code_.imports = imports_;
  for (size_t i = 0; i < imports.size(); ++i) {
    const uint32_t index = m.imports[i].index;
    switch (imports[i].kind) {
    case ExternKind::Function:
      imports_[index] = imports[i].function;
      break;
    case ExternKind::Table:
      code_.tables[index] = imports[i].table;
      break;
    case ExternKind::Memory:
      code_.memories[index] = imports[i].memory;
      break;
    case ExternKind::Global:
      code_.globals[index] = imports[i].global;
      break;
    }
  }
}

void Instance::place_own() {
  const fe::Module& m = module_->decoded();
  code_.types = module_->signatures();
  code_.imported_functions = m.imported_functions;
  code_.code = &module_->code();
  code_.entries = module_->code().entries();
  for (size_t i = 0; i < m.bodies.size(); ++i) {
    runtime::Function& f = code_.functions[i];
    f.entry = code_.entries + i;
    f.instance = &code_;
    f.signature = &module_->signature_of_function(m.imported_functions + static_cast<uint32_t>(i));
  }
  for (size_t i = m.imported_memories; i < m.memories.size(); ++i)
    code_.memories[i] = &memories_[i - m.imported_memories];
  for (size_t i = m.imported_tables; i < m.tables.size(); ++i)
    code_.tables[i] = &tables_[i - m.imported_tables];
  for (size_t i = m.imported_globals; i < m.globals.size(); ++i) {
    runtime::Global* global = &globals_[i - m.imported_globals];
    global->type = value_type(m.globals[i].type);
    global->is_mutable = m.globals[i].is_mutable;
    code_.globals[i] = global;
  }
}

void Instance::destroy() {
  const fe::Module& m = module_->decoded();
  for (size_t i = 0; i < m.memories.size() - m.imported_memories; ++i)
    runtime::close_memory(memories_[i]);
  for (size_t i = 0; i < m.tables.size() - m.imported_tables; ++i)
    runtime::close_table(tables_[i]);
  deallocate(this);
}

const runtime::Function* Instance::function(uint32_t index) const {
  const uint32_t imported = code_.imported_functions;
  return index < imported ? code_.imports[index] : &code_.functions[index - imported];
}

std::optional<Extern> Instance::find(std::string_view name) const {
  const fe::Export* found = module_->find_export(name);
  if (found == nullptr)
    return std::nullopt;
  switch (found->kind) {
  case ExternKind::Function:
    return function(found->index);
  case ExternKind::Table:
    return code_.tables[found->index];
  case ExternKind::Memory:
    return code_.memories[found->index];
  case ExternKind::Global:
    return code_.globals[found->index];
  }
  ZVM_UNREACHABLE();
}

const runtime::Function* Instance::find_function(std::string_view name) const {
  const auto found = find(name);
  return found && found->kind == ExternKind::Function ? found->function : nullptr;
}

} // namespace zvm::engine::wasm

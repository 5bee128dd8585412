// Instantiation: imports looked up and matched, memories and tables opened, globals, then the
// segments in their order, and the start function.
#include <algorithm>

#include "engine/wasm/constant.hpp"
#include "engine/wasm/store.hpp"
#include "runtime/module/bulk.hpp"
#include "runtime/module/memory.hpp"
#include "runtime/module/table.hpp"

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;

namespace {

std::string quote(const fe::Import& import) {
  std::string text = "\"";
  text += import.module;
  text += "\" \"";
  text += import.name;
  return text + '"';
}

std::unexpected<Error> no_memory() {
  return fail(ErrorCode::OutOfMemory, 0, "no memory to instantiate the module");
}

Result<Vec<Extern>> resolve(const Module& module, const Linker& linker) {
  Vec<Extern> found;
  if (!found.try_reserve(module.decoded().imports.size()))
    return no_memory();
  for (const fe::Import& import : module.decoded().imports) {
    const ExternType wanted = type_of(module, import);
    const std::optional<Extern> item = linker.find(import.module, import.name);
    if (!item) {
      return fail(ErrorCode::UnknownImport, import.offset,
                  "unknown import: there is no " + quote(import) + "; wanted is a " +
                      describe(wanted));
    }
    if (is_missing(*item)) {
      return fail(ErrorCode::UnknownImport, import.offset,
                  "unknown import: what is defined as " + quote(import) +
                      " is null, or of no kind; wanted is a " + describe(wanted));
    }
    const ExternType type = type_of(*item);
    if (!matches(type, wanted)) {
      return fail(ErrorCode::IncompatibleImport, import.offset,
                  "incompatible import type: " + quote(import) + " is a " + describe(type) +
                      "; wanted is a " + describe(wanted));
    }
    if (!found.try_push(*item))
      return no_memory();
  }
  return found;
}

} // namespace

class Instantiation {
 public:
  Instantiation(Store& store, Instance& instance)
      : store_(store), instance_(instance), code_(instance.code()),
        module_(instance.module().decoded()), constants_(instance) {}

  Result<Instantiated> run(const CallOptions& options) {
    ZVM_CHECK(open());
    Instantiated done{&instance_, Status::Success, options.gas};
    set_globals();
    keep_segments();
    done.status = fill_tables();
    if (done.status == Status::Success)
      done.status = fill_memories();
    if (constants_.has_failed())
      return no_memory();
    if (done.status == Status::Success && module_.start) {
      const CallResult start =
          store_.run(*instance_.function(module_.start->function), nullptr, options);
      done.status = start.status;
      done.gas_left = start.gas_left;
    }
    return done;
  }

 private:
  [[nodiscard]] bool relies_on_guards() const {
    return instance_.module().bounds() == runtime::Bounds::Guard;
  }

  Result<void> open() {
    if (relies_on_guards() && module_.imported_memories != 0 &&
        code_.memories[0]->bounds != runtime::Bounds::Guard) {
      return fail(ErrorCode::IncompatibleImport, module_.memories[0].offset,
                  "the code relies on guards that the imported memory does not have; load the "
                  "module with explicit bounds");
    }
    for (size_t i = module_.imported_memories; i < module_.memories.size(); ++i) {
      const fe::Memory& memory = module_.memories[i];
      const runtime::Sizes pages = sizes_of(memory.limits);
      const uint64_t limit = store_.limits_.memory_bytes;
      if (pages.min > runtime::largest_memory(pages, limit) / runtime::kPage) {
        return fail(ErrorCode::LimitExceeded, memory.offset,
                    "a memory of " + std::to_string(pages.min) + " pages");
      }
      const runtime::Bounds bounds =
          i == 0 && relies_on_guards() ? runtime::Bounds::Guard : store_.limits_.bounds;
      if (!runtime::open_memory(*code_.memories[i], pages, limit, bounds, store_.budget_)) {
        (void)store_.budget_failed();
        return fail(ErrorCode::OutOfMemory, memory.offset,
                    bounds == runtime::Bounds::Guard
                        ? "no address space for a memory and its guards; explicit bounds need less"
                        : "no memory to instantiate the module");
      }
    }
    for (size_t i = module_.imported_tables; i < module_.tables.size(); ++i) {
      const fe::Table& table = module_.tables[i];
      const runtime::Sizes items = sizes_of(table.limits);
      const uint64_t limit = store_.limits_.table_items;
      if (items.min > runtime::largest_table(items, limit)) {
        return fail(ErrorCode::LimitExceeded, table.offset,
                    "a table of " + std::to_string(items.min) + " items");
      }
      if (!runtime::open_table(*code_.tables[i], value_type(table.item), items, limit,
                               store_.budget_)) {
        (void)store_.budget_failed();
        return no_memory();
      }
    }
    return {};
  }

  void set_globals() {
    for (size_t i = module_.imported_globals; i < module_.globals.size(); ++i) {
      const Constant value = constants_.evaluate(module_.globals[i].initial);
      std::ranges::copy(value.slots, code_.globals[i]->slots);
    }
  }

  [[nodiscard]] runtime::Reference item(const fe::ElementSegment& segment, uint32_t i) {
    if (segment.has_expressions)
      return constants_.evaluate_slot(module_.item_expressions[segment.first + i]);
    return runtime::reference_to(instance_.function(module_.item_functions[segment.first + i]));
  }

  /// All of them in full, even those to be dropped: a trap leaves the segments behind it as they
  /// are.
  void keep_segments() {
    runtime::Reference* place = instance_.items();
    for (size_t s = 0; s < module_.elements.size(); ++s) {
      const fe::ElementSegment& segment = module_.elements[s];
      code_.elements[s] = {place, segment.count};
      for (uint32_t i = 0; i < segment.count; ++i)
        *place++ = item(segment, i);
    }
    for (size_t s = 0; s < module_.data.size(); ++s)
      code_.data[s] = module_.data[s].bytes;
  }

  Status fill_tables() {
    for (size_t s = 0; s < module_.elements.size(); ++s) {
      const fe::ElementSegment& segment = module_.elements[s];
      if (segment.mode != fe::SegmentMode::Active)
        continue;
      const uint64_t at = constants_.evaluate_slot(segment.destination);
      ZVM_RETURN_UNLESS_SUCCESS(
          runtime::init(*code_.tables[segment.table], at, code_.elements[s], 0, segment.count));
      code_.elements[s] = {};
    }
    for (size_t s = 0; s < module_.elements.size(); ++s) {
      if (module_.elements[s].mode == fe::SegmentMode::Declared)
        code_.elements[s] = {};
    }
    return Status::Success;
  }

  Status fill_memories() {
    for (size_t s = 0; s < module_.data.size(); ++s) {
      const fe::DataSegment& segment = module_.data[s];
      if (segment.mode != fe::SegmentMode::Active)
        continue;
      const uint64_t at = constants_.evaluate_slot(segment.destination);
      ZVM_RETURN_UNLESS_SUCCESS(runtime::init(*code_.memories[segment.memory], at, segment.bytes, 0,
                                              segment.bytes.size()));
      code_.data[s] = {};
    }
    return Status::Success;
  }

  Store& store_;
  Instance& instance_;
  runtime::Instance& code_;
  const fe::Module& module_;
  ConstantEvaluator constants_;
};

Result<Instantiated> Store::instantiate(const Module& module, const Linker& linker,
                                        const CallOptions& options) {
  ZVM_TRY(const Vec<Extern> imports, resolve(module, linker));
  return start(Instance::make(module, imports.view()), options);
}

Result<Instantiated> Store::instantiate(const Module& module,
                                        std::span<const runtime::Function* const> functions,
                                        const CallOptions& options) {
  return start(Instance::make(module, functions), options);
}

Result<Instantiated> Store::start(Instance* made, const CallOptions& options) {
  if (made == nullptr)
    return no_memory();
  if (!instances_.try_push(made)) {
    made->destroy();
    return no_memory();
  }
  return Instantiation{*this, *made}.run(options);
}

} // namespace zvm::engine::wasm

#include "engine/wasm/contract/contract.hpp"

#include <new>
#include <string>

#include "engine/wasm/contract/imports.hpp"
#include "engine/wasm/contract/run.hpp"

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;

namespace {

/// Instances that are kept for the next messages; more are in use where calls nest or threads are
/// many.
constexpr unsigned kIdleRuns = 16;

std::unexpected<Error> refuse(uint64_t offset, std::string text) {
  return fail(ErrorCode::InvalidModule, offset, std::move(text));
}

fe::Profile profile_of(const ContractRules& rules) {
  fe::Profile profile = fe::kContractProfile;
  profile.limits.functions = rules.max_functions;
  if (rules.allows_floats) {
    profile.features =
        profile.features.with(fe::Feature::Floats).with(fe::Feature::SaturatingConversions);
  }
  return profile;
}

} // namespace

Result<std::unique_ptr<Contract>> Contract::load(ByteView bytes, const ContractRules& rules,
                                                 ModuleOptions options) {
  auto contract = std::unique_ptr<Contract>(new (std::nothrow) Contract);
  if (contract == nullptr)
    return fail(ErrorCode::OutOfMemory, 0, "no memory for a contract");
  contract->rules_ = rules;
  options.profile = profile_of(rules);
  ZVM_TRY(contract->module_, Module::load(bytes, options));
  ZVM_CHECK(contract->resolve_imports());
  ZVM_CHECK(contract->check_memory());
  ZVM_CHECK(contract->check_exports());
  if (options.costs != nullptr) {
    for (const fe::DataSegment& segment : contract->module_->decoded().data) {
      if (segment.mode == fe::SegmentMode::Active)
        contract->opening_cost_ +=
            static_cast<int64_t>((segment.bytes.size() + 31) / 32) * options.costs->bulk_word;
    }
  }
  // The first instance shows that there can be one; the first message takes it.
  ZVM_TRY(auto run, ContractRun::make(*contract));
  contract->keep(run.release());
  return contract;
}

Contract::~Contract() {
  delete spare_.load(std::memory_order_relaxed);
  while (idle_ != nullptr) {
    ContractRun* next = idle_->next_idle;
    delete idle_;
    idle_ = next;
  }
}

Result<void> Contract::resolve_imports() {
  const fe::Module& m = module_->decoded();
  if (!host_functions_.try_reserve(m.imports.size()) || !imports_.try_reserve(m.imports.size()))
    return fail(ErrorCode::OutOfMemory, 0, "no memory for the imports of a contract");
  for (const fe::Import& import : m.imports) {
    ZVM_TRY(const HostRow* row, resolve_import(m, import, rules_));
    const runtime::Signature& type = module_->signature_of_function(import.index);
    (void)host_functions_.try_push(ContractRun::host_function(*row, type)); // there is room
    (void)imports_.try_push(&host_functions_.back());
  }
  return {};
}

Result<void> Contract::check_memory() const {
  const fe::Module& m = module_->decoded();
  if (m.start)
    return refuse(m.start->offset,
                  "a contract has no start function, for each message begins at its entry point; "
                  "give globals constant values, or make the start function the entry point "
                  "(AssemblyScript: --exportStart main, without an export \"call\")");
  if (m.memories.size() != 1)
    return refuse(0, "a contract has exactly one memory, its own");
  const fe::Memory& memory = m.memories[0];
  if (memory.limits.min > rules_.max_initial_pages) {
    return refuse(
        memory.offset,
        "the memory begins with " + std::to_string(memory.limits.min) + " pages, and at most " +
            std::to_string(rules_.max_initial_pages) +
            " are allowed; link with a smaller stack (clang -Wl,-z,stack-size=65536, rustc -C "
            "link-arg=-zstack-size=65536, zig --stack 65536) or begin with less memory "
            "(AssemblyScript: --initialMemory)");
  }
  if (memory.limits.has_max && memory.limits.max > rules_.max_pages) {
    return refuse(memory.offset, "the memory may grow to " + std::to_string(memory.limits.max) +
                                     " pages, and at most " + std::to_string(rules_.max_pages) +
                                     " are allowed; give the linker a smaller --max-memory "
                                     "(AssemblyScript: --maximumMemory)");
  }
  return {};
}

Result<void> Contract::check_exports() {
  const fe::Module& m = module_->decoded();
  const fe::Export* memory = module_->find_export("memory");
  if (memory == nullptr || memory->kind != fe::ExternKind::Memory)
    return refuse(0, "a contract exports its memory as \"memory\"; link with --export-memory "
                     "(AssemblyScript: without --noExportMemory)");
  const auto find = [&](std::string_view name,
                        std::initializer_list<std::string_view> types) -> Result<uint32_t> {
    const fe::Export* entry = module_->find_export(name);
    if (entry == nullptr)
      return kNoFunction;
    const std::string quoted = "\"" + std::string{name} + "\"";
    if (entry->kind != fe::ExternKind::Function)
      return refuse(entry->offset, "the export " + quoted + " must be a function");
    if (entry->index < m.imported_functions)
      return refuse(entry->offset, "the export " + quoted + " must not be an import");
    for (const std::string_view type : types) {
      if (has_signature(m, m.type_of_function(entry->index), type))
        return entry->index;
    }
    return refuse(entry->offset,
                  "the export " + quoted + " must have the type " + signature_text(*types.begin()));
  };
  ZVM_TRY(constructor_, find("_constructor", {":i", ":"}));
  ZVM_TRY(entry_, find("call", {":i"}));
  if (entry_ == kNoFunction) {
    ZVM_TRY(entry_, find("main", {":i", ":l", ":"}));
    is_legacy_ = true;
  }
  if (entry_ == kNoFunction)
    return refuse(0, "a contract exports a function \"call\" of the type () -> (i32); define it, "
                     "and export it (C: export_name, Rust: no_mangle and extern \"C\" in a cdylib, "
                     "Zig: export fn and -rdynamic, AssemblyScript: export function)");
  return {};
}

/// Each has as much memory as at first.
uint64_t Contract::idle_bytes() const {
  const uint64_t count = idle_count_.load(std::memory_order_relaxed) +
                         uint64_t{spare_.load(std::memory_order_relaxed) != nullptr};
  return count * module_->decoded().memories[0].limits.min * runtime::kPage;
}

ContractRun* Contract::open() {
  if (ContractRun* run = spare_.exchange(nullptr, std::memory_order_acquire); run != nullptr)
    return run;
  {
    const std::lock_guard lock{mutex_};
    if (ContractRun* run = idle_; run != nullptr) {
      idle_ = run->next_idle;
      idle_count_.store(idle_count_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
      return run;
    }
  }
  auto made = ContractRun::make(*this);
  return made ? made->release() : nullptr;
}

void Contract::close(ContractRun* run) {
  if (run->reset())
    keep(run);
  else
    delete run;
}

void Contract::keep(ContractRun* run) {
  ContractRun* none = nullptr;
  if (spare_.compare_exchange_strong(none, run, std::memory_order_release,
                                     std::memory_order_relaxed))
    return;
  {
    const std::lock_guard lock{mutex_};
    const unsigned count = idle_count_.load(std::memory_order_relaxed);
    if (count + 1 < kIdleRuns) {
      run->next_idle = idle_;
      idle_ = run;
      idle_count_.store(count + 1, std::memory_order_relaxed);
      return;
    }
  }
  delete run;
}

} // namespace zvm::engine::wasm

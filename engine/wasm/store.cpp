#include "engine/wasm/store.hpp"

#include <algorithm>
#include <array>
#include <new>

#include "base/alloc.hpp"
#include "base/host_failure.hpp"
#include "runtime/module/memory.hpp"
#include "runtime/module/stack.hpp"
#include "runtime/module/table.hpp"

namespace zvm::engine::wasm {
namespace {

using runtime::Activation;
using runtime::Signature;

Status stop(runtime::Context&, int64_t) { return Status::Cancelled; }

/// Its address names the thread.
thread_local const char t_thread = 0;

/// Slots of a call; few functions have more than fit here.
class Slots {
 public:
  [[nodiscard]] bool try_resize(size_t count) {
    if (count <= few_.size())
      return true;
    return many_.try_resize(count);
  }
  [[nodiscard]] uint64_t* data() { return many_.empty() ? few_.data() : many_.data(); }

 private:
  std::array<uint64_t, 32> few_{};
  Vec<uint64_t> many_;
};

bool fits(const Signature& signature, std::span<const Value> arguments,
          std::span<const Value> results) {
  return std::ranges::equal(signature.parameters(), arguments, {}, {}, &Value::type) &&
         results.size() == signature.result_count;
}

void write(std::span<const Value> values, uint64_t* slots) {
  for (const Value& value : values) {
    const unsigned count = runtime::slots_of(value.type);
    std::copy_n(in_slots(value).slots, count, slots);
    slots += count;
  }
}

void read(std::span<const ValueType> types, const uint64_t* slots, std::span<Value> values) {
  for (size_t i = 0; i < types.size(); ++i) {
    const unsigned count = runtime::slots_of(types[i]);
    values[i] = {types[i], {}};
    std::copy_n(slots, count, values[i].slots);
    slots += count;
  }
}

std::nullptr_t refuse(HostCause cause) {
  (void)host_failed(cause);
  return nullptr;
}

/// A function of the embedder with what its signature says.
struct HostFunctionBlock {
  runtime::Function function;
  Signature signature;
  ValueType types[1]; ///< as many as the signature has
};

} // namespace

Store::Store(const StoreLimits& limits) : limits_(limits), budget_{.left = limits.total_bytes} {
  if (limits_.bounds != runtime::Bounds::Guard)
    limits_.bounds = runtime::Bounds::Explicit; // whatever number it was
}

Store::~Store() {
  for (Instance* instance : instances_)
    instance->destroy();
  for (runtime::LinearMemory* memory : memories_)
    runtime::close_memory(*memory);
  for (runtime::Table* table : tables_)
    runtime::close_table(*table);
  for (void* block : blocks_)
    deallocate(block);
}

CallResult Store::call(const runtime::Function& function, std::span<const Value> arguments,
                       std::span<Value> results, const CallOptions& options) {
  const Signature& signature = *function.signature;
  Slots slots;
  const auto refuse = [&](Status status) {
    std::ranges::fill(results, Value{});
    return CallResult{status, options.gas};
  };
  if (!is_readable(arguments) || !is_readable(std::span<const Value>{results}))
    return {host_failed(HostCause::FunctionTypes), options.gas};
  if (!fits(signature, arguments, results))
    return refuse(host_failed(HostCause::FunctionTypes));
  if (!slots.try_resize(std::max(signature.parameter_slots, signature.result_slots)))
    return refuse(out_of_memory());
  write(arguments, slots.data());
  const CallResult result = run(function, slots.data(), options);
  if (result.status == Status::Success) {
    read(signature.results(), slots.data(), results);
  } else {
    std::ranges::fill(results, Value{}); // which may have been an earlier call's
  }
  return result;
}

/// The store is its thread's while a call from outside runs; host functions of that thread may call
/// again.
class Store::Turn {
 public:
  explicit Turn(std::atomic<const void*>& user) : user_(user) {
    const void* none = nullptr;
    is_inner_ = user_.load(std::memory_order_relaxed) == &t_thread;
    holds_ = is_inner_ || user_.compare_exchange_strong(none, &t_thread, std::memory_order_acquire);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (holds_ && !is_inner_)
      user_.store(nullptr, std::memory_order_release);
  }
  explicit operator bool() const { return holds_; }

 private:
  std::atomic<const void*>& user_;
  bool is_inner_, holds_;
};

Status Store::budget_failed() const {
  return host_failed(budget_.failed, budget_.asked,
                     budget_.failed == HostCause::StoreBytesLimit ? limits_.total_bytes : 0);
}

CallResult Store::run(const runtime::Function& function, uint64_t* slots,
                      const CallOptions& options) {
  const Turn turn{user_};
  if (!turn)
    return {host_failed(HostCause::StoreBusy), options.gas};
  if (options.gas < 0)
    return {host_failed(HostCause::CallGas), options.gas};
  Activation* const outer = running_;
  Activation activation;
  activation.gas = options.gas;
  activation.floor.store(options.floor, std::memory_order_relaxed);
  activation.depth_left = outer == nullptr ? runtime::kCallDepth : outer->depth_left;
  activation.poll = options.poll != nullptr ? options.poll : stop;
  activation.frame = options.frame;
  activation.context = options.context;
  activation.stack = outer == nullptr ? runtime::take_stack() : outer->stack;
  if (activation.stack == nullptr)
    return {host_failed(HostCause::AddressSpace, runtime::kGuestStack), options.gas};
  activation.native_stack =
      outer == nullptr ? runtime::top_of(activation.stack) : outer->native_stack;

  if (outer == nullptr) {
    budget_.failed = HostCause::None;
    clear_host_failure();
  }
  running_ = &activation;
  Status status = backend::interp::call(activation, function, slots);
  running_ = outer;
  if (outer == nullptr)
    runtime::keep_stack(activation.stack);
  // The code was told that it cannot grow, and that was not what the rules say.
  if (budget_.has_failed())
    status = budget_failed();
  else if (is_host(status))
    status = hook_failed(status, HostCause::HostFunction);
  if (is_host(status))
    settle_host_failure(status); // Cancelled and the like have no cause of their own
  return {status, activation.gas};
}

template <typename T>
T* Store::add() {
  void* block = try_allocate(sizeof(T));
  if (block == nullptr || !blocks_.try_push(block)) {
    deallocate(block);
    (void)out_of_memory();
    return nullptr;
  }
  return new (block) T;
}

const runtime::Function* Store::add_function(std::span<const ValueType> parameters,
                                             std::span<const ValueType> results,
                                             runtime::HostFunction host, void* data) {
  if (host == nullptr || !is_readable(parameters) || !is_readable(results))
    return refuse(HostCause::ItemFunction);
  constexpr auto is_type = [](ValueType type) { return runtime::is_known(type); };
  if (!std::ranges::all_of(parameters, is_type) || !std::ranges::all_of(results, is_type))
    return refuse(HostCause::ItemType);
  void* block = try_allocate(sizeof(HostFunctionBlock) +
                             (parameters.size() + results.size()) * sizeof(ValueType));
  if (block == nullptr || !blocks_.try_push(block)) {
    deallocate(block);
    (void)out_of_memory();
    return nullptr;
  }
  auto* made = new (block) HostFunctionBlock;
  ValueType* types = made->types;
  std::ranges::copy(results, std::ranges::copy(parameters, types).out);
  made->signature = {.types = types,
                     .parameter_count = static_cast<uint32_t>(parameters.size()),
                     .result_count = static_cast<uint32_t>(results.size())};
  for (const ValueType type : parameters)
    made->signature.parameter_slots += runtime::slots_of(type);
  for (const ValueType type : results)
    made->signature.result_slots += runtime::slots_of(type);
  made->function = {.entry = backend::interp::host_entry(),
                    .signature = &made->signature,
                    .host = host,
                    .data = data};
  return &made->function;
}

runtime::LinearMemory* Store::add_memory(const runtime::Sizes& pages) {
  if (pages.min > runtime::largest_memory(pages, limits_.memory_bytes) / runtime::kPage)
    return refuse(HostCause::ItemSizes);
  auto* memory = add<runtime::LinearMemory>();
  if (memory == nullptr || !memories_.try_push(memory))
    return nullptr;
  if (runtime::open_memory(*memory, pages, limits_.memory_bytes, limits_.bounds, budget_))
    return memory;
  (void)budget_failed();
  return nullptr;
}

runtime::Table* Store::add_table(ValueType type, const runtime::Sizes& items) {
  if (!runtime::is_known(type) || !runtime::is_reference(type))
    return refuse(HostCause::ItemType);
  if (items.min > runtime::largest_table(items, limits_.table_items))
    return refuse(HostCause::ItemSizes);
  auto* table = add<runtime::Table>();
  if (table == nullptr || !tables_.try_push(table))
    return nullptr;
  if (runtime::open_table(*table, type, items, limits_.table_items, budget_))
    return table;
  (void)budget_failed();
  return nullptr;
}

runtime::Global* Store::add_global(const Value& value, bool is_mutable) {
  if (!runtime::is_known(value.type))
    return refuse(HostCause::ItemType);
  auto* global = add<runtime::Global>();
  if (global == nullptr)
    return nullptr;
  const Value clean = in_slots(value);
  *global = {
      .slots = {clean.slots[0], clean.slots[1]}, .type = value.type, .is_mutable = is_mutable};
  return global;
}

} // namespace zvm::engine::wasm

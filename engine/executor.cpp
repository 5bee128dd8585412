#include "engine/executor.hpp"

#include <algorithm>

#include "backend/interp/interp.hpp"
#include "base/host_failure.hpp"
#include "base/vm_info.hpp"
#include "engine/wasm/contract/run.hpp"
#include "frontend/trace.hpp"
#include "frontend/wasm/magic.hpp"
#include "frontend/zvm/container.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::engine {

namespace container = frontend::zvm;

Result<VmTables> make_tables(const frontend::Guest& guest, gas::Schedule schedule) {
  VmTables tables;
  tables.guest = &guest;
  tables.schedule = schedule;
  const auto snippets = std::make_unique<ir::Function[]>(256); // 180 KB: not on the caller's stack
  std::vector<backend::interp::StepSource> rows;
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const frontend::OpcodeInfo& info = (*guest.opcodes)[opcode];
    if (!info.is_defined(schedule))
      continue;
    if (!frontend::lower_snippet(guest, schedule, static_cast<uint8_t>(opcode), snippets[opcode])) {
      return fail(ErrorCode::OutOfMemory, 0,
                  "no memory for the snippets of " + std::string{name(guest.vm)});
    }
    rows.push_back({static_cast<uint8_t>(opcode), info.immediate, info.pops, info.pushes,
                    schedule[info.cost], &snippets[opcode]});
  }
  ZVM_TRY(tables.steps, backend::interp::Steps::make(rows, guest.gas_before_stack));
  return tables;
}

CodeFormat EngineExecutor::detect(ByteView bytes) const {
  CodeFormat format{Status::Success, vms_.default_vm, false, bytes};
  if (!is_readable(bytes))
    return {Status::InvalidCode, vms_.default_vm, false, {}};
  // With one VM alone nothing is looked at: any bytes are its code.
  if (!vms_.zvm && !vms_.wasm) {
    format.vm = Vm::Evm;
    return format;
  }
  if (!vms_.evm || !vms_.zvm)
    format.vm = vms_.evm ? Vm::Evm : Vm::Zvm;
  if (vms_.wasm && frontend::wasm::is_module(bytes)) {
    format.vm = Vm::Wasm;
    return format;
  }
  if (!container::is_container(bytes)) {
    if (!vms_.evm && !vms_.zvm)
      format.status = Status::InvalidCode;
    return format;
  }
  container::Container parts;
  if (container::try_parse_container(bytes, parts).text != nullptr) {
    format.status = Status::InvalidCode;
    return format;
  }
  format.code = parts.code;
  format.strict = parts.is_strict();
  if (vms_.has(parts.target))
    format.vm = parts.target;
  else
    format.status = Status::InvalidCode;
  return format;
}

Status EngineExecutor::make(const CodeFormat& format, Tier tier, const Bytes32& hash,
                            LoadedCode*& loaded) const {
  if (format.vm == Vm::Wasm) {
    wasm::ModuleOptions options = module_options_;
    options.tier = tier;
    options.hash = hash;
    auto contract = wasm::Contract::load(format.code, contract_rules_, options);
    if (!contract) {
      return contract.error().code == ErrorCode::OutOfMemory ? out_of_memory_unless_known()
                                                             : Status::InvalidCode;
    }
    loaded = load_code(schedule(Vm::Wasm), std::move(*contract), compile_gas_);
  } else {
    const VmTables& vm = tables(format.vm);
    loaded = load_code({.guest = vm.guest,
                        .schedule = &vm.schedule,
                        .steps = &vm.steps->table,
                        .strict = format.strict,
                        .tier = tier,
                        .compile_gas = compile_gas_,
                        .counts = &counts_,
                        .watch = watch_},
                       format.code);
  }
  if (loaded == nullptr)
    return out_of_memory();
  loaded->hash = hash;
  return Status::Success;
}

Status EngineExecutor::acquire(const Bytes32& hash, ByteView bytes, LoadedCode*& loaded) {
  loaded = cache_.find(hash);
  if (loaded != nullptr)
    return Status::Success;
  const CodeFormat format = detect(bytes);
  ZVM_RETURN_UNLESS_SUCCESS(format.status);
  LoadedCode* made = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(make(format, tier_, hash, made));
  loaded = cache_.add(hash, made);
  return Status::Success;
}

Status EngineExecutor::acquire(runtime::Execution&, const Bytes32& hash, ByteView bytes,
                               runtime::CodeObject*& code) {
  LoadedCode* loaded = nullptr;
  const Status status = acquire(hash, bytes, loaded);
  code = loaded;
  return status;
}

Status EngineExecutor::acquire_init(runtime::Execution&, const runtime::Message& message,
                                    runtime::CodeObject*& code) {
  const CodeFormat format = detect(message.input);
  ZVM_RETURN_UNLESS_SUCCESS(format.status);
  LoadedCode* loaded = nullptr;
  // It runs once.
  const Tier tier = tier_ == Tier::Auto ? Tier::Interp : tier_;
  const Bytes32 hash = watch_.is_any() ? runtime::keccak256(message.input) : Bytes32{};
  ZVM_RETURN_UNLESS_SUCCESS(make(format, tier, hash, loaded));
  loaded->users.store(1, std::memory_order_relaxed);
  code = loaded;
  return Status::Success;
}

void EngineExecutor::release(runtime::CodeObject* code) {
  CodeCache::release(static_cast<LoadedCode*>(code));
}

/// Bytes of the EVM and the ZVM are bounded alike, by the chain's revision.
const gas::Schedule& EngineExecutor::schedule_of(ByteView init_code) const {
  return schedule(detect(init_code).vm == Vm::Wasm ? Vm::Wasm : Vm::Evm);
}

Status EngineExecutor::prepare_deployment(const runtime::Frame& frame, ByteView code,
                                          Buffer& wrapped, ByteView& stored) {
  stored = code;
  if (code.empty())
    return Status::Success;
  if (code[0] == 0xef && frame.schedule->has(gas::Rule::RejectEF))
    return Status::InvalidCode;
  const CodeFormat format = detect(code);
  if (format.status == Status::Success && format.vm == Vm::Wasm && frame.code->vm != Vm::Wasm) {
    // Made by init code of another VM, so nobody has looked at it yet.
    const auto contract = wasm::Contract::load(format.code, contract_rules_, module_options_);
    if (!contract && contract.error().code == ErrorCode::OutOfMemory)
      return out_of_memory_unless_known();
    return contract ? Status::Success : Status::InvalidCode;
  }
  if (format.status != Status::Success || container::is_container(code) ||
      format.vm == frame.code->vm) {
    return format.status;
  }
  // The bytes do not show that they are for the VM that made them, so they are stored in a
  // container.
  const auto size = static_cast<uint32_t>(code.size());
  const auto header = container::container_header(frame.code->vm, 0, size, 0);
  if (!wrapped.try_append(header) || !wrapped.try_append(code))
    return out_of_memory();
  stored = wrapped.view();
  return detect(stored).status;
}

namespace {

/// Gas from one look at long-running code to the next, at least.
constexpr int64_t kLeastSlice = 2000;

/// The gas at which code that can be compiled, and has `gas`, is to be looked at. A trace is no more
/// than a KB.
int64_t next_look(const runtime::Frame& frame, LoadedCode& code, int64_t compile_gas, int64_t gas) {
  const Tiers& tiers = code.tiers_of_code();
  const int64_t slice = tiers.is_claimed() || tiers.is_compiled()
                            ? std::max(compile_gas, kLeastSlice)
                            : std::max(code.compile_at - tiers.heat(), code.compile_at / 16);
  return std::max(runtime::next_look(*frame.execution, gas), gas - slice);
}

} // namespace

runtime::Exit EngineExecutor::run(runtime::Frame& frame) {
  auto& loaded = static_cast<LoadedCode&>(*frame.code);
  if (loaded.contract != nullptr)
    return run_contract(loaded, frame);
  const bool stays_in_steps =
      frame.execution->promote_at == INT64_MAX || frame.step_hook != nullptr;
  Tiers& tiers = loaded.tiers;
  const bool is_auto = tiers.can_compile() && !stays_in_steps;
  runtime::arm(*frame.execution, frame,
               is_auto ? next_look(frame, loaded, compile_gas_, frame.gas)
                       : runtime::next_look(*frame.execution, frame.gas));
  if (frame.exit == runtime::Exit::Call) {
    *frame.top++ = frame.returned != Status::Success ? U256{}
                   : is_create(frame.next->kind)     ? to_word(frame.next->recipient)
                                                     : U256{1};
  }
  const runtime::Exit exit =
      backend::interp::run(frame, *loaded.steps, stays_in_steps ? nullptr : tiers.running());
  if (is_auto && !tiers.is_compiled() && frame.blocks != nullptr) {
    const bool calls = exit == runtime::Exit::Call && frame.refused == Status::Success;
    tiers.add_heat(frame.step_mark - (calls ? frame.next->gas : 0));
    if (tiers.heat() >= loaded.compile_at)
      compiler_.ask(loaded, {});
  }
  return exit;
}

runtime::Exit EngineExecutor::run_contract(LoadedCode& loaded, runtime::Frame& frame) {
  Tiers& tiers = loaded.tiers_of_code();
  frame.step_mark = frame.gas;
  const int64_t look = tiers.can_compile() ? next_look(frame, loaded, compile_gas_, frame.gas)
                                           : runtime::next_look(*frame.execution, frame.gas);
  const runtime::Exit exit = wasm::run_contract(*loaded.contract, frame, look);
  if (tiers.can_compile()) {
    const bool calls = exit == runtime::Exit::Call && frame.refused == Status::Success;
    heat_contract(loaded, frame, frame.gas + (calls ? frame.next->gas : 0), nullptr);
  }
  return exit;
}

/// It has so much gas left, and is in that loop as word code, if it is in one.
void EngineExecutor::heat_contract(LoadedCode& loaded, runtime::Frame& frame, int64_t gas,
                                   const void* loop) {
  Tiers& tiers = loaded.tiers_of_code();
  tiers.add_heat(std::exchange(frame.step_mark, gas) - gas);
  if (tiers.wants_functions(loaded.compile_at) || tiers.wants_loop(loop))
    compiler_.ask(loaded, {.loop = loop});
}

/// Code that has just begun a trace, or is somewhere in step form or in a loop of machine code.
void EngineExecutor::heat_code(LoadedCode& loaded, runtime::Frame& frame, int64_t gas) {
  Tiers& tiers = loaded.tiers;
  const int64_t burnt = std::exchange(frame.step_mark, gas) - gas;
  if (tiers.is_compiled()) {
    if (tiers.wants_trace(frame.pc))
      compiler_.ask(loaded, {.pc = static_cast<uint32_t>(frame.pc)});
  } else {
    tiers.add_heat(burnt);
    if (tiers.heat() >= loaded.compile_at)
      compiler_.ask(loaded, {});
  }
}

int64_t EngineExecutor::polled(runtime::Frame& frame, runtime::Activation* activation,
                               int64_t gas) {
  auto& loaded = static_cast<LoadedCode&>(*frame.code);
  Tiers& tiers = loaded.tiers_of_code();
  if (!tiers.can_compile() || (activation == nullptr && frame.slot_code == nullptr))
    return runtime::next_look(*frame.execution, gas);
  int64_t compile_gas = compile_gas_;
  if (activation != nullptr) {
    heat_contract(loaded, frame, gas, activation->loop);
    if (const void* code = tiers.code_of_loop(activation->loop))
      activation->loop = code;
    else if (activation->loop != nullptr)
      compile_gas /= 16; // it waits for that code, which takes less than itself
  } else if (frame.blocks != nullptr) {
    heat_code(loaded, frame, gas);
  }
  return std::min(next_look(frame, loaded, compile_gas, gas),
                  std::max<int64_t>(gas - kLeastSlice, 0));
}

void EngineExecutor::close(runtime::Frame& frame) {
  wasm::close_contract(*static_cast<LoadedCode*>(frame.code)->contract, frame);
}

} // namespace zvm::engine

#include "cli/listing.hpp"

#include <map>
#include <set>

#include "backend/interp/listing.hpp"
#include "base/hex.hpp"
#include "base/uint256_text.hpp"
#include "cli/errors.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/lowering.hpp"
#include "frontend/program.hpp"
#include "frontend/trace.hpp"
#include "frontend/wasm/lower.hpp"
#include "frontend/zvm/zvm.hpp"
#include "ir/print.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::cli {
namespace {

/// Zero bytes that stand behind code: the longest immediate, and an opcode that stops.
constexpr size_t kPadding = 64;

/// Stands between the lowering and the guest.
struct Recorder {
  static inline thread_local std::vector<LoweredStep>* steps = nullptr;
  static inline thread_local const frontend::Guest* guest = nullptr;

  static void lower(frontend::Lowering& l, uint8_t opcode) {
    const ir::Function& f = l.builder().function();
    const uint32_t length = 1u + (*guest->opcodes)[opcode].immediate;
    steps->push_back({&f, static_cast<ir::InstId>(f.insts.size()), l.next_pc() - length});
    guest->lower(l, opcode);
  }
};

} // namespace

TraceLister::TraceLister(ByteView code, Vm vm, bool is_strict, Revision revision, bool zvm_1_1)
    : guest_(vm == Vm::Evm ? frontend::evm::kGuest : frontend::zvm::kGuest),
      schedule_(vm == Vm::Evm ? gas::make_evm_schedule(revision)
                              : gas::make_zvm_schedule(revision)),
      padded_(code.begin(), code.end()), destinations_(code.size() / 64 + 1) {
  schedule_.later_opcodes = zvm_1_1 && vm == Vm::Zvm;
  padded_.resize(code.size() + kPadding);
  guest_.find_destinations(code, is_strict, destinations_.data());
  source_ = {padded_.data(), code.size(), destinations_.data(), &schedule_};
}

void TraceLister::note_steps(std::vector<LoweredStep>& to) {
  Recorder::steps = steps_ = &to;
  Recorder::guest = guest_.vm == Vm::Evm ? &frontend::evm::kGuest : &frontend::zvm::kGuest;
  guest_.lower = Recorder::lower;
}

GuestInstruction TraceLister::instruction(uint32_t pc) const {
  const uint8_t opcode = source_.bytes[pc];
  const frontend::OpcodeInfo& info = (*guest_.opcodes)[opcode];
  GuestInstruction in{pc, std::string{info.name}, schedule_[info.cost]};
  if (info.immediate != 0)
    in.text += " " + to_hex(ByteView{source_.bytes + pc + 1, info.immediate});
  return in;
}

void TraceLister::lower(uint64_t pc, ir::Level level, ir::Function& function) {
  if (pc >= source_.size) {
    throw UsageError("--pc: " + std::to_string(pc) + " is outside the code, which has " +
                     std::to_string(source_.size) + " bytes");
  }
  if (!frontend::lower_trace(guest_, source_, static_cast<uint32_t>(pc), {}, function, &known_))
    throw UsageError("out of memory: the trace at pc " + std::to_string(pc));
  optimize(function, level);
}

void TraceLister::optimize(ir::Function& function, ir::Level level) {
  if (steps_ != nullptr)
    steps_->push_back({&function, static_cast<ir::InstId>(function.insts.size()), ir::kNone});
  ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  if (!ir::optimize(function, level, context))
    throw UsageError("out of memory: the code at pc " + std::to_string(function.entry_pc));
}

Trace TraceLister::lower(uint64_t pc, ir::Level level) {
  ir::Function function;
  lower(pc, level, function);
  Trace trace;
  trace.pc = static_cast<uint32_t>(pc);
  trace.text =
      shows_ == Shows::SlotCode ? backend::interp::list_slot_code(function) : ir::print(function);
  if (trace.text.empty())
    trace.text = "; stays in step form\n";
  std::set<uint32_t> next;
  for (const ir::BlockId b : ir::layout(function)) {
    const ir::Block& block = function.blocks[b];
    trace.blocks.push_back({block.pc, block.gas, block.cold});
    const ir::Inst& end = function.insts[block.last];
    if (end.op == ir::Op::Leave)
      next.insert(function.states[end.state].pc);
  }
  for (const uint32_t at : next) {
    if (at < source_.size)
      trace.leads_to.push_back(at);
  }
  return trace;
}

std::vector<Trace> TraceLister::lower_reachable(uint64_t pc, ir::Level level) {
  std::map<uint64_t, Trace> found;
  std::vector<uint64_t> waiting{pc};
  while (!waiting.empty()) {
    const uint64_t at = waiting.back();
    waiting.pop_back();
    if (found.contains(at))
      continue;
    const Trace& trace = found[at] = lower(at, level);
    waiting.insert(waiting.end(), trace.leads_to.begin(), trace.leads_to.end());
  }
  std::vector<Trace> traces;
  traces.reserve(found.size());
  for (auto& [at, trace] : found)
    traces.push_back(std::move(trace));
  return traces;
}

std::vector<Trace> TraceLister::lower_all(ir::Level level) {
  std::vector<Trace> traces;
  for (uint64_t pc = 0; pc < source_.size; ++pc) {
    if (pc == 0 || source_.is_destination(pc))
      traces.push_back(lower(pc, level));
  }
  return traces;
}

ir::Module TraceLister::lower_program(ir::Level level) {
  ir::Module module;
  if (!frontend::lower_program(guest_, source_, {}, module))
    throw UsageError("--program: the code's functions cannot be told apart in bounded time");
  for (ir::Function& f : std::span{module.bodies.get(), module.own_functions()})
    optimize(f, level);
  return module;
}

// --- modules ---

ModuleLister::ModuleLister(const Program& program, const std::string& file,
                           const std::string& gas_schedule, Revision revision)
    : file_(file),
      schedule_(gas::make_wasm_schedule(
          value_or_throw(gas::parse_wasm_schedule(gas_schedule), "--gas-schedule"), revision)),
      costs_(frontend::wasm::make_costs(schedule_)),
      module_(
          value_or_throw(engine::wasm::Module::load(program.code(), {.costs = &costs_}), file)) {}

std::pair<uint32_t, uint32_t> ModuleLister::functions(const std::string& option) const {
  const uint32_t first = imports();
  const auto end = static_cast<uint32_t>(module_->decoded().functions.size());
  if (option.empty())
    return {first, end};
  const U256 index = value_or_throw(parse_u256(option), "--function");
  if (index < U256{first} || index >= U256{end}) {
    throw UsageError("--function: there is no code of function " + option + "; " + file_ +
                     " has that of " + std::to_string(first) + " up to, not including, " +
                     std::to_string(end));
  }
  const auto only = static_cast<uint32_t>(index.low64());
  return {only, only + 1};
}

void ModuleLister::lower(uint32_t function, bool all_passes, ir::Function& out,
                         Vec<ir::SourceStep>* steps) const {
  ir::PassContext passes;
  if (!frontend::wasm::lower(module_->decoded(), module_->facts(), function - imports(),
                             {module_->options().profile, &costs_, steps}, out) ||
      (steps != nullptr &&
       !steps->try_push({ir::kNone, ir::kNone, static_cast<ir::InstId>(out.insts.size())})) ||
      (all_passes && !ir::optimize(out, ir::Level::Whole, passes)))
    throw UsageError("out of memory: function " + std::to_string(function));
}

} // namespace zvm::cli

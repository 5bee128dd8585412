#include "cli/listing.hpp"

#include <map>
#include <set>

#include "backend/interp/listing.hpp"
#include "cli/errors.hpp"
#include "engine/native_listing.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/program.hpp"
#include "frontend/trace.hpp"
#include "frontend/zvm/zvm.hpp"
#include "ir/print.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::cli {
namespace {

/// Zero bytes that stand behind code: the longest immediate, and an opcode that stops.
constexpr size_t kPadding = 64;

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

Trace TraceLister::lower(uint64_t pc, ir::Level level) {
  if (pc >= source_.size) {
    throw UsageError("--pc: " + std::to_string(pc) + " is outside the code, which has " +
                     std::to_string(source_.size) + " bytes");
  }
  ir::Function function;
  ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  if (!frontend::lower_trace(guest_, source_, static_cast<uint32_t>(pc), {}, function, &known_) ||
      !ir::optimize(function, level, context))
    throw UsageError("out of memory: the trace at pc " + std::to_string(pc));

  Trace trace;
  trace.pc = static_cast<uint32_t>(pc);
  trace.text = shows_ == Shows::SlotCode     ? backend::interp::list_slot_code(function)
               : shows_ == Shows::NativeCode ? engine::list_native_code(function)
                                             : ir::print(function);
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
  ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  for (ir::Function& f : std::span{module.bodies.get(), module.own_functions()}) {
    if (!ir::optimize(f, level, context))
      throw UsageError("out of memory: the function at pc " + std::to_string(f.entry_pc));
  }
  return module;
}

} // namespace zvm::cli

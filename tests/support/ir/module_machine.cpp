#include "tests/support/ir/module_machine.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "backend/interp/function/code.hpp"
#include "base/assert.hpp"
#include "ir/access.hpp"
#include "runtime/dynamic_gas.hpp"
#include "runtime/module/bulk.hpp"
#include "tests/support/ir/pure_ops.hpp"

namespace zvm::test {
namespace {

using ir::Inst;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::Type;
using ir::ValueId;
using runtime::Activation;
using Body = ModuleMachine::Body;

Status run_body(Activation& activation, void* data, uint64_t* slots);

/// Values in slots, as calls pass them.
void from_slots(std::span<const Type> types, const uint64_t* slots, std::vector<U256>& values) {
  for (const Type t : types) {
    values.push_back(U256{slots[0], t == Type::V128 ? slots[1] : 0, 0, 0});
    slots += t == Type::V128 ? 2 : 1;
  }
}
void to_slots(std::span<const Type> types, std::span<const U256> values, uint64_t* slots) {
  for (size_t i = 0; i < types.size(); ++i) {
    *slots++ = values[i].limb(0);
    if (types[i] == Type::V128)
      *slots++ = values[i].limb(1);
  }
}

struct Frame {
  Body body;
  std::vector<U256> values, variables;
  InstId at = kNone; ///< the instruction that runs, or has called
};

class Run {
 public:
  explicit Run(Activation& a) : a_(a) {}

  /// The first function's results are in `results` then.
  Status call(const Body& body, std::vector<U256> arguments) {
    Status status = enter(body, arguments);
    while (status == Status::Success && !frames_.empty())
      status = step();
    if (a_.gas < 0 && !is_host(status))
      return Status::OutOfGas;
    return status;
  }
  std::vector<U256> results;

 private:
  [[nodiscard]] const ir::Function& f() const { return *frames_.back().body.function; }
  [[nodiscard]] const runtime::Instance& instance() const { return *frames_.back().body.instance; }
  [[nodiscard]] U256 value(ValueId v) const {
    return f().is_constant(v) ? f().constant(v) : frames_.back().values[v];
  }
  [[nodiscard]] std::vector<U256> values(std::span<const ValueId> ids) const {
    std::vector<U256> found;
    for (const ValueId v : ids)
      found.push_back(value(v));
    return found;
  }
  void set(const Inst& inst, const U256& v) { frames_.back().values[inst.result] = v; }
  void set(const Inst& inst, uint64_t v) { set(inst, U256{v}); }
  Status next() {
    frames_.back().at = f().insts[frames_.back().at].next;
    return Status::Success;
  }

  // --- gas, calls, branches ---

  Status poll() {
    if (a_.gas >= a_.floor.load(std::memory_order_relaxed))
      return Status::Success;
    if (a_.gas < 0)
      return Status::OutOfGas;
    return a_.poll != nullptr ? a_.poll(a_, a_.gas) : Status::Success;
  }

  Status enter(const Body& body, std::span<const U256> arguments) {
    const ir::Function& g = *body.function;
    Frame frame{body, std::vector<U256>(g.values.size()), std::vector<U256>(g.variables.size())};
    const auto params = g.values_of(g.blocks[0].params);
    for (size_t i = 0; i < params.size(); ++i)
      frame.values[params[i]] = arguments[i];
    frame.at = g.blocks[0].first;
    frames_.push_back(std::move(frame));
    a_.instance = body.instance;
    a_.depth_left -= g.depth;
    if (a_.depth_left < 0)
      return Status::StackExhausted;
    a_.gas -= g.blocks[0].gas;
    return g.blocks[0].poll ? poll() : Status::Success;
  }

  Status go(const ir::Target& target) {
    const auto from = f().insts[frames_.back().at].block;
    const auto arguments = values(f().values_of(target.args));
    const ir::Block& to = f().blocks[target.block];
    const auto params = f().values_of(to.params);
    for (size_t i = 0; i < params.size(); ++i)
      frames_.back().values[params[i]] = arguments[i];
    frames_.back().at = to.first;
    if (!target.paid)
      a_.gas -= to.gas;
    return to.poll && !stands_behind(target.block, from) ? poll() : Status::Success;
  }
  [[nodiscard]] bool stands_behind(ir::BlockId b, ir::BlockId other) const {
    for (ir::BlockId at = f().blocks[other].next; at != kNone; at = f().blocks[at].next) {
      if (at == b)
        return true;
    }
    return false;
  }

  void leave_frame() {
    a_.depth_left += f().depth;
    frames_.pop_back();
    if (!frames_.empty())
      a_.instance = frames_.back().body.instance;
  }
  /// Results of a call go to the instruction that made it.
  Status give(std::span<const U256> values) {
    if (frames_.empty()) {
      results.assign(values.begin(), values.end());
      return Status::Success;
    }
    const Inst& call = f().insts[frames_.back().at];
    std::ranges::copy(values,
                      frames_.back().values.begin() + (call.result_count != 0 ? call.result : 0));
    return next();
  }

  Status call(const runtime::Function& callee, const Inst& inst, std::vector<U256> arguments) {
    const bool is_tail = info(inst.op).has(ir::Terminator);
    if (callee.host == run_body) {
      if (is_tail)
        leave_frame();
      return enter(*static_cast<const Body*>(callee.data), arguments);
    }
    if (a_.gas < 0)
      return Status::OutOfGas;
    std::vector<uint64_t> slots(
        std::max(callee.signature->parameter_slots, callee.signature->result_slots) + 1);
    std::vector<Type> types;
    for (const auto v : f().args(inst).first(arguments.size()))
      types.push_back(f().type(v));
    to_slots(types, arguments, slots.data());
    std::vector<Type> result_types;
    for (uint32_t r = 0; r < inst.result_count; ++r)
      result_types.push_back(f().type(inst.result + r));
    if (is_tail)
      result_types.assign(f().results.begin(), f().results.end());
    if (is_tail)
      leave_frame();
    a_.callee = &callee;
    const Status status = callee.host(a_, callee.data, slots.data());
    if (status != Status::Success)
      return status;
    std::vector<U256> values;
    from_slots(result_types, slots.data(), values);
    for (size_t i = 0; i < values.size(); ++i) {
      if (bits(result_types[i]) == 32)
        values[i] = U256{static_cast<uint32_t>(values[i].limb(0))};
    }
    return give(values);
  }
  [[nodiscard]] const runtime::Function& function(uint64_t index) const {
    const runtime::Instance& i = instance();
    return index < i.imported_functions ? *i.imports[index]
                                        : i.functions[index - i.imported_functions];
  }
  Status call_indirect(const Inst& inst) {
    const auto pair = ir::decode_pair(inst.attribute);
    auto arguments = values(f().args(inst));
    const uint64_t index = arguments.back().limb(0);
    arguments.pop_back();
    const runtime::Table& table = *instance().tables[pair.second];
    if (index >= table.size)
      return Status::UndefinedElement;
    const runtime::Function* callee = runtime::function_of(table.items[index]);
    if (callee == nullptr)
      return Status::NullElement;
    if (!runtime::is_same(*callee->signature, frames_.back().body.module->signature(pair.first)))
      return Status::SignatureMismatch;
    return call(*callee, inst, std::move(arguments));
  }

  // --- instructions ---

  Status step() {
    const Inst& inst = f().insts[frames_.back().at];
    const auto in = values(f().args(inst));
    const ir::Target* targets = f().targets.data() + inst.targets.begin;
    switch (inst.op) {
    case Op::Br:
      return go(targets[0]);
    case Op::BrIf:
      return go(targets[in[0].is_zero() ? 1 : 0]);
    case Op::BrTable:
      return go(targets[std::min<uint64_t>(in[0].limb(0), inst.targets.count - 1)]);
    case Op::Return:
      leave_frame();
      return give(in);
    case Op::Trap:
      return static_cast<Status>(inst.attribute);
    case Op::CallFunction:
    case Op::TailCall:
      return call(function(inst.attribute), inst, in);
    case Op::CallIndirect:
    case Op::TailCallIndirect:
      return call_indirect(inst);
    default:
      break;
    }
    Status status = Status::Success;
    if (info(inst.op).at_most_fails()) {
      std::array<U256, 2> out;
      status = compute(f(), inst, in, out);
      for (uint32_t r = 0; r < inst.result_count; ++r)
        frames_.back().values[inst.result + r] = out[r];
    } else {
      status = effect(inst, in);
    }
    if (kind(status) == StatusKind::Failure &&
        (info(inst.op).failures() & ir::failure(status)) == 0)
      std::abort(); // its row says what an op fails with
    return status == Status::Success ? next() : status;
  }

  Status charge(const Inst& inst, uint64_t units) {
    return runtime::charge_units(a_.gas, units, inst.attribute) ? Status::Success
                                                                : Status::OutOfGas;
  }

  Status effect(const Inst& inst, std::span<const U256> in) {
    const auto n = [&](size_t i) { return in[i].limb(0); };
    const auto pair = ir::decode_pair(inst.attribute);
    const runtime::Instance& i = instance();
    switch (inst.op) {
    case Op::VarGet:
      set(inst, frames_.back().variables[inst.attribute]);
      return Status::Success;
    case Op::VarSet:
      frames_.back().variables[inst.attribute] = in[0];
      return Status::Success;
    case Op::GasWords:
      return charge(inst, runtime::words_of(n(0)));
    case Op::GasBytes:
      return charge(inst, n(0));
    case Op::Load:
    case Op::Store:
      return access(inst, in);
    case Op::LinearSize:
      set(inst, i.memories[inst.attribute]->size / runtime::kPage);
      return Status::Success;
    case Op::LinearGrow:
      if (a_.gas < 0)
        return Status::OutOfGas;
      set(inst, cut(inst.type, grow(*i.memories[inst.attribute], n(0))));
      return Status::Success;
    case Op::LinearFill:
      return fill(*i.memories[inst.attribute], n(0), static_cast<uint8_t>(n(1)), n(2));
    case Op::LinearCopy:
      return copy(*i.memories[pair.first], n(0), *i.memories[pair.second], n(1), n(2));
    case Op::LinearInit:
      return init(*i.memories[pair.first], n(0), i.data[pair.second], n(1), n(2));
    case Op::DataDrop:
      i.data[inst.attribute] = {};
      return Status::Success;
    case Op::GlobalGet: {
      const auto& slots = i.globals[inst.attribute]->slots;
      set(inst, U256{slots[0], inst.type == Type::V128 ? slots[1] : 0, 0, 0});
      return Status::Success;
    }
    case Op::GlobalSet:
      i.globals[inst.attribute]->slots[0] = n(0);
      if (inst.type == Type::V128)
        i.globals[inst.attribute]->slots[1] = in[0].limb(1);
      return Status::Success;
    case Op::FunctionRef:
      set(inst, runtime::reference_to(&function(inst.attribute)));
      return Status::Success;
    default:
      return table_op(inst, in);
    }
  }

  Status table_op(const Inst& inst, std::span<const U256> in) {
    const auto n = [&](size_t i) { return in[i].limb(0); };
    const auto pair = ir::decode_pair(inst.attribute);
    const runtime::Instance& i = instance();
    runtime::Table& table = *i.tables[pair.first];
    switch (inst.op) {
    case Op::TableGet:
    case Op::TableSet:
      if (n(0) >= table.size)
        return Status::TableViolation;
      if (inst.op == Op::TableGet)
        set(inst, table.items[n(0)]);
      else
        table.items[n(0)] = n(1);
      return Status::Success;
    case Op::TableSize:
      set(inst, table.size);
      return Status::Success;
    case Op::TableGrow:
      if (a_.gas < 0)
        return Status::OutOfGas;
      set(inst, cut(inst.type, grow(table, n(1), n(0))));
      return Status::Success;
    case Op::TableFill:
      return fill(table, n(0), n(1), n(2));
    case Op::TableCopy:
      return copy(table, n(0), *i.tables[pair.second], n(1), n(2));
    case Op::TableInit:
      return init(table, n(0), i.elements[pair.second], n(1), n(2));
    case Op::ElementDrop:
      i.elements[inst.attribute] = {};
      return Status::Success;
    default:
      ZVM_UNREACHABLE();
    }
  }

  Status access(const Inst& inst, std::span<const U256> in) {
    const ir::Access access = ir::decode_access(inst.attribute);
    const runtime::LinearMemory& memory = *instance().memories[access.memory];
    const auto end = static_cast<unsigned __int128>(in[0].limb(0)) + access.offset + access.width;
    if (end > memory.size)
      return Status::MemoryViolation;
    uint8_t* const at = memory.base + in[0].limb(0) + access.offset;
    uint64_t limbs[2] = {in.size() > 1 ? in[1].limb(0) : 0, in.size() > 1 ? in[1].limb(1) : 0};
    if (inst.op == Op::Store) {
      std::memcpy(at, limbs, access.width);
      touch(memory, at, access.width);
      return Status::Success;
    }
    std::memcpy(limbs, at, access.width);
    const unsigned unused = 64 - 8 * std::min<unsigned>(access.width, 8);
    if (access.is_signed)
      limbs[0] = static_cast<uint64_t>(static_cast<int64_t>(limbs[0] << unused) >> unused);
    set(inst,
        inst.type == Type::V128 ? U256{limbs[0], limbs[1], 0, 0} : U256{cut(inst.type, limbs[0])});
    return Status::Success;
  }
  [[nodiscard]] static uint64_t cut(Type type, uint64_t v) {
    return bits(type) == 32 ? static_cast<uint32_t>(v) : v;
  }

  Activation& a_;
  std::vector<Frame> frames_;
};

Status run_body(Activation& a, void* data, uint64_t* slots) {
  const Body& body = *static_cast<const Body*>(data);
  const ir::Function& f = *body.function;
  std::vector<Type> types;
  for (const ValueId v : f.values_of(f.blocks[0].params))
    types.push_back(f.type(v));
  std::vector<U256> arguments;
  from_slots(types, slots, arguments);
  runtime::Instance* const before = a.instance;
  const int64_t depth = a.depth_left;
  Run run{a};
  const Status status = run.call(body, std::move(arguments));
  a.instance = before;
  a.depth_left = depth;
  if (status == Status::Success)
    to_slots(f.results.view(), run.results, slots);
  return status;
}

} // namespace

void ModuleMachine::take_over(engine::wasm::Instance& instance) {
  runtime::Instance& code = instance.code();
  for (size_t i = 0; i < bodies_.size(); ++i) {
    taken_.push_back({&bodies_[i], &code, &instance.module()});
    runtime::Function& function = code.functions[i];
    function.entry = backend::interp::host_entry();
    function.instance = nullptr;
    function.host = run_body;
    function.data = &taken_.back();
  }
}

} // namespace zvm::test

#include "frontend/wasm/lower.hpp"

#include <algorithm>
#include <array>

#include "base/guest.hpp"
#include "base/vector.hpp"
#include "frontend/wasm/locals.hpp"
#include "ir/access.hpp"
#include "ir/builder.hpp"

namespace zvm::frontend::wasm {
namespace {

using ir::BlockId;
using ir::kNone;
using ir::Type;
using ir::ValueId;

enum class Form : uint8_t { None, InOrder, Exchanged, Shift };

struct Lowered {
  ir::Op op = ir::Op::Stop;
  Type type = Type::None;
  Form form = Form::None;
};
constexpr std::array<Lowered, kOpCount> kLowered = [] {
  std::array<Lowered, kOpCount> all;
#define LOWERED(instruction, op, type, form)                                                       \
  all[static_cast<size_t>(Op::instruction)] = {ir::Op::op, Type::type, Form::form};
#include "frontend/wasm/lowering.def"
#undef LOWERED
  return all;
}();

/// The vector operation of the same name, plus 1; 0 where there is none.
constexpr std::array<uint16_t, kOpCount> kVectorOf = [] {
  std::array<uint16_t, kOpCount> all{};
  for (size_t i = 0; i < kOpCount; ++i) {
    for (size_t v = 0; kOps[i].prefix == kVectorPrefix && v < kVectorOpCount; ++v) {
      if (kVectorInfo[v].text == kOps[i].text)
        all[i] = static_cast<uint16_t>(v + 1);
    }
  }
  return all;
}();

constexpr Type type_of(ValType type) {
  switch (type) {
  case ValType::I32:
    return Type::I32;
  case ValType::F32:
    return Type::F32;
  case ValType::F64:
    return Type::F64;
  case ValType::V128:
    return Type::V128;
  default: // references, too
    return Type::I64;
  }
}
constexpr Type type_of_letter(char letter) {
  switch (letter) {
  case 'i':
    return Type::I32;
  case 'l':
    return Type::I64;
  case 'f':
    return Type::F32;
  case 'd':
    return Type::F64;
  default:
    return Type::V128;
  }
}

using Types = std::span<const ValType>;

class Lowering {
 public:
  Lowering(const Module& module, std::span<const FunctionFacts> facts, uint32_t index,
           const LowerOptions& options, ir::Function& out)
      : module_(module), facts_(facts[index]), options_(options),
        type_(module.type_of_function(module.imported_functions + index)),
        body_(module.bodies[index]), f_(out), b_(out), reader_(module.bytes) {}

  bool run();

 private:
  /// A block of the source that has not ended.
  struct Control {
    Op op = Op::Block;
    uint32_t height = 0; ///< operands below its own
    Types parameters;
    Types results;
    BlockId head = kNone;    ///< of a loop
    uint32_t to_end = kNone; ///< newest branch to its end, by its place in pending_
    uint32_t to_else = kNone;
    uint32_t first_parameter = 0; ///< in kept_: parameters of an if, for its else
    [[nodiscard]] Types label() const { return op == Op::Loop ? parameters : results; }
  };
  /// A target that waits for the block it is to lead to.
  struct PendingTarget {
    uint32_t target; ///< in the function's targets
    uint32_t before; ///< the next older of the same label
  };

  void instruction();
  void control(const Instruction& in);
  void vector_access(const Instruction& in);

  // Operands.
  void push(ValueId v) {
    if (!stack_.try_push(v))
      f_.set_failed();
  }
  ValueId pop() {
    if (f_.failed())
      return 0;
    const ValueId v = stack_.back();
    stack_.pop();
    return v;
  }
  ValueId constant(Type type, uint64_t value) { return b_.constant(type, U256{value}); }
  void emit_push(ir::Op op, Type type, std::initializer_list<ValueId> args,
                 uint64_t attribute = 0) {
    push(b_.emit(op, type, args, attribute));
  }
  ValueId vector(VectorOp op, std::span<const ValueId> args, uint8_t lane = 0);
  ValueId vector(VectorOp op, std::initializer_list<ValueId> args, uint8_t lane = 0) {
    return vector(op, std::span{args.begin(), args.size()}, lane);
  }

  // Blocks.
  struct BlockSignature {
    Types parameters;
    Types results;
  };
  [[nodiscard]] BlockSignature signature_of(const BlockType& type) const;
  [[nodiscard]] static Types alone(ValType type) {
    static constexpr auto kAlone = [] {
      std::array<ValType, 128> types{};
      for (size_t i = 0; i < types.size(); ++i)
        types[i] = static_cast<ValType>(i);
      return types;
    }();
    return {&kAlone[static_cast<size_t>(type)], 1};
  }
  void begin_region();
  void continue_region();
  void charge(int64_t gas);
  void charge_moves(size_t count) {
    if (options_.costs != nullptr)
      charge(options_.costs->move(count));
  }
  uint32_t transfer(uint32_t place, Type type);
  void pass_values(Types types);
  void take_values(Types types);
  void begin_block(const Instruction& in);
  void else_();
  void begin_else(Control& c);
  void end();
  bool end_dead();
  void begin_end(Control& c);
  void leave_block();
  void branch(uint32_t label);
  void branch_if(uint32_t label);
  void branch_table(const Instruction& in);
  void await(uint32_t& list, uint32_t target);
  void resolve(uint32_t list, BlockId block);
  [[nodiscard]] uint32_t last_target(uint32_t which) const {
    return f_.failed() ? 0 : f_.insts[f_.blocks[b_.block()].last].targets.begin + which;
  }
  void skip_dead_code();
  void return_();

  // Calls.
  void call(const Instruction& in);
  void tail_call(const Instruction& in);
  std::span<const ValueId> take_arguments(const FunctionType& type, bool with_index);

  [[nodiscard]] ir::Access access_of(const Instruction& in, unsigned width, bool is_signed) const {
    return {std::min(in.value, ir::kMostOffset), in.index, static_cast<uint8_t>(width), is_signed};
  }
  void load(const Instruction& in, Type type, bool is_signed) {
    const ValueId address = pop();
    emit_push(ir::Op::LinearLoad, type, {address},
              encode(access_of(in, info(in.op).width, is_signed)));
  }
  void store(const Instruction& in, Type type) {
    const ValueId value = pop(), address = pop();
    b_.emit(ir::Op::LinearStore, type, {address, value},
            encode(access_of(in, info(in.op).width, false)));
  }
  [[nodiscard]] Type address_type(uint32_t memory) const {
    return type_of(module_.memories[memory].limits.address());
  }
  [[nodiscard]] Type table_address(uint32_t table) const {
    return type_of(module_.tables[table].limits.address());
  }
  void charge_by(ir::Op op, int64_t rate, ValueId amount) {
    if (options_.costs != nullptr && rate != 0)
      b_.emit(op, {amount}, static_cast<uint64_t>(rate));
  }
  void bulk(ir::Op op, uint64_t attribute, bool of_memory);
  void wide(ir::Op op);

  const Module& module_;
  const FunctionFacts& facts_;
  const LowerOptions& options_;
  const FunctionType& type_;
  Range body_;
  ir::Function& f_;
  ir::Builder b_;
  Reader reader_;
  Locals locals_;
  Instruction in_;
  Vec<ValueId> stack_;
  Vec<Control> controls_;
  Vec<PendingTarget> pending_;
  Vec<ValueId> kept_;
  Vec<uint32_t> transfers_; ///< variable + 1, by place and type
  Vec<ValueId> arguments_;
  Vec<ir::Target> targets_;
  Vec<Type> result_types_;
};

bool Lowering::run() {
  f_.clear();
  f_.form = ir::Form::Module;
  reader_.enter(body_.offset, body_.end());
  const Types parameters = module_.parameters(type_);
  if (!locals_.read(reader_, options_.profile, parameters))
    return false;
  f_.parameters = static_cast<uint32_t>(parameters.size());
  f_.depth = static_cast<uint32_t>(
      kCallCharge + kCallSlotCharge * (uint64_t{facts_.locals} + facts_.max_operands));
  uint32_t local = 0;
  for (const LocalRun& run : locals_.runs()) {
    for (; local < run.end; ++local) {
      if (!f_.variables.try_push(type_of(run.type)))
        return false;
    }
  }
  for (const ValType type : module_.results(type_)) {
    if (!f_.results.try_push(type_of(type)))
      return false;
  }
  b_.begin_block(static_cast<uint32_t>(reader_.offset()));
  if (options_.costs != nullptr)
    charge(options_.costs->entry(facts_.locals));
  if (!controls_.try_push({.parameters = {}, .results = module_.results(type_)}))
    return false;
  while (!controls_.empty() && !f_.failed() && read_instruction(reader_, options_.profile, in_)) {
    if (options_.costs != nullptr)
      charge((*options_.costs)[in_.op]);
    instruction();
  }
  return !f_.failed() && reader_.ok();
}

// --- regions ---

void Lowering::charge(int64_t gas) {
  if (!f_.failed())
    f_.blocks[b_.block()].gas += gas;
}

/// A block that branches lead to, or that follows one.
void Lowering::begin_region() { b_.begin_block(static_cast<uint32_t>(reader_.offset())); }

/// What follows is charged for on its own.
void Lowering::continue_region() {
  if (f_.failed())
    return;
  b_.br(static_cast<BlockId>(f_.blocks.size()));
  begin_region();
}

void Lowering::await(uint32_t& list, uint32_t target) {
  if (!pending_.try_push({target, list}))
    f_.set_failed();
  list = static_cast<uint32_t>(pending_.size() - 1);
}
void Lowering::resolve(uint32_t list, BlockId block) {
  for (; list != kNone && !f_.failed(); list = pending_[list].before)
    f_.targets[pending_[list].target].block = block;
}

// --- values that branches take along ---

/// The variable in which the value in that place of a label's types goes from a branch to where it leads.
uint32_t Lowering::transfer(uint32_t place, Type type) {
  constexpr size_t kTypes = 8;
  const size_t at = place * kTypes + static_cast<size_t>(type);
  if (at >= transfers_.size() && !transfers_.try_resize((place + 1) * kTypes)) {
    f_.set_failed();
    return 0;
  }
  if (transfers_[at] == 0) {
    if (!f_.variables.try_push(type)) {
      f_.set_failed();
      return 0;
    }
    transfers_[at] = static_cast<uint32_t>(f_.variables.size());
  }
  return transfers_[at] - 1;
}

/// The top operands into their variables; they stay on the stack.
void Lowering::pass_values(Types types) {
  if (f_.failed())
    return;
  const size_t first = stack_.size() - types.size();
  for (uint32_t i = 0; i < types.size(); ++i) {
    const Type type = type_of(types[i]);
    b_.emit(ir::Op::VarSet, type, {stack_[first + i]}, transfer(i, type));
  }
}
void Lowering::take_values(Types types) {
  for (uint32_t i = 0; i < types.size() && !f_.failed(); ++i) {
    const Type type = type_of(types[i]);
    emit_push(ir::Op::VarGet, type, {}, transfer(i, type));
  }
}

// --- blocks ---

Lowering::BlockSignature Lowering::signature_of(const BlockType& type) const {
  switch (type.kind) {
  case BlockType::Kind::Empty:
    return {};
  case BlockType::Kind::Value:
    return {{}, alone(type.value)};
  case BlockType::Kind::Function:
    break;
  }
  const FunctionType& function = module_.types[type.type];
  return {module_.parameters(function), module_.results(function)};
}

void Lowering::begin_block(const Instruction& in) {
  const BlockSignature signature = signature_of(in.block);
  Control c{.op = in.op, .parameters = signature.parameters, .results = signature.results};
  if (in.op == Op::If) {
    const ValueId condition = pop();
    if (f_.failed())
      return;
    b_.br_if(condition, static_cast<BlockId>(f_.blocks.size()), 0);
    await(c.to_else, last_target(1));
    c.first_parameter = static_cast<uint32_t>(kept_.size());
    const size_t first = stack_.size() - c.parameters.size();
    if (!kept_.try_append(stack_.view().subspan(first)))
      f_.set_failed();
    begin_region();
  }
  c.height = static_cast<uint32_t>(stack_.size() - c.parameters.size());
  if (in.op == Op::Loop) {
    charge_moves(c.parameters.size());
    pass_values(c.parameters);
    continue_region();
    if (f_.failed())
      return;
    stack_.truncate(c.height);
    c.head = b_.block();
    f_.blocks[c.head].poll = true;
    take_values(c.parameters);
    // The loop's own price is paid before it, not each time round.
  }
  if (!controls_.try_push(c))
    f_.set_failed();
}

/// Ends the first part of an if. The code before was live.
void Lowering::else_() {
  Control& c = controls_.back();
  charge_moves(c.results.size());
  pass_values(c.results);
  b_.br(0);
  await(c.to_end, last_target(0));
  begin_else(c);
}

/// The second part of an if, with the operands that the first began with.
void Lowering::begin_else(Control& c) {
  begin_region();
  if (f_.failed())
    return;
  resolve(c.to_else, b_.block());
  c.to_else = kNone;
  stack_.truncate(c.height);
  for (uint32_t i = 0; i < c.parameters.size(); ++i)
    push(kept_[c.first_parameter + i]);
}

/// Ends a block whose code before was live.
void Lowering::end() {
  if (f_.failed())
    return;
  Control& c = controls_.back();
  // Whether or not a branch leads here: prices know nothing of blocks of the IR.
  charge_moves(c.results.size());
  if (controls_.size() == 1) {
    return_();
    if (c.to_end != kNone) {
      begin_end(c);
      return_();
    }
    return leave_block();
  }
  const bool has_no_else = c.op == Op::If && c.to_else != kNone;
  if (c.to_end != kNone || has_no_else) {
    pass_values(c.results);
    if (has_no_else && !c.results.empty()) { // the results are the parameters
      b_.br(0);
      await(c.to_end, last_target(0));
      begin_else(c);
      charge_moves(c.results.size());
      pass_values(c.results);
    }
    b_.br(static_cast<BlockId>(f_.blocks.size()));
    begin_end(c);
  }
  leave_block();
}

/// The rest of the block cannot be reached; it is left out, and the block ended, and so on up to what can be.
void Lowering::skip_dead_code() {
  uint32_t depth = 0;
  while (!f_.failed() && read_instruction(reader_, options_.profile, in_)) {
    if (in_.op == Op::Block || in_.op == Op::Loop || in_.op == Op::If) {
      ++depth;
    } else if (in_.op == Op::Else && depth == 0) {
      return begin_else(controls_.back());
    } else if (in_.op == Op::End) {
      if (depth == 0 && end_dead())
        return;
      depth -= depth != 0 ? 1 : 0;
    }
  }
}

/// Ends a block whose code before was dead. True where what follows is not, or there is none.
bool Lowering::end_dead() {
  Control& c = controls_.back();
  const bool is_body = controls_.size() == 1;
  stack_.truncate(c.height);
  if (c.op == Op::If && c.to_else != kNone) {
    begin_else(c);
    end();
    return true;
  }
  const bool is_reached = c.to_end != kNone;
  if (is_reached)
    begin_end(c);
  if (is_reached && is_body)
    return_();
  leave_block();
  return is_reached || is_body;
}

/// Where branches to the end of a block lead.
void Lowering::begin_end(Control& c) {
  begin_region();
  if (f_.failed())
    return;
  resolve(c.to_end, b_.block());
  resolve(c.to_else, b_.block());
  stack_.truncate(c.height);
  take_values(c.results);
}

void Lowering::leave_block() {
  const Control& c = controls_.back();
  if (c.op == Op::If)
    kept_.truncate(c.first_parameter);
  controls_.pop();
}

// --- branches ---

void Lowering::branch(uint32_t label) {
  if (f_.failed())
    return;
  Control& c = controls_[controls_.size() - 1 - label];
  charge_moves(c.label().size());
  if (label + 1 == controls_.size())
    return return_();
  pass_values(c.label());
  b_.br(c.op == Op::Loop ? c.head : 0);
  if (c.op != Op::Loop)
    await(c.to_end, last_target(0));
}

void Lowering::branch_if(uint32_t label) {
  const ValueId condition = pop();
  if (f_.failed())
    return;
  Control& c = controls_[controls_.size() - 1 - label];
  charge_moves(c.label().size());
  pass_values(c.label());
  if (f_.failed())
    return;
  b_.br_if(condition, c.op == Op::Loop ? c.head : 0, static_cast<BlockId>(f_.blocks.size()));
  if (c.op != Op::Loop)
    await(c.to_end, last_target(0));
  begin_region();
}

void Lowering::branch_table(const Instruction& in) {
  const ValueId index = pop();
  if (f_.failed())
    return;
  Reader labels{in.bytes};
  targets_.clear();
  uint32_t label = 0;
  for (uint32_t i = 0; i <= in.count; ++i) {
    label = labels.u32();
    const Control& c = controls_[controls_.size() - 1 - label];
    if (!targets_.try_push({c.op == Op::Loop ? c.head : 0, {}}))
      return f_.set_failed();
  }
  // All labels have the same types.
  const Types types = controls_[controls_.size() - 1 - label].label();
  charge_moves(types.size());
  pass_values(types);
  b_.br_table(index, targets_.view());
  if (f_.failed())
    return;
  const uint32_t first = last_target(0);
  Reader again{in.bytes};
  for (uint32_t i = 0; i <= in.count && !f_.failed(); ++i) {
    Control& c = controls_[controls_.size() - 1 - again.u32()];
    if (c.op != Op::Loop)
      await(c.to_end, first + i);
  }
}

void Lowering::return_() {
  if (f_.failed())
    return;
  const size_t count = f_.results.size();
  b_.return_(stack_.view().subspan(stack_.size() - count));
}

// --- calls ---

std::span<const ValueId> Lowering::take_arguments(const FunctionType& type, bool with_index) {
  if (f_.failed())
    return {};
  const size_t count = type.parameters + (with_index ? 1 : 0);
  const size_t first = stack_.size() - count;
  arguments_.clear();
  if (!arguments_.try_append(stack_.view().subspan(first)))
    f_.set_failed();
  stack_.truncate(first);
  return arguments_.view();
}

void Lowering::call(const Instruction& in) {
  const bool is_indirect = in.op == Op::CallIndirect;
  const FunctionType& type =
      is_indirect ? module_.types[in.index] : module_.type_of_function(in.index);
  charge_moves(type.results);
  const auto arguments = take_arguments(type, is_indirect);
  result_types_.clear();
  for (const ValType result : module_.results(type)) {
    if (!result_types_.try_push(type_of(result)))
      f_.set_failed();
  }
  if (f_.failed())
    return;
  const ValueId first = b_.call(is_indirect ? ir::Op::CallIndirect : ir::Op::CallFunction,
                                is_indirect ? encode(ir::IndexPair{in.index, in.second}) : in.index,
                                arguments, result_types_.view());
  for (uint32_t i = 0; i < type.results; ++i)
    push(first + i);
  continue_region();
}

void Lowering::tail_call(const Instruction& in) {
  const bool is_indirect = in.op == Op::ReturnCallIndirect;
  const FunctionType& type =
      is_indirect ? module_.types[in.index] : module_.type_of_function(in.index);
  const auto arguments = take_arguments(type, is_indirect);
  if (f_.failed())
    return;
  b_.emit(is_indirect ? ir::Op::TailCallIndirect : ir::Op::TailCall, arguments,
          is_indirect ? encode(ir::IndexPair{in.index, in.second}) : in.index);
}

// --- the rest ---

ValueId Lowering::vector(VectorOp op, std::span<const ValueId> args, uint8_t lane) {
  const Type type = type_of_letter(zvm::info(op).signature.back());
  return b_.call(ir::Op::Vector, static_cast<uint64_t>(op) | uint64_t{lane} << 8, args, {&type, 1});
}

/// Copies, fills and the like: operands as they are, charged by the last of them.
void Lowering::bulk(ir::Op op, uint64_t attribute, bool of_memory) {
  const ValueId c = pop(), second = pop(), first = pop();
  if (options_.costs != nullptr && !f_.failed()) {
    if (of_memory)
      charge_by(ir::Op::GasWords, options_.costs->bulk_word, c);
    else
      charge_by(ir::Op::GasBytes, options_.costs->bulk_item, c);
  }
  b_.emit(op, {first, second, c}, attribute);
}

/// Arithmetic on 128 bits, in halves.
void Lowering::wide(ir::Op op) {
  const size_t count = ir::signature(op).operands.count;
  if (f_.failed())
    return;
  constexpr Type kHalves[] = {Type::I64, Type::I64};
  const size_t first = stack_.size() - count;
  const ValueId low = b_.call(op, 0, stack_.view().subspan(first), kHalves);
  stack_.truncate(first);
  push(low);
  push(low + 1);
}

/// Loads and stores of vectors that are more than that.
void Lowering::vector_access(const Instruction& in) {
  const auto loaded = [&](Type type) {
    const ValueId address = pop();
    return b_.emit(ir::Op::LinearLoad, type, {address},
                   encode(access_of(in, info(in.op).width, false)));
  };
  const ValueId zero = constant(Type::V128, 0);
  const auto extend = [&](VectorOp op) {
    push(vector(op, {vector(VectorOp::I64x2ReplaceLane, {zero, loaded(Type::I64)})}));
  };
  const auto splat = [&](VectorOp op, Type type) { push(vector(op, {loaded(type)})); };
  const auto load_lane = [&](VectorOp op, Type type) {
    const ValueId before = pop();
    push(vector(op, {before, loaded(type)}, in.lane));
  };
  const auto store_lane = [&](VectorOp op, Type type) {
    const ValueId lane = vector(op, {pop()}, in.lane);
    const ValueId address = pop();
    b_.emit(ir::Op::LinearStore, type, {address, lane},
            encode(access_of(in, info(in.op).width, false)));
  };
  switch (in.op) {
  case Op::V128Load8x8S:
    return extend(VectorOp::I16x8ExtendLowI8x16S);
  case Op::V128Load8x8U:
    return extend(VectorOp::I16x8ExtendLowI8x16U);
  case Op::V128Load16x4S:
    return extend(VectorOp::I32x4ExtendLowI16x8S);
  case Op::V128Load16x4U:
    return extend(VectorOp::I32x4ExtendLowI16x8U);
  case Op::V128Load32x2S:
    return extend(VectorOp::I64x2ExtendLowI32x4S);
  case Op::V128Load32x2U:
    return extend(VectorOp::I64x2ExtendLowI32x4U);
  case Op::V128Load8Splat:
    return splat(VectorOp::I8x16Splat, Type::I32);
  case Op::V128Load16Splat:
    return splat(VectorOp::I16x8Splat, Type::I32);
  case Op::V128Load32Splat:
    return splat(VectorOp::I32x4Splat, Type::I32);
  case Op::V128Load64Splat:
    return splat(VectorOp::I64x2Splat, Type::I64);
  case Op::V128Load32Zero:
    return push(vector(VectorOp::I32x4ReplaceLane, {zero, loaded(Type::I32)}));
  case Op::V128Load64Zero:
    return push(vector(VectorOp::I64x2ReplaceLane, {zero, loaded(Type::I64)}));
  case Op::V128Load8Lane:
    return load_lane(VectorOp::I8x16ReplaceLane, Type::I32);
  case Op::V128Load16Lane:
    return load_lane(VectorOp::I16x8ReplaceLane, Type::I32);
  case Op::V128Load32Lane:
    return load_lane(VectorOp::I32x4ReplaceLane, Type::I32);
  case Op::V128Load64Lane:
    return load_lane(VectorOp::I64x2ReplaceLane, Type::I64);
  case Op::V128Store8Lane:
    return store_lane(VectorOp::I8x16ExtractLaneU, Type::I32);
  case Op::V128Store16Lane:
    return store_lane(VectorOp::I16x8ExtractLaneU, Type::I32);
  case Op::V128Store32Lane:
    return store_lane(VectorOp::I32x4ExtractLane, Type::I32);
  default:
    return store_lane(VectorOp::I64x2ExtractLane, Type::I64);
  }
}

void Lowering::control(const Instruction& in) {
  switch (in.op) {
  case Op::Unreachable:
    b_.trap(Status::Unreachable);
    return skip_dead_code();
  case Op::Block:
  case Op::Loop:
  case Op::If:
    return begin_block(in);
  case Op::Else:
    return else_();
  case Op::End:
    return end();
  case Op::Br:
    branch(in.index);
    return skip_dead_code();
  case Op::BrIf:
    return branch_if(in.index);
  case Op::BrTable:
    branch_table(in);
    return skip_dead_code();
  case Op::Return:
    charge_moves(f_.results.size());
    return_();
    return skip_dead_code();
  case Op::Call:
  case Op::CallIndirect:
    return call(in);
  case Op::ReturnCall:
  case Op::ReturnCallIndirect:
    tail_call(in);
    return skip_dead_code();
  case Op::Drop:
    (void)pop();
    return;
  default: { // select
    const ValueId condition = pop(), second = pop(), first = pop();
    if (!f_.failed())
      emit_push(ir::Op::Select, f_.type(first), {condition, first, second});
  }
  }
}

void Lowering::instruction() {
  const Instruction& in = in_;
  const auto index = static_cast<size_t>(in.op);
  if (info(in.op).signature.is_special)
    return control(in);
  if (const Lowered& row = kLowered[index]; row.form != Form::None) {
    const bool is_binary = info(in.op).signature.parameters == 2;
    ValueId second = is_binary ? pop() : kNone;
    ValueId first = pop();
    if (!is_binary)
      return emit_push(row.op, row.type, {first});
    if (row.form == Form::Shift && !f_.failed())
      second = b_.emit(ir::Op::And, row.type, {second, constant(row.type, bits(row.type) - 1)});
    if (row.form != Form::InOrder)
      std::swap(first, second);
    return emit_push(row.op, row.type, {first, second});
  }
  if (kVectorOf[index] != 0 && in.op != Op::I8x16Shuffle) {
    const auto op = static_cast<VectorOp>(kVectorOf[index] - 1);
    const size_t count = zvm::info(op).signature.find(':');
    if (f_.failed())
      return;
    ValueId args[3];
    for (size_t i = count; i-- > 0;)
      args[i] = pop();
    // Instructions without a lane leave in it what another had.
    return push(vector(op, std::span{args, count}, zvm::info(op).lanes != 0 ? in.lane : 0));
  }
  const auto pair = [&] { return encode(ir::IndexPair{in.index, in.second}); };
  switch (in.op) {
  case Op::Nop:
    return;
  case Op::SelectT: {
    const ValueId condition = pop(), second = pop(), first = pop();
    return emit_push(ir::Op::Select, type_of(in.type), {condition, first, second});
  }
  case Op::LocalGet:
    return emit_push(ir::Op::VarGet, f_.variables[in.index], {}, in.index);
  case Op::LocalSet:
    b_.emit(ir::Op::VarSet, f_.variables[in.index], {pop()}, in.index);
    return;
  case Op::LocalTee: {
    const ValueId v = pop();
    b_.emit(ir::Op::VarSet, f_.variables[in.index], {v}, in.index);
    return push(v);
  }
  case Op::GlobalGet:
    return emit_push(ir::Op::GlobalGet, type_of(module_.globals[in.index].type), {}, in.index);
  case Op::GlobalSet:
    b_.emit(ir::Op::GlobalSet, type_of(module_.globals[in.index].type), {pop()}, in.index);
    return;
  case Op::TableGet: {
    const ValueId at = pop();
    push(b_.emit(ir::Op::TableGet, {at}, in.index));
    return;
  }
  case Op::TableSet: {
    const ValueId item = pop(), at = pop();
    b_.emit(ir::Op::TableSet, {at, item}, in.index);
    return;
  }
  case Op::TableSize:
    return emit_push(ir::Op::TableSize, table_address(in.index), {}, in.index);
  case Op::TableGrow: {
    const ValueId items = pop(), item = pop();
    if (options_.costs != nullptr)
      charge_by(ir::Op::GasBytes, options_.costs->bulk_item, items);
    return emit_push(ir::Op::TableGrow, table_address(in.index), {item, items}, in.index);
  }
  case Op::TableFill:
    return bulk(ir::Op::TableFill, in.index, false);
  case Op::TableCopy:
    return bulk(ir::Op::TableCopy, pair(), false);
  case Op::TableInit:
    return bulk(ir::Op::TableInit, pair(), false);
  case Op::ElemDrop:
    b_.emit(ir::Op::ElementDrop, std::initializer_list<ValueId>{}, in.index);
    return;
  case Op::RefFunc:
    push(b_.emit(ir::Op::FunctionRef, std::initializer_list<ValueId>{}, in.index));
    return;
  case Op::RefNull:
    return push(constant(Type::I64, 0));
  case Op::I32Const:
    return push(constant(Type::I32, in.value & UINT32_MAX));
  case Op::I64Const:
    return push(constant(Type::I64, in.value));
  case Op::F32Const:
    return push(constant(Type::F32, in.value & UINT32_MAX));
  case Op::F64Const:
    return push(constant(Type::F64, in.value));
  case Op::V128Const:
  case Op::I8x16Shuffle: {
    uint64_t halves[2];
    std::memcpy(halves, in.bytes.data(), 16);
    const ValueId value = b_.constant(Type::V128, U256{halves[0], halves[1], 0, 0});
    if (in.op == Op::V128Const)
      return push(value);
    const ValueId second = pop(), first = pop();
    return push(vector(VectorOp::I8x16Shuffle, {first, second, value}));
  }
  case Op::I32Extend8S:
  case Op::I32Extend16S:
    return emit_push(ir::Op::SignExtend, Type::I32,
                     {constant(Type::I32, in.op == Op::I32Extend16S ? 1 : 0), pop()});
  case Op::I64Extend8S:
  case Op::I64Extend16S:
  case Op::I64Extend32S:
    return emit_push(ir::Op::SignExtend, Type::I64,
                     {constant(Type::I64, in.op == Op::I64Extend8S    ? 0
                                          : in.op == Op::I64Extend16S ? 1
                                                                      : 3),
                      pop()});
  case Op::I64Add128:
    return wide(ir::Op::AddWide);
  case Op::I64Sub128:
    return wide(ir::Op::SubWide);
  case Op::I64MulWideS:
    return wide(ir::Op::MulWideS);
  case Op::I64MulWideU:
    return wide(ir::Op::MulWideU);
  case Op::MemorySize:
    return emit_push(ir::Op::LinearSize, address_type(in.index), {}, in.index);
  case Op::MemoryGrow: {
    const ValueId pages = pop();
    if (options_.costs != nullptr)
      charge_by(ir::Op::GasBytes, options_.costs->page, pages);
    emit_push(ir::Op::LinearGrow, address_type(in.index), {pages}, in.index);
    return continue_region();
  }
  case Op::MemoryFill:
    return bulk(ir::Op::LinearFill, in.index, true);
  case Op::MemoryCopy:
    return bulk(ir::Op::LinearCopy, pair(), true);
  case Op::MemoryInit:
    return bulk(ir::Op::LinearInit, pair(), true);
  case Op::DataDrop:
    b_.emit(ir::Op::DataDrop, std::initializer_list<ValueId>{}, in.index);
    return;
  case Op::I32Load:
  case Op::I32Load8U:
  case Op::I32Load16U:
    return load(in, Type::I32, false);
  case Op::I32Load8S:
  case Op::I32Load16S:
    return load(in, Type::I32, true);
  case Op::I64Load:
  case Op::I64Load8U:
  case Op::I64Load16U:
  case Op::I64Load32U:
    return load(in, Type::I64, false);
  case Op::I64Load8S:
  case Op::I64Load16S:
  case Op::I64Load32S:
    return load(in, Type::I64, true);
  case Op::F32Load:
    return load(in, Type::F32, false);
  case Op::F64Load:
    return load(in, Type::F64, false);
  case Op::V128Load:
    return load(in, Type::V128, false);
  case Op::I32Store:
  case Op::I32Store8:
  case Op::I32Store16:
    return store(in, Type::I32);
  case Op::I64Store:
  case Op::I64Store8:
  case Op::I64Store16:
  case Op::I64Store32:
    return store(in, Type::I64);
  case Op::F32Store:
    return store(in, Type::F32);
  case Op::F64Store:
    return store(in, Type::F64);
  case Op::V128Store:
    return store(in, Type::V128);
  default:
    return vector_access(in);
  }
}

} // namespace

bool lower(const Module& module, std::span<const FunctionFacts> facts, uint32_t index,
           const LowerOptions& options, ir::Function& out) {
  return Lowering{module, facts, index, options, out}.run();
}

} // namespace zvm::frontend::wasm

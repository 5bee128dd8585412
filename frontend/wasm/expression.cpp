#include "frontend/wasm/expression.hpp"

#include <algorithm>
#include <cstring>

namespace zvm::frontend::wasm {
namespace {

bool is_same(Types a, Types b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

/// Whether operands are what is expected, or of any type. Without a branch inside: a branch to a
/// block of a thousand results takes two bytes.
bool fits(Types found, Types expected) {
  if (is_same(found, expected))
    return true;
  uint8_t wrong = 0;
  for (size_t i = 0; i < found.size(); ++i)
    wrong |= found[i] != expected[i] && found[i] != ValType::Unknown ? uint8_t{1} : uint8_t{0};
  return wrong == 0;
}

/// What values that branches take along need at most: a slot for each place and type.
constexpr uint64_t kTransferSlots = 8000;

} // namespace

void ExpressionChecker::check_body(const FunctionType& type, Range body,
                                   std::span<const uint64_t> declared, FunctionFacts& facts) {
  reader_.enter(body.offset, body.end());
  if (!locals_.read(reader_, profile_, module_.parameters(type)))
    return;
  const auto begin = static_cast<uint32_t>(reader_.offset());
  is_constant_ = false;
  declared_ = declared;
  check(module_.results(type));
  // Vectors take two slots; values on their way over branches have slots of their own.
  uint64_t slots = kTransferSlots + 3 * uint64_t{max_operands_};
  uint32_t local = 0;
  for (const LocalRun& run : locals_.runs()) {
    slots += uint64_t{run.end - local} * (run.type == ValType::V128 ? 2 : 1);
    local = run.end;
  }
  check_limit(reader_, slots, profile_.limits.frame_slots, body.offset, "slots of a frame");
  check_limit(reader_, moved_values_, profile_.limits.moved_values, body.offset,
              "values that blocks, branches and calls move");
  facts = {{begin, static_cast<uint32_t>(body.end()) - begin},
           locals_.count(),
           static_cast<uint32_t>(max_operands_),
           static_cast<uint32_t>(max_nesting_)};
}

void ExpressionChecker::check_constant(Range expression, ValType type, uint32_t globals,
                                       std::span<uint64_t> declared) {
  reader_.enter(expression.offset, expression.end());
  is_constant_ = true;
  visible_globals_ = globals;
  mentioned_ = declared;
  check(alone(type));
}

void ExpressionChecker::check(Types results) {
  operands_.clear();
  blocks_.clear();
  max_operands_ = max_nesting_ = 0;
  begin_block(Op::Block, {}, results);
  while (!blocks_.empty() && read_instruction(reader_, profile_, in_)) {
    check_instruction();
    if (operands_.size() > max_operands_) [[unlikely]] {
      max_operands_ = operands_.size();
      check_limit(reader_, max_operands_, profile_.limits.operands, in_.offset,
                  "operands at a time");
    }
  }
  if (reader_.ok() && !reader_.at_end())
    reader_.refuse_malformed(reader_.offset(), "section size mismatch: code behind the last end");
}

void ExpressionChecker::check_instruction() {
  if (is_constant_ && in_.op != Op::End)
    check_constness();
  if (info(in_.op).signature.is_special)
    return check_special();
  check_immediates();
  apply_signature();
}

/// Instructions whose operands depend on the blocks around them, on a function's type, or on the
/// stack.
void ExpressionChecker::check_special() {
  switch (in_.op) {
  case Op::Unreachable:
    return set_unreachable();
  case Op::Block:
  case Op::Loop:
  case Op::If: {
    const BlockSignature signature = block_signature();
    if (in_.op == Op::If)
      pop(ValType::I32);
    pop(signature.parameters);
    return begin_block(in_.op, signature.parameters, signature.results);
  }
  case Op::Else:
    return check_else();
  case Op::End:
    return check_end();
  case Op::Br:
    pop(label(in_.index));
    return set_unreachable();
  case Op::BrIf: {
    pop(ValType::I32);
    const Types types = label(in_.index);
    pop(types);
    return push(types);
  }
  case Op::BrTable:
    return check_branch_table();
  case Op::Return:
    pop(function_results());
    return set_unreachable();
  case Op::Call:
  case Op::ReturnCall:
    if (in_.index >= module_.functions.size())
      return refuse_index("function", in_.index);
    return check_call(module_.type_of_function(in_.index), in_.op == Op::ReturnCall);
  case Op::CallIndirect:
  case Op::ReturnCallIndirect:
    return check_call_indirect(in_.op == Op::ReturnCallIndirect);
  case Op::Drop:
    pop();
    return;
  case Op::Select:
    return check_select();
  default:
    ZVM_UNREACHABLE();
  }
}

void ExpressionChecker::check_immediates() {
  switch (info(in_.op).immediates) {
  case Immediates::Local:
    if (in_.index >= locals_.count())
      return refuse_index("local", in_.index);
    variable_ = locals_.type(in_.index);
    return;
  case Immediates::Global:
    return check_global();
  case Immediates::Function:
    return check_reference();
  case Immediates::Types:
    if (in_.count != 1)
      refuse("invalid result arity");
    return;
  case Immediates::Table:
    return check_table(in_.index, address_);
  case Immediates::TableTable: {
    check_table(in_.second, second_address_);
    const ValType source = item_;
    check_table(in_.index, address_);
    if (source != item_)
      refuse_type(item_, source);
    return;
  }
  case Immediates::Element:
    return check_element(in_.index);
  case Immediates::ElementTable:
    check_table(in_.index, address_);
    check_element(in_.second);
    if (reader_.ok() && module_.elements[in_.second].type != item_)
      refuse_type(item_, module_.elements[in_.second].type);
    return;
  case Immediates::Memory:
    return check_access();
  case Immediates::MemoryLane:
    check_access();
    return check_lane(in_.lane, 16u / info(in_.op).width);
  case Immediates::MemoryIndex:
    return check_memory(in_.index, address_);
  case Immediates::MemoryMemory:
    check_memory(in_.index, address_);
    return check_memory(in_.second, second_address_);
  case Immediates::Data:
    return check_data(in_.index);
  case Immediates::DataMemory:
    check_memory(in_.index, address_);
    return check_data(in_.second);
  case Immediates::Lane:
    return check_lane(in_.lane, 16u / info(in_.op).width);
  case Immediates::Lanes:
    for (const uint8_t lane : in_.bytes)
      check_lane(lane, 32);
    return;
  default: // constants, which are what they are
    return;
  }
}

void ExpressionChecker::check_memory(uint32_t index, ValType& address) {
  if (index >= module_.memories.size())
    return refuse_index("memory", index);
  address = module_.memories[index].limits.address();
}

void ExpressionChecker::check_table(uint32_t index, ValType& address) {
  if (index >= module_.tables.size())
    return refuse_index("table", index);
  address = module_.tables[index].limits.address();
  item_ = module_.tables[index].item;
}

void ExpressionChecker::check_element(uint32_t index) {
  if (index >= module_.elements.size())
    refuse_index("elem segment", index);
}

void ExpressionChecker::check_data(uint32_t index) {
  if (!module_.data_count)
    return reader_.refuse_malformed(in_.offset, "data count section required");
  if (index >= *module_.data_count)
    refuse_index("data segment", index);
}

void ExpressionChecker::check_access() {
  check_memory(in_.index, address_);
  if (in_.align >= 8 || 1u << in_.align > info(in_.op).width)
    refuse("alignment must not be larger than natural");
  if (address_ == ValType::I32 && in_.value > UINT32_MAX)
    refuse("offset out of range");
}

void ExpressionChecker::check_lane(uint32_t lane, uint32_t lanes) {
  if (lane >= lanes)
    refuse("invalid lane index " + std::to_string(lane));
}

void ExpressionChecker::check_global() {
  if (in_.index >= (is_constant_ ? visible_globals_ : module_.globals.size()))
    return refuse_index("global", in_.index);
  const Global& global = module_.globals[in_.index];
  if (is_constant_ && global.is_mutable)
    refuse("constant expression required: the global is mutable");
  if (in_.op == Op::GlobalSet && !global.is_mutable)
    refuse("global is immutable");
  variable_ = global.type;
}

/// Code may only make references to functions that the module shows elsewhere.
void ExpressionChecker::check_reference() {
  if (in_.index >= module_.functions.size())
    return refuse_index("function", in_.index);
  const uint64_t bit = uint64_t{1} << (in_.index % 64);
  if (is_constant_)
    mentioned_[in_.index / 64] |= bit;
  else if ((declared_[in_.index / 64] & bit) == 0)
    refuse("undeclared function reference");
}

void ExpressionChecker::check_constness() {
  const OpInfo& op = info(in_.op);
  if (op.has(Constant))
    return;
  if (!op.has(ExtendedConstant) || !profile_.features.has(Feature::ExtendedConstants))
    refuse("constant expression required");
}

void ExpressionChecker::check_select() {
  pop(ValType::I32);
  const ValType second = pop(), first = pop();
  for (const ValType type : {second, first}) {
    if (is_reference(type))
      refuse("type mismatch: select without a type takes numbers and vectors, finds " +
             std::string{name(type)});
  }
  if (first != second && first != ValType::Unknown && second != ValType::Unknown)
    refuse_type(first, second);
  push(first == ValType::Unknown ? second : first);
}

void ExpressionChecker::check_else() {
  Block& block = blocks_.back();
  if (block.op != Op::If)
    return refuse("else without if");
  pop(block.results);
  if (operands_.size() != block.height)
    return refuse("type mismatch: operands are left at the else");
  block.op = Op::Else;
  block.is_unreachable = false;
  push(block.parameters);
}

void ExpressionChecker::check_end() {
  const Block block = blocks_.back();
  // Without else the parameters are the results.
  if (block.op == Op::If && !is_same(block.parameters, block.results))
    refuse("type mismatch: an if without else leaves other types than it takes");
  pop(block.results);
  if (operands_.size() != block.height)
    refuse("type mismatch: operands are left at the end");
  blocks_.pop();
  if (!blocks_.empty())
    push(block.results);
}

void ExpressionChecker::check_branch_table() {
  pop(ValType::I32);
  Reader labels{in_.bytes};
  Types last;
  bool is_first = true;
  for (uint64_t left = uint64_t{in_.count} + 1; left > 0 && reader_.ok(); --left) {
    const Types types = label(labels.u32());
    // Most labels are alike.
    if (is_first || types.data() != last.data() || types.size() != last.size()) {
      if (!is_first && types.size() != last.size())
        return refuse("type mismatch: labels of a br_table take different numbers of operands");
      peek(types);
    }
    last = types;
    is_first = false;
  }
  set_unreachable();
}

void ExpressionChecker::check_call(const FunctionType& type, bool is_tail) {
  const Types results = module_.results(type);
  if (is_tail && !is_same(results, function_results()))
    refuse("type mismatch: the callee's results are not the caller's");
  pop(module_.parameters(type));
  if (is_tail)
    return set_unreachable();
  push(results);
}

void ExpressionChecker::check_call_indirect(bool is_tail) {
  check_table(in_.second, address_);
  if (reader_.ok() && item_ != ValType::FuncRef)
    refuse_type(ValType::FuncRef, item_);
  if (in_.index >= module_.types.size())
    return refuse_index("type", in_.index);
  pop(address_);
  check_call(module_.types[in_.index], is_tail);
}

void ExpressionChecker::apply_signature() {
  const Signature& signature = info(in_.op).signature;
  for (unsigned i = signature.parameters; i-- > 0;) {
    if (signature.parameter[i] == Operand::AnyReference) {
      const ValType type = pop();
      if (type != ValType::Unknown && !is_reference(type))
        refuse_type(ValType::FuncRef, type);
    } else {
      pop(resolve(signature.parameter[i]));
    }
  }
  for (unsigned i = 0; i < signature.results; ++i)
    push(resolve(signature.result[i]));
}

ValType ExpressionChecker::resolve(Operand operand) const {
  if (operand >= Operand::FirstType) [[likely]]
    return static_cast<ValType>(operand);
  switch (operand) {
  case Operand::Address:
    return address_;
  case Operand::SecondAddress:
    return second_address_;
  case Operand::NarrowerAddress:
    return address_ == ValType::I32 ? address_ : second_address_;
  case Operand::Item:
    return item_;
  case Operand::Variable:
    return variable_;
  case Operand::Written:
    return in_.type;
  default:
    ZVM_UNREACHABLE();
  }
}

BlockSignature ExpressionChecker::block_signature() {
  if (in_.block.kind == BlockType::Kind::Function && in_.block.type >= module_.types.size()) {
    refuse_index("type", in_.block.type);
    return {};
  }
  return signature_of(module_, in_.block);
}

Types ExpressionChecker::label(uint32_t index) {
  if (index >= blocks_.size()) {
    refuse_index("label", index);
    return {};
  }
  return blocks_[blocks_.size() - 1 - index].label();
}

ValType ExpressionChecker::pop(ValType expected) {
  const Block& block = blocks_.back();
  if (operands_.size() == block.height) [[unlikely]] {
    if (!block.is_unreachable)
      refuse_nothing(expected);
    return expected;
  }
  const ValType found = operands_.back();
  operands_.pop();
  if (found != expected && found != ValType::Unknown && expected != ValType::Unknown) [[unlikely]]
    refuse_type(expected, found);
  return found;
}

void ExpressionChecker::pop(Types types) {
  moved_values_ += types.size();
  peek(types);
  const size_t held = operands_.size() - blocks_.back().height;
  operands_.truncate(operands_.size() - std::min(held, types.size()));
}

void ExpressionChecker::peek(Types types) {
  const Block& block = blocks_.back();
  const Types held = operands_.view().subspan(block.height);
  const size_t count = std::min(held.size(), types.size());
  const Types found = held.last(count), expected = types.last(count);
  if (!fits(found, expected)) {
    size_t i = count - 1;
    while (fits(found.subspan(i, 1), expected.subspan(i, 1)))
      --i;
    return refuse_type(expected[i], found[i]);
  }
  if (count < types.size() && !block.is_unreachable)
    refuse_nothing(types[types.size() - count - 1]);
}

void ExpressionChecker::begin_block(Op op, Types parameters, Types results) {
  keep(blocks_.try_push({op, false, static_cast<uint32_t>(operands_.size()), parameters, results}));
  push(parameters);
  if (blocks_.size() > max_nesting_) {
    max_nesting_ = blocks_.size();
    check_limit(reader_, max_nesting_, profile_.limits.nesting, in_.offset, "blocks in each other");
  }
}

void ExpressionChecker::set_unreachable() {
  operands_.truncate(blocks_.back().height);
  blocks_.back().is_unreachable = true;
}

void ExpressionChecker::refuse(std::string text) {
  reader_.refuse(ErrorCode::InvalidModule, in_.offset, std::move(text));
}

void ExpressionChecker::refuse_index(std::string_view what, uint32_t index) {
  refuse("unknown " + std::string{what} + " " + std::to_string(index));
}

void ExpressionChecker::refuse_type(ValType expected, ValType found) {
  refuse("type mismatch: " + std::string{info(in_.op).text} + " takes " +
         std::string{name(expected)} + ", finds " + std::string{name(found)});
}

void ExpressionChecker::refuse_nothing(ValType expected) {
  refuse("type mismatch: " + std::string{info(in_.op).text} + " takes " +
         std::string{name(expected)} + ", finds nothing");
}

void ExpressionChecker::keep(bool fitted) {
  if (!fitted)
    reader_.refuse(ErrorCode::OutOfMemory, in_.offset, "no memory to check the code");
}

} // namespace zvm::frontend::wasm

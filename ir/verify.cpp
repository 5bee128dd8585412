// Structure and types; the other parts are in files of their own.
#include "ir/verify.hpp"

#include <algorithm>

#include "base/guest.hpp"
#include "base/vector.hpp"
#include "ir/access.hpp"
#include "ir/attribute.hpp"
#include "ir/signature.hpp"
#include "ir/verify_error.hpp"

namespace zvm::ir {
namespace {

bool is_inside(Range r, size_t size) { return r.begin <= size && r.count <= size - r.begin; }

std::string ordinal(size_t i) { return std::to_string(i + 1); }

class Structure {
 public:
  explicit Structure(const Function& f) : f_(f) {}

  Result<void> run() {
    if (f_.blocks.empty() || f_.first_block() != 0)
      return wrong_function("has no entry block");
    ZVM_CHECK(check_layout());
    for (const ValueId v : f_.pool) {
      if (v >= f_.values.size())
        return wrong_function("has a value in its pool that does not exist");
    }
    if (f_.stack_need > kMostStack || f_.stack_growth > kMostStack)
      return wrong_function("moves the stack further than any stack is deep");
    for (StateId s = 0; s < f_.states.size(); ++s)
      ZVM_CHECK(check_state(s));
    for (const Target& t : f_.targets) {
      if (t.block >= f_.blocks.size() || !is_inside(t.args, f_.pool.size()))
        return wrong_function("has a target that does not exist");
    }
    if (!listed_.try_resize(f_.insts.size()) || !is_entry_.try_resize(f_.blocks.size()))
      return no_memory();
    is_entry_[0] = 1;
    for (const BlockId b : f_.entries)
      ZVM_CHECK(check_entry(b));
    for (const BlockId b : layout(f_))
      ZVM_CHECK(check_block(b));
    return check_values();
  }

 private:
  Result<void> check_state(StateId id) {
    const FrameState& s = f_.states[id];
    const std::string who = "has state " + std::to_string(id);
    if (!is_inside(s.items, f_.stack_items.size()))
      return wrong_function(who + " outside its pool");
    if (s.parent != kNone && s.parent >= id)
      return wrong_function(who + " before its parent");
    if (s.pc == kNextPc && !f_.is_snippet())
      return wrong_function(who + " at the next pc outside step form");
    const int32_t before = s.parent == kNone ? 0 : f_.states[s.parent].height;
    int32_t above = INT32_MIN;
    int64_t missing = std::max(s.height - int64_t{before}, int64_t{0});
    for (const StackItem& item : f_.stack_items.view().subspan(s.items.begin, s.items.count)) {
      if (item.value >= f_.values.size())
        return wrong_function(who + " with a value that does not exist");
      if (item.position < above || item.position >= s.height)
        return wrong_function(who + " with an item out of order");
      above = item.position + 1;
      missing -= item.position >= before ? 1 : 0;
    }
    if (missing != 0)
      return wrong_function(who + " without what stands above that of its parent");
    const int64_t lowest =
        s.items.count != 0 ? std::min(s.height, f_.stack_items[s.items.begin].position) : s.height;
    if (lowest < -int64_t{f_.stack_need})
      return wrong_function(who + " that pops more than the function needs");
    if (s.height > int64_t{f_.stack_growth})
      return wrong_function(who + " that grows more than the function does");
    return {};
  }

  Result<void> check_entry(BlockId id) {
    if (id >= f_.blocks.size() || laid_out_[id] == 0)
      return wrong_function("has an entry that is not laid out");
    if (is_entry_[id] != 0)
      return wrong_block(id, "is an entry twice");
    is_entry_[id] = 1;
    const Block& b = f_.blocks[id];
    if (!is_inside(b.params, f_.pool.size()))
      return wrong_block(id, "has parameters outside the pool");
    if (b.state == kNone || b.state >= f_.states.size())
      return wrong_block(id, "is an entry without a state");
    const FrameState& s = f_.states[b.state];
    if (s.pc != b.pc || s.parent != kNone)
      return wrong_block(id, "is an entry whose state is not its own");
    const auto params = f_.values_of(b.params);
    const auto items = f_.stack_items.view().subspan(s.items.begin, s.items.count);
    if (!std::ranges::equal(params, items, {}, {}, &StackItem::value))
      return wrong_block(id, "is an entry with other parameters than the items of its state");
    for (const ValueId v : params) {
      if (f_.type(v) != Type::I256)
        return wrong_block(id, "is an entry with a parameter that is not i256");
    }
    return {};
  }

  Result<void> check_layout() {
    if (!laid_out_.try_resize(f_.blocks.size()))
      return no_memory();
    BlockId before = kNone;
    for (BlockId b = f_.first_block(); b != kNone; before = b, b = f_.blocks[b].next) {
      if (b >= f_.blocks.size())
        return wrong_function("lays out a block that does not exist");
      if (laid_out_[b] != 0)
        return wrong_block(b, "stands in two places");
      laid_out_[b] = 1;
      if (f_.blocks[b].prev != before)
        return wrong_block(b, "does not know the one before it");
    }
    if (f_.last_block() != before)
      return wrong_function("does not know its last block");
    return {};
  }

  Result<void> check_block(BlockId id) {
    const Block& b = f_.blocks[id];
    if (!is_inside(b.params, f_.pool.size()))
      return wrong_block(id, "has parameters outside the pool");
    if (b.state != kNone && b.state >= f_.states.size())
      return wrong_block(id, "has a state that does not exist");
    InstId before = kNone;
    for (InstId i = b.first; i != kNone; before = i, i = f_.insts[i].next) {
      if (i >= f_.insts.size())
        return wrong_block(id, "lists an instruction that does not exist");
      if (listed_[i] != 0)
        return wrong_inst(f_, i, "stands in two places");
      listed_[i] = 1;
      ZVM_CHECK(check_inst(i));
      if (f_.insts[i].block != id)
        return wrong_inst(f_, i, "does not know its block");
      if (f_.insts[i].prev != before)
        return wrong_inst(f_, i, "does not know the one before it");
      if (info(f_.insts[i].op).has(Terminator) != (i == b.last))
        return wrong_inst(f_, i,
                          i == b.last ? "ends its block and is no terminator"
                                      : "is a terminator before the end of its block");
    }
    if (b.last != before || before == kNone)
      return wrong_block(id, "does not know its last instruction");
    return {};
  }

  Result<void> check_inst(InstId id) const {
    const Inst& inst = f_.insts[id];
    if (inst.op >= Op::Count_ || inst.type > Type::V128)
      return wrong_inst(f_, id, "has no such op or type");
    if (!is_inside(inst.args, f_.pool.size()))
      return wrong_inst(f_, id, "has operands outside the pool");
    if (!is_inside(inst.targets, f_.targets.size()))
      return wrong_inst(f_, id, "has targets outside the pool");
    if (inst.state != kNone && inst.state >= f_.states.size())
      return wrong_inst(f_, id, "has a state that does not exist");
    if (inst.result_count != 0 && !is_inside({inst.result, inst.result_count}, f_.values.size()))
      return wrong_inst(f_, id, "has results that do not exist");
    for (uint32_t r = 0; r < inst.result_count; ++r) {
      const Value& v = f_.values[inst.result + r];
      if (v.kind != ValueKind::Result || v.def != id || v.index != r)
        return wrong_inst(f_, id, "has result " + ordinal(r) + ", which does not know it");
    }
    for (uint32_t t = 0; t < inst.targets.count; ++t) {
      const BlockId to = f_.targets[inst.targets.begin + t].block;
      if (is_entry_[to] != 0)
        return wrong_inst(f_, id, to == 0 ? "leads back to the entry block" : "leads to an entry");
      if (laid_out_[to] == 0)
        return wrong_inst(f_, id, "leads to block " + std::to_string(to) + ", which is gone");
    }
    return {};
  }

  /// Of what is used: values whose definition a pass removed may be left over.
  Result<void> check_values() const {
    for (const BlockId id : layout(f_)) {
      const auto params = f_.values_of(f_.blocks[id].params);
      for (uint32_t p = 0; p < params.size(); ++p) {
        const Value& v = f_.values[params[p]];
        if (v.kind != ValueKind::Parameter || v.def != id || v.index != p)
          return wrong_block(id, "has parameter " + ordinal(p) + ", which does not know it");
      }
    }
    for (ValueId id = 0; id < f_.values.size(); ++id) {
      const Value& v = f_.values[id];
      const std::string who = "has value " + std::to_string(id);
      if (v.type == Type::None || v.type > Type::V128)
        return wrong_function(who + " without a type");
      if (v.kind > ValueKind::Result)
        return wrong_function(who + " of no kind");
      const size_t defs = v.kind == ValueKind::Constant    ? f_.constants.size()
                          : v.kind == ValueKind::Parameter ? f_.blocks.size()
                                                           : f_.insts.size();
      if (v.def >= defs)
        return wrong_function(who + ", whose definition does not exist");
      if (v.kind == ValueKind::Constant && f_.constants[v.def].bit_width() > bits(v.type))
        return wrong_function(who + ", a constant that does not fit its type");
      if (v.kind == ValueKind::Parameter && v.index != kNone && laid_out_[v.def] != 0) {
        const auto params = f_.values_of(f_.blocks[v.def].params);
        if (v.index >= params.size() || params[v.index] != id)
          return wrong_function(who + ", a parameter its block does not know");
      }
    }
    return {};
  }

  const Function& f_;
  Vec<uint8_t> laid_out_; ///< by block
  Vec<uint8_t> listed_;   ///< by instruction
  Vec<uint8_t> is_entry_; ///< by block
};

class Types {
 public:
  explicit Types(const Function& f) : f_(f) {}

  Result<void> run() {
    for (const BlockId b : layout(f_)) {
      for (const InstId i : body(f_, b)) {
        ZVM_CHECK(check_signature(i));
        ZVM_CHECK(check_targets(i));
        ZVM_CHECK(check_special(i));
      }
    }
    return {};
  }

 private:
  [[nodiscard]] static std::string must_be(const std::string& what, Type is, Type must) {
    return what + " is " + std::string{name(is)} + ", must be " + std::string{name(must)};
  }

  Result<void> check_signature(InstId id) {
    const Inst& inst = f_.insts[id];
    const Signature& s = signature(inst.op);
    if (!fits(s.generic, inst.type))
      return wrong_inst(f_, id, "has type " + std::string{name(inst.type)});
    const auto args = f_.args(inst);
    if (s.operands.repeated != '\0' ? args.size() < s.operands.count
                                    : args.size() != s.operands.count)
      return wrong_inst(f_, id, "has " + std::to_string(args.size()) + " operands");
    for (uint32_t i = 0; i < args.size(); ++i) {
      const Type must = type_of(s.operand(i), inst.type);
      if (must != Type::None && f_.type(args[i]) != must)
        return wrong_inst(f_, id, "has operand " + must_be(ordinal(i), f_.type(args[i]), must));
    }
    if (s.results.repeated != '\0' ? inst.result_count < s.results.count
                                   : inst.result_count != s.results.count)
      return wrong_inst(f_, id, "has " + std::to_string(inst.result_count) + " results");
    for (uint32_t i = 0; i < s.results.count; ++i) {
      const Type must = type_of(s.results.letters[i], inst.type);
      if (f_.type(inst.result + i) != must)
        return wrong_inst(f_, id,
                          "has result " + must_be(ordinal(i), f_.type(inst.result + i), must));
    }
    if (!is_valid_attribute(info(inst.op).attribute, inst.attribute))
      return wrong_inst(f_, id, "has attribute " + std::to_string(inst.attribute));
    return {};
  }

  Result<void> check_targets(InstId id) {
    const Inst& inst = f_.insts[id];
    const uint32_t count = inst.targets.count;
    const bool right = inst.op == Op::Br || inst.op == Op::MessageCall ? count == 1
                       : inst.op == Op::BrIf                           ? count == 2
                       : inst.op == Op::BrTable                        ? count >= 1
                                                                       : count == 0;
    if (!right)
      return wrong_inst(f_, id, "has " + std::to_string(count) + " targets");
    for (uint32_t t = 0; t < count; ++t) {
      const Target& target = f_.targets[inst.targets.begin + t];
      const auto args = f_.values_of(target.args);
      const auto params = f_.values_of(f_.blocks[target.block].params);
      const std::string to = " block " + std::to_string(target.block);
      if (args.size() != params.size())
        return wrong_inst(f_, id, "passes " + std::to_string(args.size()) + " arguments to" + to);
      for (size_t a = 0; a < args.size(); ++a) {
        if (f_.type(args[a]) != f_.type(params[a]))
          return wrong_inst(f_, id,
                            "passes to" + to + " argument " +
                                must_be(ordinal(a), f_.type(args[a]), f_.type(params[a])));
      }
    }
    return {};
  }

  [[nodiscard]] static bool is_index(Type type) { return type == Type::I32 || type == Type::I64; }
  [[nodiscard]] static bool is_float(Type type) { return type == Type::F32 || type == Type::F64; }
  [[nodiscard]] static bool converts(Op op, Type from, Type to) {
    switch (op) {
    case Op::FConvert:
      return is_float(from) && from != to;
    case Op::FromIntU:
    case Op::FromIntS:
      return is_index(from);
    case Op::Bitcast:
      return bits(from) == bits(to) && from != to;
    default: // to integers
      return is_float(from) && is_index(to);
    }
  }

  /// The operands in the mask, bit i for operand i, are i32 or i64.
  Result<void> check_indices(InstId id, unsigned mask) {
    const auto args = f_.args(f_.insts[id]);
    for (unsigned i = 0; i < args.size(); ++i) {
      if ((mask >> i & 1) != 0 && !is_index(f_.type(args[i])))
        return wrong_inst(f_, id, "has an index of type " + std::string{name(f_.type(args[i]))});
    }
    return {};
  }

  Result<void> check_vector(InstId id) {
    const Inst& inst = f_.insts[id];
    std::string actual;
    for (const ValueId v : f_.args(inst))
      actual += vector_letter(f_.type(v));
    actual += ':';
    for (uint32_t i = 0; i < inst.result_count; ++i)
      actual += vector_letter(f_.type(inst.result + i));
    if (actual != zvm::info(static_cast<VectorOp>(inst.attribute & 0xff)).signature)
      return wrong_inst(f_, id, "has other operands or results than its vector operation");
    return {};
  }
  [[nodiscard]] static char vector_letter(Type type) {
    switch (type) {
    case Type::I32:
      return 'i';
    case Type::I64:
      return 'l';
    case Type::F32:
      return 'f';
    case Type::F64:
      return 'd';
    case Type::V128:
      return 'v';
    default:
      return '?';
    }
  }

  Result<void> check_results(InstId id, std::span<const ValueId> returned) {
    if (returned.size() != f_.results.size())
      return wrong_inst(f_, id, "returns " + std::to_string(returned.size()) + " values");
    for (size_t i = 0; i < returned.size(); ++i) {
      if (f_.type(returned[i]) != f_.results[i])
        return wrong_inst(f_, id,
                          "has result " + must_be(ordinal(i), f_.type(returned[i]), f_.results[i]));
    }
    return {};
  }

  Result<void> check_special(InstId id) {
    const Inst& inst = f_.insts[id];
    const auto args = f_.args(inst);
    switch (inst.op) {
    case Op::Zext:
    case Op::Sext:
    case Op::Trunc: {
      const Type from = f_.type(args[0]);
      const bool widens = bits(inst.type) > bits(from);
      const bool narrows = bits(inst.type) < bits(from);
      if (!is_int(from) || !(inst.op == Op::Trunc ? narrows : widens))
        return wrong_inst(f_, id, "converts from " + std::string{name(from)});
      return {};
    }
    case Op::Load:
    case Op::Store: {
      const Access access = decode_access(inst.attribute);
      if (access.width * 8u > bits(inst.type) ||
          (access.width * 8u < bits(inst.type) && !is_int(inst.type)))
        return wrong_inst(f_, id, "has a width that is not of its type");
      if (access.is_touched && f_.type(args[0]) != Type::I64)
        return wrong_inst(f_, id, "has an address that is no touch's");
      return check_indices(id, 0b1);
    }
    case Op::LinearFill:
    case Op::TableFill:
      return check_indices(id, 0b101);
    case Op::LinearCopy:
    case Op::TableCopy:
      return check_indices(id, 0b111);
    case Op::LinearInit:
    case Op::TableInit:
    case Op::TableGet:
    case Op::TableSet:
      return check_indices(id, 0b001);
    case Op::TrapDivU:
    case Op::TrapDivS:
    case Op::TrapRemU:
    case Op::TrapRemS:
    case Op::LinearSize:
    case Op::LinearGrow:
    case Op::TableSize:
    case Op::TableGrow:
      if (!is_index(inst.type))
        return wrong_inst(f_, id, "has type " + std::string{name(inst.type)});
      return {};
    case Op::GasWords:
    case Op::GasBytes:
      if (!is_int(f_.type(args[0])))
        return wrong_inst(f_, id, "has a length of type " + std::string{name(f_.type(args[0]))});
      return {};
    case Op::FConvert:
    case Op::FromIntU:
    case Op::FromIntS:
    case Op::ToIntU:
    case Op::ToIntS:
    case Op::ToIntSatU:
    case Op::ToIntSatS:
    case Op::Bitcast:
      if (!converts(inst.op, f_.type(args[0]), inst.type))
        return wrong_inst(f_, id, "converts from " + std::string{name(f_.type(args[0]))});
      return {};
    case Op::DataLoad:
      if (inst.attribute == static_cast<uint64_t>(DataSpace::ReturnData))
        return wrong_inst(f_, id, "loads what calls change");
      return {};
    case Op::Vector:
      return check_vector(id);
    case Op::VarGet:
    case Op::VarSet:
      if (inst.attribute >= f_.variables.size())
        return wrong_inst(f_, id, "names a variable that does not exist");
      if (f_.variables[inst.attribute] != inst.type)
        return wrong_inst(f_, id, "has a type that is not the variable's");
      return {};
    case Op::CallIndirect:
    case Op::TailCallIndirect:
      if (args.empty() || !is_index(f_.type(args.back())))
        return wrong_inst(f_, id, "has no index of a table");
      return {};
    case Op::StepImmediate:
    case Op::StepPc:
    case Op::StepDup:
    case Op::StepSwap:
    case Op::StepExchange:
      if (!f_.is_snippet())
        return wrong_inst(f_, id, "stands outside step form");
      return {};
    case Op::MessageCall:
      if (args.size() != operand_count(static_cast<CallKind>(inst.attribute)))
        return wrong_inst(f_, id, "has " + std::to_string(args.size()) + " operands");
      for (const ValueId v : args) {
        if (f_.type(v) != Type::I256)
          return wrong_inst(f_, id, "has an operand that is not i256");
      }
      return {};
    case Op::Return:
      return check_results(id, args);
    case Op::ReturnLabel:
      return check_results(id, args.subspan(1));
    default:
      return {};
    }
  }

  const Function& f_;
};

} // namespace

Result<void> verify_structure(const Function& function) { return Structure{function}.run(); }

Result<void> verify_types(const Function& function) { return Types{function}.run(); }

Result<void> verify(const Function& function) {
  if (function.failed())
    return no_memory();
  ZVM_CHECK(verify_structure(function));
  ZVM_CHECK(verify_types(function));
  ZVM_CHECK(verify_flow(function));
  ZVM_CHECK(verify_states(function));
  ZVM_CHECK(verify_edges(function));
  return verify_memory(function);
}

} // namespace zvm::ir

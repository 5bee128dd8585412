// Functions against the module they are of.
#include <algorithm>

#include "ir/access.hpp"
#include "ir/verify.hpp"
#include "ir/verify_error.hpp"

namespace zvm::ir {
namespace {

std::unexpected<Error> wrong_module(std::string what) {
  return fail(ErrorCode::VerifyError, 0, "the module " + std::move(what));
}

bool is_index(Type type) { return type == Type::I32 || type == Type::I64; }

/// What counts bytes or items that two of them have a part in.
Type narrower(Type a, Type b) { return a == Type::I32 || b == Type::I32 ? Type::I32 : Type::I64; }

class Uses {
 public:
  Uses(const Function& f, const Module& module) : f_(f), module_(module) {}

  Result<void> run() {
    for (const BlockId b : layout(f_)) {
      for (const InstId i : body(f_, b)) {
        id_ = i;
        ZVM_CHECK(check(f_.insts[i]));
      }
    }
    return {};
  }

 private:
  Result<void> check(const Inst& inst) {
    const auto index = static_cast<uint32_t>(inst.attribute);
    const IndexPair pair = decode_pair(inst.attribute);
    switch (inst.op) {
    case Op::CallFunction:
    case Op::TailCall:
    case Op::FunctionRef:
      if (inst.attribute >= module_.functions.size())
        return missing("function", inst.attribute);
      return inst.op == Op::FunctionRef ? Result<void>{} : call(inst, module_.type_of(index));
    case Op::CallIndirect:
    case Op::TailCallIndirect: {
      if (pair.first >= module_.function_types.size())
        return missing("function type", pair.first);
      ZVM_CHECK(item(tables_, pair.second));
      const auto last = static_cast<uint32_t>(inst.args.count - 1);
      ZVM_CHECK(operand(inst, last, module_.tables[pair.second]));
      return call(inst, module_.function_types[pair.first]);
    }
    case Op::Load:
    case Op::Store: {
      const Access a = decode_access(inst.attribute);
      return a.is_touched ? Result<void>{} : access(inst, memories_, a.memory, 0b1);
    }
    case Op::LinearFill:
      return access(inst, memories_, index, 0b101);
    case Op::LinearInit:
      return init(inst, memories_, pair);
    case Op::LinearCopy:
      return copy(inst, memories_, pair);
    case Op::LinearSize:
    case Op::LinearGrow:
      return size(inst, memories_);
    case Op::DataDrop:
      return inst.attribute < module_.data_segments ? Result<void>{}
                                                    : missing("data segment", inst.attribute);
    case Op::GlobalGet:
    case Op::GlobalSet:
      if (inst.attribute >= module_.globals.size())
        return missing("global", inst.attribute);
      if (inst.op == Op::GlobalSet && !module_.globals[index].is_mutable)
        return wrong("sets a global that is constant");
      return own_type(inst, module_.globals[index].type);
    case Op::TableGet:
    case Op::TableSet:
      return access(inst, tables_, index, 0b1);
    case Op::TableFill:
      return access(inst, tables_, index, 0b101);
    case Op::TableInit:
      return init(inst, tables_, pair);
    case Op::TableCopy:
      return copy(inst, tables_, pair);
    case Op::TableSize:
    case Op::TableGrow:
      return size(inst, tables_);
    case Op::ElementDrop:
      return inst.attribute < module_.element_segments ? Result<void>{}
                                                       : missing("element segment", inst.attribute);
    default:
      return {};
    }
  }

  Result<void> call(const Inst& inst, const FunctionType& type) {
    const auto parameters = module_.types_of(type.parameters);
    const auto results = module_.types_of(type.results);
    const bool is_indirect = inst.op == Op::CallIndirect || inst.op == Op::TailCallIndirect;
    if (inst.args.count != parameters.size() + (is_indirect ? 1 : 0))
      return wrong("passes " + std::to_string(inst.args.count) + " values to a function of " +
                   std::to_string(parameters.size()) + " parameters");
    for (uint32_t i = 0; i < parameters.size(); ++i)
      ZVM_CHECK(operand(inst, i, parameters[i]));
    if (info(inst.op).has(Terminator))
      return std::ranges::equal(results, f_.results)
                 ? Result<void>{}
                 : wrong("ends with another function's results");
    const auto of_result = [&](uint32_t r) { return f_.type(inst.result + r); };
    bool same = results.size() == inst.result_count;
    for (uint32_t r = 0; r < inst.result_count && same; ++r)
      same = of_result(r) == results[r];
    return same ? Result<void>{} : wrong("has other results than the function it calls");
  }

  /// Memories or tables.
  struct Items {
    std::string_view name;
    const Vec<Type>& types; ///< of their indices
    std::string_view segment_name;
    uint32_t segments;
  };

  Result<void> access(const Inst& inst, const Items& of, uint64_t which, unsigned indices) {
    ZVM_CHECK(item(of, which));
    return operands(inst, indices, of.types[which]);
  }
  Result<void> init(const Inst& inst, const Items& of, IndexPair pair) {
    return pair.second < of.segments ? access(inst, of, pair.first, 0b1)
                                     : missing(of.segment_name, pair.second);
  }
  Result<void> copy(const Inst& inst, const Items& of, IndexPair pair) {
    ZVM_CHECK(access(inst, of, pair.first, 0b1));
    ZVM_CHECK(access(inst, of, pair.second, 0b10));
    return operand(inst, 2, narrower(of.types[pair.first], of.types[pair.second]));
  }
  Result<void> size(const Inst& inst, const Items& of) {
    ZVM_CHECK(item(of, inst.attribute));
    return own_type(inst, of.types[inst.attribute]);
  }

  Result<void> item(const Items& all, uint64_t which) {
    return which < all.types.size() ? Result<void>{} : missing(all.name, which);
  }
  /// Those in the mask are of the type.
  Result<void> operands(const Inst& inst, unsigned mask, Type type) {
    for (uint32_t i = 0; mask >> i != 0; ++i) {
      if ((mask >> i & 1) != 0)
        ZVM_CHECK(operand(inst, i, type));
    }
    return {};
  }
  Result<void> operand(const Inst& inst, uint32_t i, Type must) {
    const Type is = f_.type(f_.args(inst)[i]);
    return is == must
               ? Result<void>{}
               : wrong("has operand " + std::to_string(i + 1) + " of type " +
                       std::string{name(is)} + ", its module says " + std::string{name(must)});
  }
  Result<void> own_type(const Inst& inst, Type must) {
    return inst.type == must
               ? Result<void>{}
               : wrong("is not of the type its module says, " + std::string{name(must)});
  }

  [[nodiscard]] std::unexpected<Error> missing(std::string_view what, uint64_t which) const {
    return wrong("names " + std::string{what} + " " + std::to_string(which) +
                 ", which its module does not have");
  }
  [[nodiscard]] std::unexpected<Error> wrong(std::string what) const {
    return wrong_inst(f_, id_, std::move(what));
  }

  const Function& f_;
  const Module& module_;
  const Items memories_{"memory", module_.memories, "data segment", module_.data_segments};
  const Items tables_{"table", module_.tables, "element segment", module_.element_segments};
  InstId id_ = kNone;
};

bool is_inside(Range r, size_t size) { return r.begin <= size && r.count <= size - r.begin; }

Result<void> verify_declarations(const Module& m) {
  for (const FunctionType& type : m.function_types) {
    if (!is_inside(type.parameters, m.types.size()) || !is_inside(type.results, m.types.size()))
      return wrong_module("has a function type outside its pool");
  }
  if (std::ranges::any_of(m.types, [](Type t) { return t == Type::None || t > Type::V128; }))
    return wrong_module("has a function type with values of no type");
  if (m.imports > m.functions.size())
    return wrong_module("imports more functions than it has");
  if (std::ranges::any_of(m.functions, [&](uint32_t t) { return t >= m.function_types.size(); }))
    return wrong_module("has a function whose type does not exist");
  if (!std::ranges::all_of(m.memories, is_index) || !std::ranges::all_of(m.tables, is_index))
    return wrong_module("has a memory or a table with other indices than i32 and i64");
  const auto has_no_type = [](const Global& g) {
    return g.type == Type::None || g.type > Type::V128;
  };
  if (std::ranges::any_of(m.globals, has_no_type))
    return wrong_module("has a global without a type");
  return m.gas_unit > 0 ? Result<void>{} : wrong_module("counts gas in no unit");
}

/// So that nothing runs for ever unseen.
Result<void> verify_callees(const Module& m) {
  Vec<uint8_t> called;
  if (!called.try_resize(m.functions.size()))
    return no_memory();
  for (const Function& f : m.body_list()) {
    for (const BlockId b : layout(f)) {
      for (const InstId i : body(f, b)) {
        const Inst& inst = f.insts[i];
        if (inst.op == Op::CallFunction || inst.op == Op::TailCall || inst.op == Op::FunctionRef)
          called[inst.attribute] = 1;
      }
    }
  }
  uint32_t index = m.imports;
  for (const Function& f : m.body_list()) {
    if (called[index] != 0 && !f.blocks[0].poll)
      return wrong_module("calls function " + std::to_string(index) + ", which does not poll");
    ++index;
  }
  return {};
}

} // namespace

Result<void> verify_uses(const Function& function, const Module& module) {
  return Uses{function, module}.run();
}

Result<void> verify_body(const Function& f, const Module& module, uint32_t index) {
  ZVM_CHECK(verify(f));
  const FunctionType& type = module.type_of(index);
  const auto same_type = [&](ValueId v, Type t) { return f.type(v) == t; };
  if (!std::ranges::equal(f.values_of(f.blocks[0].params), module.types_of(type.parameters),
                          same_type))
    return wrong_function("has other parameters than its module says");
  if (!std::ranges::equal(f.results, module.types_of(type.results)))
    return wrong_function("has other results than its module says");
  return verify_uses(f, module);
}

Result<void> verify(const Module& module) {
  ZVM_CHECK(verify_declarations(module));
  uint32_t index = module.imports;
  for (const Function& f : module.body_list()) {
    if (auto verified = verify_body(f, module, index); !verified) {
      verified.error().detail =
          "function " + std::to_string(index) + ": " + verified.error().detail;
      return verified;
    }
    ++index;
  }
  return verify_callees(module);
}

} // namespace zvm::ir

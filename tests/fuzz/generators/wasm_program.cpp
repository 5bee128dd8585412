#include "tests/fuzz/generators/wasm_program.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "frontend/wasm/opcodes.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::fuzz {
namespace {

using engine::wasm::Value;
using frontend::wasm::Feature;
using frontend::wasm::Immediates;
using frontend::wasm::kOpCount;
using frontend::wasm::kOps;
using frontend::wasm::Op;
using frontend::wasm::Operand;
using frontend::wasm::OpInfo;
using frontend::wasm::ValType;
using Bytes = std::vector<uint8_t>;
using Types = std::vector<ValType>;

constexpr ValType kValueTypes[] = {ValType::I32,  ValType::I64,     ValType::F32,      ValType::F64,
                                   ValType::V128, ValType::FuncRef, ValType::ExternRef};
constexpr size_t kTypeCount = std::size(kValueTypes);
constexpr uint8_t kFunctionKind = 0, kTableKind = 1, kMemoryKind = 2, kGlobalKind = 3;
/// What every memory and table begins with at least.
constexpr uint32_t kItems = 16;
constexpr uint32_t kInsideMask =
    0x7fff; ///< addresses masked by it lie in the first page, with a small offset, too
constexpr uint32_t kPassiveBytes = 64;

struct Signature {
  Types parameters, results;
  friend bool operator==(const Signature&, const Signature&) = default;
};
struct MemoryType {
  bool is_64 = false;
  uint32_t min = 1, max = 0;
  bool has_max = false;
};
struct TableType {
  ValType item = ValType::FuncRef;
  bool is_64 = false;
};
struct GlobalType {
  ValType type = ValType::I32;
  bool is_mutable = false;
};

bool is_supported(const OpInfo& op, bool is_portable) {
  return !is_portable || op.feature != Feature::WideArithmetic;
}

bool ends_with(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

/// Whether a NaN that it gives may be any: arithmetic, not what moves bits.
bool gives_any_nan(const OpInfo& op) {
  return op.text.starts_with("f") &&
         ends_with(op.text, {".ceil", ".floor", ".trunc", ".nearest", ".sqrt", ".add", ".sub",
                             ".mul", ".div", ".min", ".max", ".demote_f64", ".promote_f32",
                             ".demote_f64x2_zero", ".promote_low_f32x4"});
}

/// Float to integer, trapping where it does not fit.
bool truncates(const OpInfo& op) { return op.text.find(".trunc_f") != std::string_view::npos; }
bool divides(const OpInfo& op) {
  return ends_with(op.text, {".div_s", ".div_u", ".rem_s", ".rem_u"}) && op.prefix == 0;
}

uint64_t integer(Choices& c) {
  constexpr uint64_t kEdges[] = {0x7f,       0x80,       0xff,       0x7fff,     0x8000,
                                 0xffff,     0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
                                 1ULL << 62, 1ULL << 63, ~0ULL >> 1, 31,         63};
  switch (c.below(5)) {
  case 0:
    return c.pick(kEdges) + c.below(3) - 1;
  case 1:
    return c.number(8);
  case 2:
    return ~uint64_t{c.byte()};
  default:
    return c.below(20);
  }
}
uint32_t float_bits(Choices& c) {
  constexpr uint32_t kEdges[] = {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000,
                                 0xff800000, 0x7fc00000, 0x7fa00001, 0xffc12345, 1,
                                 0x00800000, 0x7f7fffff, 0x4f000000, 0xcf000000, 0x4f800000,
                                 0x5f000000, 0x3f000000, 0x40200000, 0x3effffff};
  return c.one_in(4) ? static_cast<uint32_t>(c.number(4)) : c.pick(kEdges);
}
uint64_t double_bits(Choices& c) {
  constexpr uint64_t kEdges[] = {
      0,
      0x8000000000000000,
      0x3ff0000000000000,
      0xbff0000000000000,
      0x7ff0000000000000,
      0xfff0000000000000,
      0x7ff8000000000000,
      0x7ff4000000000001,
      0xfff8123456789abc,
      1,
      0x0010000000000000,
      0x7fefffffffffffff,
      0x41dfffffffc00000,
      0x41e0000000000000,
      0xc1e0000000200000,
      0x43e0000000000000,
      0xc3e0000000000000,
      0x43f0000000000000,
      0x3fe0000000000000,
      0x4004000000000000,
      0x3fdfffffffffffff,
      0x47efffffe0000000,
      0x36a0000000000000,
  };
  return c.one_in(4) ? c.number(8) : c.pick(kEdges);
}
Value argument(Choices& c, ValType type) {
  switch (type) {
  case ValType::I64:
    return Value::i64(integer(c));
  case ValType::F32:
    return {engine::wasm::ValueType::F32, {float_bits(c), 0}};
  case ValType::F64:
    return {engine::wasm::ValueType::F64, {double_bits(c), 0}};
  case ValType::V128:
    return Value::v128(c.one_in(2) ? double_bits(c) : c.number(8), integer(c));
  case ValType::FuncRef:
    return Value::function(nullptr);
  case ValType::ExternRef:
    return Value::external(c.below(4));
  default:
    return Value::i32(static_cast<uint32_t>(integer(c)));
  }
}

void append(Bytes& out, const Bytes& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void append_number(Bytes& out, uint64_t n) { append(out, test::wasm::unsigned_leb(n)); }
void append_signed(Bytes& out, int64_t n) {
  for (bool more = true; more;) {
    const auto low = static_cast<uint8_t>(n & 0x7f);
    n >>= 7;
    more = n != ((low & 0x40) != 0 ? -1 : 0);
    out.push_back(low | (more ? 0x80 : 0));
  }
}
void append_bits(Bytes& out, uint64_t bits, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i)
    out.push_back(static_cast<uint8_t>(bits >> (8 * i)));
}
Bytes vector_of(const std::vector<Bytes>& items) {
  Bytes out = test::wasm::unsigned_leb(items.size());
  for (const Bytes& item : items)
    append(out, item);
  return out;
}
Bytes bytes_of(const Types& types) {
  Bytes out;
  for (const ValType type : types)
    out.push_back(static_cast<uint8_t>(type));
  return out;
}

/// What functions may name.
struct World {
  bool is_portable = false;
  std::vector<Signature> types;
  std::vector<uint32_t> functions; ///< their types; imports first
  uint32_t imports = 0;
  std::vector<MemoryType> memories;
  std::vector<TableType> tables; ///< the first holds functions: what `slots` says, then nothing
  std::vector<uint32_t> slots;
  std::vector<GlobalType> globals;
  bool imports_memory = false, imports_table = false, imports_global = false; ///< number 0 of each
  uint32_t start = UINT32_MAX;
  std::vector<ValType> elements; ///< passive segments
  uint32_t first_element = 0;    ///< index of the first of them
  uint32_t data = 0;             ///< passive segments
  uint32_t first_data = 0;

  uint32_t type_index(const Signature& signature) {
    for (uint32_t i = 0; i < types.size(); ++i) {
      if (types[i] == signature)
        return i;
    }
    types.push_back(signature);
    return static_cast<uint32_t>(types.size() - 1);
  }
};

/// Instructions whose results are one value, by type. An address is of either type.
struct Producers {
  std::array<std::vector<Op>, kTypeCount> of;
  std::vector<Op> all;

  explicit Producers(bool is_portable) {
    for (size_t i = 0; i < kOpCount; ++i) {
      const OpInfo& op = kOps[i];
      const auto& s = op.signature;
      if (s.is_special || !is_supported(op, is_portable))
        continue;
      all.push_back(static_cast<Op>(i));
      if (s.results != 1)
        continue;
      for (size_t t = 0; t < kTypeCount; ++t) {
        const bool is_address = s.result[0] == Operand::Address &&
                                (kValueTypes[t] == ValType::I32 || kValueTypes[t] == ValType::I64);
        if (is_address || s.result[0] == static_cast<Operand>(kValueTypes[t]))
          of[t].push_back(static_cast<Op>(i));
      }
    }
  }
};

size_t place_of(ValType type) {
  return static_cast<size_t>(std::ranges::find(kValueTypes, type) - std::begin(kValueTypes));
}

/// Writes the body of one function, operand by operand.
class FunctionWriter {
 public:
  FunctionWriter(Choices& c, World& world, const Producers& producers, uint32_t index)
      : c_(c), w_(world), producers_(producers), index_(index),
        signature_(world.types[world.functions[index]]) {}

  Bytes body() {
    locals_ = signature_.parameters;
    const unsigned runs = c_.below(5);
    for (unsigned i = 0; i < runs; ++i) {
      const uint32_t count = c_.one_in(200)  ? c_.below(9000)
                             : c_.one_in(40) ? 60 + c_.below(300)
                                             : 1 + c_.below(3);
      locals_.insert(locals_.end(), count, any_type());
    }
    usable_ = locals_.size();
    budget_ = 4 + static_cast<int>(c_.below(60));
    most_operands_ = c_.one_in(8) ? 100 : 8;
    labels_.push_back({signature_.results, 0, false, 0});
    statements(3);
    settle(signature_.results);
    return finish();
  }

  /// Calls the function with constants and makes one i64 of its results, bit by bit.
  Bytes wrapper(uint32_t callee) {
    locals_ = {ValType::I64};
    usable_ = 1;
    const Signature& signature = w_.types[w_.functions[callee]];
    for (const ValType type : signature.parameters)
      constant(type);
    op(Op::Call);
    append_number(code_, callee);
    for (size_t i = signature.results.size(); i-- > 0;)
      fold(signature.results[i]);
    local(Op::LocalGet, 0);
    return finish();
  }

 private:
  struct Label {
    Types types; ///< that a branch takes along
    size_t height;
    bool is_loop;
    uint32_t counter; ///< local of a loop
  };

  Bytes finish() {
    std::vector<Bytes> runs;
    for (size_t i = signature_.parameters.size(); i < locals_.size();) {
      size_t end = i;
      while (end < locals_.size() && locals_[end] == locals_[i])
        ++end;
      Bytes run = test::wasm::unsigned_leb(end - i);
      run.push_back(static_cast<uint8_t>(locals_[i]));
      runs.push_back(run);
      i = end;
    }
    return test::wasm::body(vector_of(runs), code_);
  }

  // --- encoding ---

  void op(Op o) {
    const OpInfo& row = info(o);
    if (row.prefix == 0)
      return code_.push_back(row.code);
    code_.push_back(row.prefix);
    append_number(code_, row.code);
  }
  void op(Op o, uint64_t immediate) {
    op(o);
    append_number(code_, immediate);
  }
  void local(Op o, uint32_t index) { op(o, index); }
  void i32(int32_t value) {
    op(Op::I32Const);
    append_signed(code_, value);
  }
  void i64(int64_t value) {
    op(Op::I64Const);
    append_signed(code_, value);
  }
  void push(ValType type) { stack_.push_back(type); }
  void pop(size_t count = 1) { stack_.resize(stack_.size() - count); }
  [[nodiscard]] size_t own() const { return stack_.size() - labels_.back().height; }

  ValType any_type() {
    constexpr uint16_t kWeights[kTypeCount] = {10, 10, 6, 6, 6, 1, 1};
    return kValueTypes[c_.weighted(kWeights)];
  }
  uint32_t extra_local(ValType type) {
    locals_.push_back(type);
    return static_cast<uint32_t>(locals_.size() - 1);
  }
  /// A local that code may write, of that type; none: UINT32_MAX.
  uint32_t find_local(ValType type) {
    if (usable_ == 0)
      return UINT32_MAX;
    const uint32_t from = c_.below(static_cast<uint32_t>(usable_));
    for (uint32_t i = 0; i < usable_; ++i) {
      const auto at = static_cast<uint32_t>((from + i) % usable_);
      if (locals_[at] == type)
        return at;
    }
    return UINT32_MAX;
  }
  template <typename List, typename Fits>
  uint32_t find(const List& list, Fits fits) {
    if (list.empty())
      return UINT32_MAX;
    const uint32_t from = c_.below(static_cast<uint32_t>(list.size()));
    for (uint32_t i = 0; i < list.size(); ++i) {
      const auto at = static_cast<uint32_t>((from + i) % list.size());
      if (fits(list[at]))
        return at;
    }
    return UINT32_MAX;
  }

  // --- values ---

  void constant(ValType type) {
    switch (type) {
    case ValType::I32:
      i32(static_cast<int32_t>(integer(c_)));
      break;
    case ValType::I64:
      i64(static_cast<int64_t>(integer(c_)));
      break;
    case ValType::F32:
      op(Op::F32Const);
      append_bits(code_, float_bits(c_), 4);
      break;
    case ValType::F64:
      op(Op::F64Const);
      append_bits(code_, double_bits(c_), 8);
      break;
    case ValType::V128:
      op(Op::V128Const);
      for (unsigned i = 0; i < 2; ++i) {
        const uint64_t half = float_bits(c_);
        append_bits(code_, c_.one_in(2) ? double_bits(c_) : half << 32 | float_bits(c_), 8);
      }
      break;
    case ValType::FuncRef:
      if (c_.one_in(2)) {
        op(Op::RefFunc, c_.below(static_cast<uint32_t>(w_.functions.size())));
        break;
      }
      [[fallthrough]];
    default:
      op(Op::RefNull);
      code_.push_back(static_cast<uint8_t>(type));
    }
    push(type);
  }

  /// Whether it can be had; then it is on the stack.
  bool read_variable(ValType type) {
    const uint32_t at = find_local(type);
    if (at != UINT32_MAX && !c_.one_in(8)) {
      local(Op::LocalGet, at);
      push(type);
      return true;
    }
    const uint32_t global = find(w_.globals, [&](const GlobalType& g) { return g.type == type; });
    if (global != UINT32_MAX && c_.one_in(2)) {
      op(Op::GlobalGet, global);
      push(type);
      return true;
    }
    return false;
  }

  void value(ValType type, unsigned depth) {
    --budget_;
    const unsigned kind = c_.below(depth == 0 || budget_ < 0 ? 8 : 20);
    if (kind < 3)
      return constant(type);
    if (kind < 8)
      return read_variable(type) ? void() : constant(type);
    if (kind == 8) {
      const uint32_t callee = find_callee(
          [&](const Signature& s) { return s.results.size() == 1 && s.results[0] == type; });
      return callee != UINT32_MAX ? call(callee, depth - 1, false) : constant(type);
    }
    if (kind == 9)
      return block({}, {type}, depth - 1);
    if (kind == 10) {
      value(type, depth - 1);
      value(type, depth - 1);
      value(ValType::I32, depth - 1);
      const bool is_plain = !is_reference(type) && c_.one_in(2);
      op(is_plain ? Op::Select : Op::SelectT);
      if (!is_plain) {
        code_.push_back(1);
        code_.push_back(static_cast<uint8_t>(type));
      }
      return pop(2);
    }
    if (kind == 11) {
      const uint32_t at = find_local(type);
      if (at == UINT32_MAX)
        return constant(type);
      value(type, depth - 1);
      return local(Op::LocalTee, at);
    }
    if (type == ValType::FuncRef || type == ValType::ExternRef) {
      const uint32_t table = find(w_.tables, [&](const TableType& t) { return t.item == type; });
      index(w_.tables[table].is_64, kItems - 1, depth - 1);
      op(Op::TableGet, table);
      pop();
      return push(type);
    }
    const auto& list = producers_.of[place_of(type)];
    if (!operation(list[c_.below(static_cast<uint32_t>(list.size()))], type, depth - 1))
      constant(type);
  }

  /// An address or a count that is at most `mask`, but now and then any.
  void index(bool is_64, uint32_t mask, unsigned depth) {
    value(is_64 ? ValType::I64 : ValType::I32, depth);
    if (c_.one_in(24))
      return;
    if (is_64) {
      i64(mask);
      op(Op::I64And);
    } else {
      i32(static_cast<int32_t>(mask));
      op(Op::I32And);
    }
  }

  struct Binding {
    ValType address = ValType::I32, second_address = ValType::I32;
    ValType item = ValType::FuncRef;    ///< of the table
    ValType variable = ValType::I32;    ///< of the local or global
    ValType written = ValType::FuncRef; ///< in the immediate
    ValType reference = ValType::FuncRef;
    Bytes immediate;
  };

  static ValType resolve(Operand letter, const Binding& b) {
    switch (letter) {
    case Operand::Address:
      return b.address;
    case Operand::SecondAddress:
      return b.second_address;
    case Operand::NarrowerAddress:
      return b.address == ValType::I64 && b.second_address == ValType::I64 ? ValType::I64
                                                                           : ValType::I32;
    case Operand::Item:
      return b.item;
    case Operand::Variable:
      return b.variable;
    case Operand::Written:
      return b.written;
    case Operand::AnyReference:
      return b.reference;
    default:
      return static_cast<ValType>(letter);
    }
  }

  uint32_t any_memory(ValType wanted_address) {
    return find(w_.memories, [&](const MemoryType& m) {
      return wanted_address == ValType::Unknown || m.is_64 == (wanted_address == ValType::I64);
    });
  }
  static ValType address_type(bool is_64) { return is_64 ? ValType::I64 : ValType::I32; }

  void access(const OpInfo& row, const MemoryType& memory, uint32_t at, Bytes& out) {
    uint32_t align = 0;
    while ((2u << align) <= row.width && c_.one_in(2))
      ++align;
    const bool names_memory = at != 0 || c_.one_in(16);
    append_number(out, align | (names_memory && !w_.is_portable ? 0x40 : 0));
    if (names_memory && !w_.is_portable)
      append_number(out, at);
    uint64_t offset = c_.below(64);
    if (c_.one_in(32))
      offset = memory.is_64 && c_.one_in(2) ? c_.number(8) : c_.number(4);
    append_number(out, offset);
  }

  /// Immediates for the row, with a result of type `wanted` unless that is Unknown. False where there are none.
  bool bind(const OpInfo& row, ValType wanted, Binding& b) {
    const auto& s = row.signature;
    const bool gives_address = s.results == 1 && s.result[0] == Operand::Address;
    const ValType address = gives_address ? wanted : ValType::Unknown;
    Bytes& out = b.immediate;
    switch (row.immediates) {
    case Immediates::None:
      b.reference = c_.one_in(2) ? ValType::FuncRef : ValType::ExternRef;
      return true;
    case Immediates::Types:
      b.written = any_type();
      out = {1, static_cast<uint8_t>(b.written)};
      return true;
    case Immediates::HeapType:
      b.written = c_.one_in(2) ? ValType::FuncRef : ValType::ExternRef;
      out = {static_cast<uint8_t>(b.written)};
      return true;
    case Immediates::Function:
      append_number(out, c_.below(static_cast<uint32_t>(w_.functions.size())));
      return true;
    case Immediates::Local: {
      if (usable_ == 0)
        return false;
      const uint32_t at = c_.below(static_cast<uint32_t>(usable_));
      b.variable = locals_[at];
      append_number(out, at);
      return true;
    }
    case Immediates::Global: {
      const bool writes = s.parameters != 0;
      const uint32_t at =
          find(w_.globals, [&](const GlobalType& g) { return g.is_mutable || !writes; });
      if (at == UINT32_MAX)
        return false;
      b.variable = w_.globals[at].type;
      append_number(out, at);
      return true;
    }
    case Immediates::Table:
    case Immediates::ElementTable:
    case Immediates::TableTable: {
      const uint32_t at = find(w_.tables, [&](const TableType& t) {
        return address == ValType::Unknown || address_type(t.is_64) == address;
      });
      if (at == UINT32_MAX)
        return false;
      b.item = w_.tables[at].item;
      b.address = b.second_address = address_type(w_.tables[at].is_64);
      if (row.immediates == Immediates::ElementTable) {
        const uint32_t segment =
            find(w_.elements, [&](ValType type) { return type == w_.tables[at].item; });
        append_number(out, w_.first_element + segment);
        append_number(out, at);
        return true;
      }
      append_number(out, at);
      if (row.immediates == Immediates::TableTable) {
        const uint32_t from = find(w_.tables, [&](const TableType& t) { return t.item == b.item; });
        b.second_address = address_type(w_.tables[from].is_64);
        append_number(out, from);
      }
      return true;
    }
    case Immediates::Element:
      append_number(out, w_.first_element + c_.below(static_cast<uint32_t>(w_.elements.size())));
      return true;
    case Immediates::Data:
      append_number(out, w_.first_data + c_.below(w_.data));
      return true;
    case Immediates::Memory:
    case Immediates::MemoryLane:
    case Immediates::MemoryIndex:
    case Immediates::MemoryMemory:
    case Immediates::DataMemory: {
      const uint32_t at = any_memory(address);
      if (at == UINT32_MAX)
        return false;
      b.address = b.second_address = address_type(w_.memories[at].is_64);
      if (row.immediates == Immediates::DataMemory)
        append_number(out, w_.first_data + c_.below(w_.data));
      if (row.immediates == Immediates::Memory || row.immediates == Immediates::MemoryLane) {
        access(row, w_.memories[at], at, out);
        if (row.immediates == Immediates::MemoryLane)
          out.push_back(static_cast<uint8_t>(c_.below(16 / row.width)));
        return true;
      }
      append_number(out, at);
      if (row.immediates == Immediates::MemoryMemory) {
        const uint32_t from = any_memory(ValType::Unknown);
        b.second_address = address_type(w_.memories[from].is_64);
        append_number(out, from);
      }
      return true;
    }
    case Immediates::Lane:
      out.push_back(static_cast<uint8_t>(c_.below(16 / row.width)));
      return true;
    case Immediates::Lanes:
      for (unsigned i = 0; i < 16; ++i)
        out.push_back(static_cast<uint8_t>(c_.below(32)));
      return true;
    case Immediates::I32:
      append_signed(out, static_cast<int32_t>(integer(c_)));
      return true;
    case Immediates::I64:
      append_signed(out, static_cast<int64_t>(integer(c_)));
      return true;
    case Immediates::F32:
      append_bits(out, float_bits(c_), 4);
      return true;
    case Immediates::F64:
      append_bits(out, double_bits(c_), 8);
      return true;
    case Immediates::V128:
      append_bits(out, double_bits(c_), 8);
      append_bits(out, double_bits(c_), 8);
      return true;
    default:
      return false;
    }
  }

  /// What an operand must be at most so that the instruction mostly does not trap; 0: no matter.
  static uint32_t bound(Op o, unsigned place) {
    switch (o) {
    case Op::MemoryInit:
      return place == 0 ? kInsideMask : kPassiveBytes / 2 - 1;
    case Op::MemoryCopy:
      return place == 2 ? 0x3ff : kInsideMask;
    case Op::MemoryFill:
      return place == 0 ? kInsideMask : place == 1 ? 0 : 0x3ff;
    case Op::MemoryGrow:
      return 1;
    case Op::TableInit:
      return place == 0 ? 3 : 1;
    case Op::TableCopy:
      return 7;
    case Op::TableFill:
      return place == 1 ? 0 : 7;
    case Op::TableGrow:
      return place == 0 ? 0 : 3;
    case Op::TableGet:
    case Op::TableSet:
      return place == 0 ? kItems - 1 : 0;
    default:
      return info(o).signature.parameter[place] == Operand::Address ? kInsideMask : 0;
    }
  }

  /// An instruction of the table by its signature, with its operands. False where the module has not what it names.
  bool operation(Op o, ValType wanted, unsigned depth) {
    const OpInfo& row = info(o);
    const auto& s = row.signature;
    // Dropped segments are empty for the rest of the run.
    if ((o == Op::DataDrop || o == Op::ElemDrop) && !c_.one_in(4))
      return false;
    Binding b;
    if (!bind(row, wanted, b))
      return false;
    unsigned there = 0; // operands that are on the stack already
    if (wanted == ValType::Unknown && c_.one_in(2)) {
      for (unsigned n = std::min<unsigned>(s.parameters, static_cast<unsigned>(own())); n > 0;
           --n) {
        bool fits = true;
        for (unsigned i = 0; i < n && fits; ++i)
          fits = bound(o, i) == 0 && stack_[stack_.size() - n + i] == resolve(s.parameter[i], b);
        if (fits) {
          there = n;
          break;
        }
      }
    }
    for (unsigned i = there; i < s.parameters; ++i)
      operand(o, i, resolve(s.parameter[i], b), depth);
    op(o);
    append(code_, b.immediate);
    pop(s.parameters);
    for (unsigned i = 0; i < s.results; ++i)
      push(resolve(s.result[i], b));
    if (w_.is_portable && gives_any_nan(row))
      make_canonical(row);
    return true;
  }

  void operand(Op o, unsigned place, ValType type, unsigned depth) {
    const OpInfo& row = info(o);
    if (const uint32_t most = bound(o, place); most != 0)
      return index(type == ValType::I64, most, depth);
    if (truncates(row) && !c_.one_in(16)) {
      value(ValType::I32, depth);
      i32(0x3fffffff);
      op(Op::I32And);
      op(type == ValType::F32 ? Op::F32ConvertI32U : Op::F64ConvertI32U);
      pop();
      return push(type);
    }
    value(type, depth);
    if (divides(row) && place == 1 && !c_.one_in(12)) {
      if (type == ValType::I32) {
        i32(1);
        op(Op::I32Or);
      } else {
        i64(1);
        op(Op::I64Or);
      }
    }
  }

  /// The NaN that is on the stack, if it is one, becomes the canonical one.
  void make_canonical(const OpInfo& row) {
    const ValType type = stack_.back();
    uint32_t& temporary = temporaries_[place_of(type)];
    if (temporary == 0)
      temporary = extra_local(type) + 1;
    const uint32_t at = temporary - 1;
    const bool is_single = row.text.starts_with("f32");
    const uint64_t nan = is_single ? 0x7fc00000 : 0x7ff8000000000000;
    local(Op::LocalTee, at);
    if (type == ValType::V128) {
      op(Op::V128Const);
      append_bits(code_, is_single ? nan << 32 | nan : nan, 8);
      append_bits(code_, is_single ? nan << 32 | nan : nan, 8);
    } else {
      op(type == ValType::F32 ? Op::F32Const : Op::F64Const);
      append_bits(code_, nan, type == ValType::F32 ? 4 : 8);
    }
    local(Op::LocalGet, at);
    local(Op::LocalGet, at);
    switch (type) {
    case ValType::F32:
      op(Op::F32Eq);
      return op(Op::Select);
    case ValType::F64:
      op(Op::F64Eq);
      return op(Op::Select);
    default:
      op(is_single ? Op::F32x4Eq : Op::F64x2Eq);
      return op(Op::V128Bitselect);
    }
  }

  // --- statements ---

  /// Takes the top operand off, somehow.
  void sink() {
    const ValType type = stack_.back();
    const uint32_t at = find_local(type);
    if (at != UINT32_MAX && !c_.one_in(4)) {
      local(Op::LocalSet, at);
      return pop();
    }
    const uint32_t global =
        find(w_.globals, [&](const GlobalType& g) { return g.type == type && g.is_mutable; });
    if (global != UINT32_MAX && c_.one_in(2)) {
      op(Op::GlobalSet, global);
      return pop();
    }
    op(Op::Drop);
    pop();
  }

  /// The operands of the innermost block become these types.
  void settle(const Types& results) {
    const size_t height = labels_.back().height;
    if (own() == results.size() &&
        std::equal(results.begin(), results.end(), stack_.begin() + static_cast<long>(height)))
      return;
    if (own() != 0 && !labels_.back().is_loop && c_.one_in(4)) {
      // A branch leaves what is below.
      values(results, 1);
      op(Op::Br, 0);
      stack_.resize(height);
      stack_.insert(stack_.end(), results.begin(), results.end());
      return;
    }
    while (own() > 0)
      sink();
    values(results, 2);
  }

  /// The top operands are these, of those that are there or anew.
  void supply(const Types& types, unsigned depth) {
    if (own() >= types.size() && std::equal(types.rbegin(), types.rend(), stack_.rbegin()) &&
        c_.one_in(2))
      return;
    values(types, depth);
  }
  void values(const Types& types, unsigned depth) {
    for (const ValType type : types)
      value(type, depth);
  }

  template <typename Fits>
  uint32_t find_callee(Fits fits) {
    const auto count = static_cast<uint32_t>(w_.functions.size());
    const bool is_any = c_.one_in(12);
    const uint32_t from = c_.below(count);
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t at = (from + i) % count;
      // Mostly functions behind this one, so that calls end.
      if ((at > index_ || at < w_.imports || is_any) && fits(w_.types[w_.functions[at]]))
        return at;
    }
    return UINT32_MAX;
  }

  void call(uint32_t callee, unsigned depth, bool may_reuse) {
    const Signature signature = w_.types[w_.functions[callee]];
    if (may_reuse)
      supply(signature.parameters, depth);
    else
      values(signature.parameters, depth);
    call_behind(callee, depth, Op::Call, Op::CallIndirect);
    pop(signature.parameters.size());
    stack_.insert(stack_.end(), signature.results.begin(), signature.results.end());
  }
  /// Directly, or through the table where it is there.
  void call_behind(uint32_t callee, unsigned depth, Op direct, Op indirect) {
    const uint32_t slot = find(w_.slots, [&](uint32_t f) { return f == callee; });
    if (slot == UINT32_MAX || c_.one_in(2))
      return op(direct, callee);
    const bool is_64 = w_.tables[0].is_64;
    if (c_.one_in(8)) {
      index(is_64, kItems - 1, depth);
      pop();
    } else if (is_64) {
      i64(slot);
    } else {
      i32(static_cast<int32_t>(slot));
    }
    op(indirect, w_.functions[callee]);
    append_number(code_, 0);
  }

  void block_type(const Signature& signature) {
    if (signature.parameters.empty() && signature.results.size() <= 1 && !c_.one_in(8)) {
      code_.push_back(signature.results.empty() ? uint8_t{0x40}
                                                : static_cast<uint8_t>(signature.results[0]));
      return;
    }
    append_signed(code_, w_.type_index(signature));
  }

  Types few_types(unsigned most) {
    Types types;
    for (unsigned n = c_.below(most + 1); n > 0; --n)
      types.push_back(any_type());
    return types;
  }

  /// Block, loop or if; its operands are there.
  void block(const Types& parameters, const Types& results, unsigned depth) {
    constexpr uint16_t kWeights[] = {3, 4, 5};
    const unsigned kind = c_.weighted(kWeights);
    supply(parameters, depth);
    uint32_t counter = 0;
    if (kind == 1) {
      counter = extra_local(ValType::I32);
      i32(1 + static_cast<int32_t>(c_.below(6)));
      local(Op::LocalSet, counter);
    }
    if (kind == 2) {
      value(ValType::I32, depth);
      pop();
    }
    op(kind == 0 ? Op::Block : kind == 1 ? Op::Loop : Op::If);
    block_type({parameters, results});
    pop(parameters.size());
    const size_t height = stack_.size();
    labels_.push_back({kind == 1 ? parameters : results, height, kind == 1, counter});
    stack_.insert(stack_.end(), parameters.begin(), parameters.end());
    statements(depth);
    if (kind == 1) {
      settle(parameters);
      again(labels_.back());
      op(Op::BrIf, 0);
    }
    settle(results);
    if (kind == 2 && (parameters != results || !c_.one_in(3))) {
      op(Op::Else);
      stack_.resize(height);
      stack_.insert(stack_.end(), parameters.begin(), parameters.end());
      statements(depth);
      settle(results);
    }
    op(Op::End);
    labels_.pop_back();
    stack_.resize(height);
    stack_.insert(stack_.end(), results.begin(), results.end());
  }
  /// Whether the loop goes round again: what a branch to it asks.
  void again(const Label& loop) {
    if (c_.one_in(200))
      return i32(1); // for ever
    local(Op::LocalGet, loop.counter);
    i32(1);
    op(Op::I32Sub);
    local(Op::LocalTee, loop.counter);
    i32(0);
    op(Op::I32GtS);
  }

  void branch(unsigned depth) {
    const uint32_t label = c_.below(static_cast<uint32_t>(labels_.size()));
    const Label to = labels_[labels_.size() - 1 - label];
    supply(to.types, depth > 0 ? 1 : 0);
    if (to.is_loop) {
      again(to);
      return op(Op::BrIf, label);
    }
    value(ValType::I32, depth > 0 ? 1 : 0);
    pop();
    const unsigned kind = c_.below(4);
    if (kind > 1)
      return op(Op::BrIf, label);
    // In an if, so that code goes on behind it with the same values.
    op(Op::If);
    block_type({to.types, to.types});
    labels_.push_back({to.types, stack_.size() - to.types.size(), false, 0});
    if (kind == 0)
      op(Op::Br, label + 1);
    else
      branch_table(to.types);
    dead_code();
    stack_.resize(labels_.back().height);
    stack_.insert(stack_.end(), to.types.begin(), to.types.end());
    labels_.pop_back();
    op(Op::End);
  }

  /// To any labels that take these types along.
  void branch_table(const Types& types) {
    value(ValType::I32, 1);
    pop();
    std::vector<uint32_t> targets;
    for (uint32_t i = 0; i < labels_.size(); ++i) {
      const Label& other = labels_[labels_.size() - 1 - i];
      if (!other.is_loop && other.types == types)
        targets.push_back(i);
    }
    const unsigned count = c_.one_in(30) ? c_.below(300) : c_.below(6);
    op(Op::BrTable, count);
    for (unsigned i = 0; i <= count; ++i)
      append_number(code_, c_.pick_of(targets));
  }

  /// Behind what does not come back: operands are of any type there.
  void dead_code() {
    if (!c_.one_in(6))
      return;
    switch (c_.below(4)) {
    case 0:
      return op(Op::Unreachable);
    case 1:
      op(Op::I32Add);
      return op(Op::Drop);
    case 2:
      i32(1);
      op(Op::If);
      code_.push_back(0x40);
      op(Op::Else);
      return op(Op::End);
    default:
      op(Op::Block);
      code_.push_back(0x40);
      op(Op::Br, 0);
      return op(Op::End);
    }
  }

  void leave_function() {
    value(ValType::I32, 1);
    pop();
    op(Op::If);
    code_.push_back(0x40);
    labels_.push_back({{}, stack_.size(), false, 0});
    const unsigned kind = c_.below(12);
    if (kind == 0) {
      op(Op::Unreachable);
    } else if (kind < 6) {
      values(signature_.results, 1);
      op(Op::Return);
    } else {
      const uint32_t callee =
          find_callee([&](const Signature& s) { return s.results == signature_.results; });
      if (callee == UINT32_MAX) {
        op(Op::Nop);
      } else {
        values(Types{w_.types[w_.functions[callee]].parameters}, 1);
        call_behind(callee, 0, Op::ReturnCall, Op::ReturnCallIndirect);
      }
    }
    if (kind < 6)
      dead_code();
    stack_.resize(labels_.back().height);
    labels_.pop_back();
    op(Op::End);
  }

  void statements(unsigned depth) {
    for (unsigned n = 1 + c_.below(depth > 1 ? 8 : 4); n > 0 && budget_ > 0; --n)
      statement(depth);
  }
  void statement(unsigned depth) {
    --budget_;
    if (own() > most_operands_)
      sink();
    constexpr uint16_t kWeights[] = {40, 8, 10, 8, 4, 6, 2};
    switch (c_.weighted(kWeights)) {
    case 0:
      (void)operation(c_.pick_of(producers_.all), ValType::Unknown, 2);
      break;
    case 1:
      if (own() > 0)
        sink();
      else
        value(any_type(), 3);
      break;
    case 2:
      if (depth > 0)
        block(few_types(2), few_types(c_.one_in(40) ? 20 : 2), depth - 1);
      break;
    case 3:
      branch(depth);
      break;
    case 4:
      leave_function();
      break;
    case 5: {
      const uint32_t callee = find_callee([](const Signature&) { return true; });
      if (callee != UINT32_MAX)
        call(callee, 1, true);
      break;
    }
    default:
      // The same value twice, the first from before the variable changes.
      if (usable_ != 0) {
        const uint32_t at = c_.below(static_cast<uint32_t>(usable_));
        local(Op::LocalGet, at);
        push(locals_[at]);
        value(locals_[at], 2);
        const bool is_set = c_.one_in(2);
        local(is_set ? Op::LocalSet : Op::LocalTee, at);
        pop(is_set ? 1 : 0);
      }
    }
  }
  /// The top operand into local 0, an i64.
  void fold(ValType type) {
    switch (type) {
    case ValType::I32:
      op(Op::I64ExtendI32U);
      break;
    case ValType::F32:
      op(Op::I32ReinterpretF32);
      op(Op::I64ExtendI32U);
      break;
    case ValType::F64:
      op(Op::I64ReinterpretF64);
      break;
    case ValType::V128: {
      const uint32_t vector = extra_local(ValType::V128);
      local(Op::LocalTee, vector);
      op(Op::I64x2ExtractLane);
      code_.push_back(0);
      i64(7);
      op(Op::I64Rotl);
      local(Op::LocalGet, vector);
      op(Op::I64x2ExtractLane);
      code_.push_back(1);
      op(Op::I64Xor);
      break;
    }
    case ValType::FuncRef:
    case ValType::ExternRef:
      op(Op::RefIsNull);
      op(Op::I64ExtendI32U);
      break;
    default:
      break;
    }
    local(Op::LocalGet, 0);
    i64(5);
    op(Op::I64Rotl);
    op(Op::I64Xor);
    local(Op::LocalSet, 0);
  }

  Choices& c_;
  World& w_;
  const Producers& producers_;
  uint32_t index_;
  Signature signature_;
  Types locals_;
  size_t usable_ = 0; ///< locals that code may name; behind them counters and the like
  std::array<uint32_t, kTypeCount> temporaries_{}; ///< locals + 1
  std::vector<Label> labels_;
  Types stack_;
  Bytes code_;
  int budget_ = 0;
  size_t most_operands_ = 0; ///< of a block, before some are taken off
};

class ModuleWriter {
 public:
  ModuleWriter(Choices& c, const WasmOptions& options) : c_(c) {
    w_.is_portable = options.is_portable;
  }

  WasmProgram program() {
    choose_world();
    const Producers& producers = w_.is_portable ? portable_producers() : all_producers();
    std::vector<Bytes> bodies;
    const auto own = static_cast<uint32_t>(w_.functions.size());
    for (uint32_t i = w_.imports; i < own; ++i)
      bodies.push_back(FunctionWriter{c_, w_, producers, i}.body());
    WasmProgram program;
    std::vector<Bytes> exports;
    const uint32_t wrapped = std::min(own - w_.imports, 4u);
    const uint32_t wrapper_type = w_.type_index({{}, {ValType::I64}});
    // A wrapper takes nothing and has a local; its type's parameters are none, so the local is number 0.
    for (uint32_t i = 0; i < wrapped; ++i) {
      const uint32_t callee = w_.imports + i;
      w_.functions.push_back(wrapper_type);
      bodies.push_back(
          FunctionWriter{c_, w_, producers, static_cast<uint32_t>(w_.functions.size() - 1)}.wrapper(
              callee));
      const std::string name = "run" + std::to_string(i);
      exports.push_back(test::wasm::exported(name, kFunctionKind,
                                             static_cast<uint32_t>(w_.functions.size() - 1)));
      program.calls.push_back({name, {}});
      if (w_.is_portable)
        continue;
      const std::string direct = "f" + std::to_string(callee);
      exports.push_back(test::wasm::exported(direct, kFunctionKind, callee));
      WasmCall call{direct, {}};
      for (const ValType type : w_.types[w_.functions[callee]].parameters)
        call.arguments.push_back(argument(c_, type));
      program.calls.push_back(std::move(call));
    }
    exports.push_back(test::wasm::exported("memory", kMemoryKind, 0));
    program.module = module(bodies, exports);
    return program;
  }

 private:
  static const Producers& all_producers() {
    static const Producers all{false};
    return all;
  }
  static const Producers& portable_producers() {
    static const Producers portable{true};
    return portable;
  }

  ValType any_type() {
    constexpr uint16_t kWeights[kTypeCount] = {10, 10, 6, 6, 6, 2, 2};
    return kValueTypes[c_.weighted(kWeights)];
  }
  Types any_types(unsigned most) {
    Types types;
    const unsigned count = c_.one_in(400)  ? c_.below(1001)
                           : c_.one_in(40) ? 10 + c_.below(60)
                                           : c_.below(most + 1);
    for (unsigned n = count; n > 0; --n)
      types.push_back(any_type());
    return types;
  }

  void choose_world() {
    for (unsigned n = c_.below(4); n > 0; --n) {
      Signature signature;
      if (w_.is_portable) {
        for (unsigned i = c_.below(4); i > 0; --i)
          signature.parameters.push_back(c_.one_in(2) ? ValType::I32 : ValType::I64);
        for (unsigned i = c_.below(3); i > 0; --i)
          signature.results.push_back(c_.one_in(2) ? ValType::I32 : ValType::I64);
      } else {
        signature = {any_types(4), any_types(2)};
      }
      w_.functions.push_back(w_.type_index(signature));
    }
    w_.imports = static_cast<uint32_t>(w_.functions.size());
    for (unsigned n = 2 + c_.below(6); n > 0; --n)
      w_.functions.push_back(w_.type_index({any_types(5), any_types(3)}));
    if (c_.one_in(8)) {
      w_.start = static_cast<uint32_t>(w_.functions.size());
      w_.functions.push_back(w_.type_index({}));
    }
    w_.imports_memory = !w_.is_portable && c_.one_in(4);
    w_.imports_table = !w_.is_portable && c_.one_in(4);
    w_.imports_global = !w_.is_portable && c_.one_in(4);

    for (unsigned n = w_.is_portable || !c_.one_in(3) ? 1 : 2 + c_.below(2); n > 0; --n) {
      MemoryType memory{.is_64 = c_.one_in(6)};
      memory.min = c_.one_in(16) ? c_.below(3) : 1;
      memory.has_max = w_.is_portable || c_.one_in(2);
      memory.max = memory.min + c_.below(4);
      w_.memories.push_back(memory);
    }
    w_.tables = {{ValType::FuncRef, false}, {ValType::ExternRef, false}};
    if (!w_.is_portable && c_.one_in(4))
      w_.tables.push_back({c_.one_in(2) ? ValType::FuncRef : ValType::ExternRef, true});
    for (unsigned n = c_.below(kItems); n > 0; --n)
      w_.slots.push_back(c_.below(static_cast<uint32_t>(w_.functions.size())));
    w_.elements = {ValType::FuncRef, ValType::ExternRef};
    w_.first_element = 2; // behind the active and the declared one
    w_.first_data = 1;
    w_.data = 2;
    for (unsigned n = 1 + c_.below(10); n > 0; --n)
      w_.globals.push_back({any_type(), !c_.one_in(4)});
  }

  Bytes initial(ValType type) {
    const Value value = argument(c_, type);
    Bytes out;
    switch (type) {
    case ValType::I32:
      out.push_back(0x41);
      append_signed(out, static_cast<int32_t>(value.slots[0]));
      break;
    case ValType::I64:
      out.push_back(0x42);
      append_signed(out, static_cast<int64_t>(value.slots[0]));
      break;
    case ValType::F32:
      out.push_back(0x43);
      append_bits(out, value.slots[0], 4);
      break;
    case ValType::F64:
      out.push_back(0x44);
      append_bits(out, value.slots[0], 8);
      break;
    case ValType::V128:
      out = {0xfd, 0x0c};
      append_bits(out, value.slots[0], 8);
      append_bits(out, value.slots[1], 8);
      break;
    default:
      out = {0xd0, static_cast<uint8_t>(type)};
    }
    out.push_back(0x0b);
    return out;
  }

  static Bytes limits(bool is_64, uint32_t min, uint32_t max, bool has_max) {
    Bytes out{static_cast<uint8_t>((is_64 ? 4 : 0) | (has_max ? 1 : 0))};
    append_number(out, min);
    if (has_max)
      append_number(out, max);
    return out;
  }

  Bytes module(const std::vector<Bytes>& bodies, const std::vector<Bytes>& exports) {
    using namespace test::wasm;
    const auto numbered = [](const std::vector<uint32_t>& numbers) {
      Bytes out = unsigned_leb(numbers.size());
      for (const uint32_t n : numbers)
        append_number(out, n);
      return out;
    };
    std::vector<Bytes> types, imports, tables, memories, globals, elements, data;
    for (const Signature& s : w_.types)
      types.push_back(function_type(bytes_of(s.parameters), bytes_of(s.results)));
    for (uint32_t i = 0; i < w_.imports; ++i) {
      Bytes type{kFunctionKind};
      append_number(type, w_.functions[i]);
      imports.push_back(imported("env", "f" + std::to_string(i), type));
    }
    for (const TableType& t : w_.tables)
      tables.push_back(
          joined({{static_cast<uint8_t>(t.item)}, limits(t.is_64, kItems, kItems + 8, true)}));
    for (const MemoryType& m : w_.memories)
      memories.push_back(limits(m.is_64, m.min, m.max, m.has_max));
    for (const GlobalType& g : w_.globals)
      globals.push_back(joined({{static_cast<uint8_t>(g.type), g.is_mutable}, initial(g.type)}));
    const auto move_to_imports = [&](bool is_imported, std::vector<Bytes>& from, const char* name,
                                     uint8_t kind, size_t length) {
      if (!is_imported)
        return;
      const Bytes type(from[0].begin(), from[0].begin() + static_cast<long>(length));
      imports.push_back(imported("env", name, joined({{kind}, type})));
      from.erase(from.begin());
    };
    move_to_imports(w_.imports_table, tables, "table", kTableKind, tables[0].size());
    move_to_imports(w_.imports_memory, memories, "memory", kMemoryKind, memories[0].size());
    move_to_imports(w_.imports_global, globals, "global", kGlobalKind, 2);
    // Active functions of table 0 from 0 on; all declared, so that ref.func may name them; passive ones.
    elements.push_back(joined({{0, 0x41, 0, 0x0b}, numbered(w_.slots)}));
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < w_.functions.size(); ++i)
      all.push_back(i);
    elements.push_back(joined({{3, 0}, numbered(all)}));
    elements.push_back(joined({{1, 0}, numbered({all[0], all[1], all[0]})}));
    elements.push_back({5, kExternRef, 2, 0xd0, kExternRef, 0x0b, 0xd0, kExternRef, 0x0b});
    const bool is_64 = w_.memories[0].is_64;
    const uint8_t size = w_.memories[0].min == 0 ? 0 : 32;
    Bytes active{0, static_cast<uint8_t>(is_64 ? 0x42 : 0x41), static_cast<uint8_t>(size / 4), 0x0b,
                 size};
    for (unsigned i = 0; i < size; ++i)
      active.push_back(c_.byte());
    data.push_back(active);
    for (unsigned n = 0; n < w_.data; ++n) {
      Bytes passive{1, kPassiveBytes};
      for (unsigned i = 0; i < kPassiveBytes; ++i)
        passive.push_back(static_cast<uint8_t>(i * 37 + n));
      data.push_back(passive);
    }
    const Bytes start = w_.start == UINT32_MAX ? Bytes{} : section(8, unsigned_leb(w_.start));
    const std::vector<uint32_t> own(w_.functions.begin() + w_.imports, w_.functions.end());
    return test::wasm::module({section(1, vector_of(types)), section(2, vector_of(imports)),
                               section(3, numbered(own)), section(4, vector_of(tables)),
                               section(5, vector_of(memories)), section(6, vector_of(globals)),
                               section(7, vector_of(exports)), section(9, vector_of(elements)),
                               section(12, unsigned_leb(data.size())),
                               section(10, vector_of(bodies)), section(11, vector_of(data))});
  }

  Choices& c_;
  World w_;
};

} // namespace

WasmProgram make_wasm(Choices& c, const WasmOptions& options) {
  return ModuleWriter{c, options}.program();
}

} // namespace zvm::fuzz

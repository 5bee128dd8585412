#include "backend/asmjit/assembler_x64.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace zvm::backend::asmjit {
namespace {

namespace x86 = ::asmjit::x86;
using ::asmjit::Operand_;
using ::asmjit::RegType;
using Signature = ::asmjit::OperandSignature;

/// The longest instruction of an x86-64, and one more, as asmjit asks for it.
constexpr size_t kMostBytes = 16;

enum class Kind : uint8_t {
  Other, ///< asmjit's
  Sum,   ///< add and its like: a number of three bits
  Move,
  Address,
  Test,
  Shift,    ///< by an immediate: a number, too
  Product,  ///< imul of two operands
  Extended, ///< movzx, movsx of memory: the second byte of the code of bytes
  Widened,  ///< movsxd of memory
  Jump,     ///< to a label: the code of its short form
};
struct Form {
  Kind kind = Kind::Other;
  uint8_t number = 0;
};

constexpr uint8_t kShortJump = 0xeb;

constexpr std::array<Form, x86::Inst::_kIdCount> kForms = [] {
  using Id = x86::Inst::Id;
  std::array<Form, x86::Inst::_kIdCount> forms{};
  constexpr Id kSums[] = {Id::kIdAdd, Id::kIdOr,  Id::kIdAdc, Id::kIdSbb,
                          Id::kIdAnd, Id::kIdSub, Id::kIdXor, Id::kIdCmp};
  for (uint8_t n = 0; n < std::size(kSums); ++n)
    forms[kSums[n]] = {Kind::Sum, n};
  forms[Id::kIdRol] = {Kind::Shift, 0};
  forms[Id::kIdRor] = {Kind::Shift, 1};
  forms[Id::kIdShl] = {Kind::Shift, 4};
  forms[Id::kIdShr] = {Kind::Shift, 5};
  forms[Id::kIdSar] = {Kind::Shift, 7};
  forms[Id::kIdMov] = {Kind::Move};
  forms[Id::kIdLea] = {Kind::Address};
  forms[Id::kIdTest] = {Kind::Test};
  forms[Id::kIdImul] = {Kind::Product};
  forms[Id::kIdMovzx] = {Kind::Extended, 0xb6};
  forms[Id::kIdMovsx] = {Kind::Extended, 0xbe};
  forms[Id::kIdMovsxd] = {Kind::Widened};
  forms[Id::kIdJmp] = {Kind::Jump, kShortJump};
  constexpr Id kConditions[] = {
      Id::kIdJo, Id::kIdJno, Id::kIdJb, Id::kIdJae, Id::kIdJe, Id::kIdJne, Id::kIdJbe, Id::kIdJa,
      Id::kIdJs, Id::kIdJns, Id::kIdJp, Id::kIdJnp, Id::kIdJl, Id::kIdJge, Id::kIdJle, Id::kIdJg};
  for (uint8_t n = 0; n < std::size(kConditions); ++n)
    forms[kConditions[n]] = {Kind::Jump, static_cast<uint8_t>(0x70 | n)};
  forms[Id::kIdJc] = forms[Id::kIdJb];
  forms[Id::kIdJnc] = forms[Id::kIdJae];
  forms[Id::kIdJz] = forms[Id::kIdJe];
  forms[Id::kIdJnz] = forms[Id::kIdJne];
  return forms;
}();

constexpr bool fits_i8(int64_t v) { return v == static_cast<int8_t>(v); }
constexpr bool fits_i32(int64_t v) { return v == static_cast<int32_t>(v); }

bool is_gp(const Operand_& o, RegType type) {
  return o.signature().subset(Signature::kOpTypeMask | Signature::kRegTypeMask) ==
         (Signature::fromOpType(::asmjit::OperandType::kReg) | Signature::fromRegType(type));
}
bool is_32(const Operand_& o) { return is_gp(o, RegType::kX86_Gpd); }
bool is_64(const Operand_& o) { return is_gp(o, RegType::kX86_Gpq); }

/// A register and a displacement, with or without an index.
bool is_plain(const Operand_& o) {
  if (!o.isMem())
    return false;
  const auto& m = o.as<x86::Mem>();
  return m.baseType() == RegType::kX86_Gpq && !m.hasSegment() && !m.hasBroadcast() &&
         !m.isRegHome() && m.addrType() == x86::Mem::AddrType::kDefault &&
         (!m.hasIndex() || m.indexType() == RegType::kX86_Gpq);
}

class Writer {
 public:
  explicit Writer(uint8_t* at) : at_(at) {}
  [[nodiscard]] uint8_t* at() const { return at_; }

  void byte(unsigned b) { *at_++ = static_cast<uint8_t>(b); }
  void immediate(int64_t v, unsigned bytes) {
    const auto bits = static_cast<uint64_t>(v);
    std::memcpy(at_, &bits, bytes); // little-endian, as the machine
    at_ += bytes;
  }

  /// Register to register: `code` has one byte, or two behind 0x0f.
  void registers(bool is_64, unsigned code, unsigned reg, unsigned rm) {
    rex(is_64, reg, 0, rm, false);
    opcode(code);
    byte(0xc0 | (reg & 7) << 3 | (rm & 7));
  }
  /// With what else the prefix has to say: whether a byte of `reg` is meant.
  void memory(bool is_64, unsigned code, unsigned reg, const x86::Mem& m, bool of_byte = false) {
    const unsigned base = m.baseId(), index = m.hasIndex() ? m.indexId() : 0;
    rex(is_64, reg, index, base, of_byte && reg >= 4);
    opcode(code);
    const auto offset = static_cast<int32_t>(m.offset());
    const bool has_sib = m.hasIndex() || (base & 7) == 4;
    const unsigned mod = offset == 0 && (base & 7) != 5 ? 0 : fits_i8(offset) ? 1 : 2;
    byte(mod << 6 | (reg & 7) << 3 | (has_sib ? 4 : base & 7));
    if (has_sib)
      byte(m.shift() << 6 | (m.hasIndex() ? index & 7 : 4) << 3 | (base & 7));
    if (mod == 1)
      byte(static_cast<uint8_t>(offset));
    else if (mod == 2)
      immediate(offset, 4);
  }

 private:
  void rex(bool is_64, unsigned reg, unsigned index, unsigned base, bool always) {
    const unsigned bits = (is_64 ? 8 : 0) | (reg >> 3) << 2 | (index >> 3) << 1 | base >> 3;
    if (bits != 0 || always)
      byte(0x40 | bits);
  }
  void opcode(unsigned code) {
    if (code > 0xff)
      byte(code >> 8);
    byte(code);
  }

  uint8_t* at_;
};

// --- forms: false where an operand is another ---

/// From a register or memory to a register.
bool to_register(Writer& w, unsigned code, const Operand_& to, const Operand_& from) {
  const bool wide = is_64(to);
  if (!wide && !is_32(to))
    return false;
  if (from.isReg() && from.signature().regType() == to.signature().regType())
    w.registers(wide, code, to.id(), from.id());
  else if (is_plain(from) && (from.size() == 0 || from.size() == to.size()))
    w.memory(wide, code, to.id(), from.as<x86::Mem>());
  else
    return false;
  return true;
}

bool sum(Writer& w, unsigned n, const Operand_& o0, const Operand_& o1) {
  if (!o1.isImm()) {
    if (o0.isReg() && o1.isReg())
      return to_register(w, 8 * n + 1, o1, o0);
    if (!is_plain(o0))
      return to_register(w, 8 * n + 3, o0, o1);
    if ((!is_64(o1) && !is_32(o1)) || (o0.size() != 0 && o0.size() != o1.size()))
      return false;
    w.memory(is_64(o1), 8 * n + 1, o1.id(), o0.as<x86::Mem>());
    return true;
  }
  const bool in_memory = is_plain(o0);
  const bool wide = in_memory ? o0.size() == 8 : is_64(o0);
  int64_t v = o1.as<::asmjit::Imm>().value();
  if (!wide && (in_memory ? o0.size() != 4 : !is_32(o0)))
    return false;
  if (!fits_i32(v))
    return false;
  const bool is_short = fits_i8(v);
  if (in_memory)
    w.memory(wide, is_short ? 0x83 : 0x81, n, o0.as<x86::Mem>());
  else if (!is_short && o0.id() == 0)
    return false; // rax has codes of its own
  else
    w.registers(wide, is_short ? 0x83 : 0x81, n, o0.id());
  w.immediate(v, is_short ? 1 : 4);
  return true;
}

bool move_to_memory(Writer& w, const x86::Mem& to, const Operand_& from) {
  if (from.isImm()) {
    const int64_t v = from.as<::asmjit::Imm>().value();
    if (to.size() == 1) {
      w.memory(false, 0xc6, 0, to);
      w.immediate(v, 1);
      return true;
    }
    if ((to.size() != 4 && to.size() != 8) || !fits_i32(v))
      return false;
    w.memory(to.size() == 8, 0xc7, 0, to);
    w.immediate(v, 4);
    return true;
  }
  const bool of_byte = is_gp(from, RegType::kX86_GpbLo);
  if ((!of_byte && !is_32(from) && !is_64(from)) || (to.size() != 0 && to.size() != from.size()))
    return false;
  w.memory(is_64(from), of_byte ? 0x88 : 0x89, from.id(), to, of_byte);
  return true;
}

bool move(Writer& w, const Operand_& to, const Operand_& from) {
  if (is_plain(to))
    return move_to_memory(w, to.as<x86::Mem>(), from);
  if (from.isReg())
    return to_register(w, 0x89, from, to);
  if (!from.isImm())
    return to_register(w, 0x8b, to, from);
  if (!is_32(to))
    return false;
  if (to.id() >= 8)
    w.byte(0x41);
  w.byte(0xb8 | (to.id() & 7));
  w.immediate(from.as<::asmjit::Imm>().value(), 4);
  return true;
}

bool shift(Writer& w, unsigned n, const Operand_& o0, const Operand_& o1) {
  if (!o1.isImm() || (!is_64(o0) && !is_32(o0)))
    return false;
  const int64_t by = o1.as<::asmjit::Imm>().value() & 0xff;
  w.registers(is_64(o0), by == 1 ? 0xd1 : 0xc1, n, o0.id());
  if (by != 1)
    w.immediate(by, 1);
  return true;
}

bool write(Writer& w, const Form& form, const Operand_& o0, const Operand_& o1) {
  switch (form.kind) {
  case Kind::Sum:
    return sum(w, form.number, o0, o1);
  case Kind::Move:
    return move(w, o0, o1);
  case Kind::Address:
    if (!is_plain(o1) || (!is_64(o0) && !is_32(o0)))
      return false;
    w.memory(is_64(o0), 0x8d, o0.id(), o1.as<x86::Mem>());
    return true;
  case Kind::Test:
    return o1.isReg() && to_register(w, 0x85, o1, o0);
  case Kind::Shift:
    return shift(w, form.number, o0, o1);
  case Kind::Product:
    return !o1.isImm() && to_register(w, 0x0faf, o0, o1);
  case Kind::Extended:
    if (!is_plain(o1) || o1.size() == 0 || o1.size() > 2 || (!is_64(o0) && !is_32(o0)))
      return false;
    w.memory(is_64(o0), 0x0f00u | (form.number + o1.size() - 1), o0.id(), o1.as<x86::Mem>());
    return true;
  case Kind::Widened:
    if (!is_plain(o1) || !is_64(o0))
      return false;
    w.memory(true, 0x63, o0.id(), o1.as<x86::Mem>());
    return true;
  default:
    return false;
  }
}

} // namespace

/// A place that is not known yet is filled in by asmjit.
bool Assembler::jump(uint8_t code, uint32_t label) {
  ::asmjit::LabelEntry* const to = this->code()->labelEntry(label);
  if (to == nullptr)
    return false;
  Writer w{_bufferPtr};
  const bool is_known = to->isBoundTo(_section);
  const auto distance = static_cast<int64_t>(to->offset()) - static_cast<int64_t>(offset());
  if (is_known && fits_i8(distance - 2)) {
    w.byte(code);
    w.immediate(distance - 2, 1);
    return take(w.at());
  }
  if (code == kShortJump) {
    w.byte(0xe9);
  } else {
    w.byte(0x0f);
    w.byte(code + 0x10);
  }
  const auto place = static_cast<size_t>(w.at() - _bufferData);
  ::asmjit::OffsetFormat format;
  format.resetToSimpleValue(::asmjit::OffsetType::kSignedOffset, 4);
  if (!is_known && this->code()->newLabelLink(to, _section->id(), place, -4, format) == nullptr)
    return false; // and asmjit will say so
  w.immediate(is_known ? distance - static_cast<int64_t>(place + 4 - offset()) : 0, 4);
  return take(w.at());
}

bool Assembler::take(uint8_t* end) {
  _bufferPtr = end;
  ::asmjit::CodeBuffer& buffer = _section->buffer();
  buffer._size = std::max(buffer._size, offset());
  return true;
}

::asmjit::Error Assembler::_emit(::asmjit::InstId id, const Operand_& o0, const Operand_& o1,
                                 const Operand_& o2, const Operand_* more) {
  const bool is_plainly_meant = (instOptions() | forcedInstOptions()) ==
                                ::asmjit::InstOptions::kNone; // no prefix, nobody who listens
  if (!is_plainly_meant || id >= kForms.size() || remainingSpace() < kMostBytes || !o2.isNone())
    return Base::_emit(id, o0, o1, o2, more);
  const Form form = kForms[id];
  if (form.kind == Kind::Jump) {
    if (o0.isLabel() && jump(form.number, o0.id()))
      return ::asmjit::kErrorOk;
  } else if (form.kind != Kind::Other && !o1.isNone()) {
    Writer w{_bufferPtr};
    if (write(w, form, o0, o1) && take(w.at()))
      return ::asmjit::kErrorOk;
  }
  return Base::_emit(id, o0, o1, o2, more);
}

} // namespace zvm::backend::asmjit

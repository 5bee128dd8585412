// Slot code as text.
#include "backend/interp/listing.hpp"

#include <map>
#include <memory>

#include "backend/interp/handlers.hpp"
#include "backend/interp/listing_text.hpp"
#include "backend/interp/translate.hpp"
#include "base/uint256_text.hpp"

namespace zvm::backend::interp {
namespace {

using ir::Op;
using ir::Type;

constexpr Kind kAllKinds[] = {Kind::Slot, Kind::Acc, Kind::Imm, Kind::Pool};
constexpr bool kStores[] = {true, false};

std::string operand_a(Kind kind) {
  constexpr const char* kText[] = {"a", "t", "#imm", "$imm"};
  return kText[static_cast<uint8_t>(kind)];
}
std::string operand_b(Kind kind) {
  constexpr const char* kText[] = {"b", "t", "#imm2", "$imm2"};
  return kText[static_cast<uint8_t>(kind)];
}
std::string result(bool store) { return store ? "dst " : "t "; }

/// The handlers of one form, and all that the functions of handlers.hpp choose from.
class SlotForms : public FormTable<Handler, Form> {
 public:
  SlotForms() {
    const Handlers& h = handlers();
#define HANDLER(name, operands, doc) add(h.name, #name, operands);
#include "backend/interp/handlers.def"
#undef HANDLER
    for (unsigned op = 0; op < ir::kOpCount; ++op)
      add_computing(Op{static_cast<uint8_t>(op)});
    add_memory();
    add_branches();
    for (unsigned call = 0; call < runtime::kLibcallCount; ++call)
      add_libcall(runtime::Libcall{static_cast<uint8_t>(call)});
  }

 private:
  void add_computing(Op op) {
    const std::string text{ir::info(op).text};
    for (const bool store : kStores) {
      add(ternary_handler(op, store), text, result(store) + "a b c");
      for (const Kind a : kAllKinds) {
        for (const Type type : {Type::I256, Type::I64}) {
          const std::string typed = text + "." + std::string{name(type)};
          add(unary_handler(op, type, a, store), typed, result(store) + operand_a(a));
          for (const Kind b : kAllKinds) {
            add(binary_handler(op, type, a, b, store), typed,
                result(store) + operand_a(a) + " " + operand_b(b));
          }
        }
        for (unsigned limbs = 0; limbs < 4; ++limbs) {
          add(shift_handler(op, limbs, a, store), text + ".limbs" + std::to_string(limbs),
              result(store) + operand_b(a) + " bits:#imm");
        }
        add(gas_handler(op, a), text, operand_a(a) + " rate:#imm2 exit");
      }
    }
  }

  void add_memory() {
    for (const Kind a : kAllKinds) {
      for (const bool store : kStores) {
        for (const Kind b : kAllKinds) {
          add(touch_handler(a, b, store), "touch",
              (store ? "dst " : "") + operand_a(a) + " " + operand_b(b) + " exit");
        }
        add(load_handler(a, false, store), "load", result(store) + operand_a(a));
        add(load_handler(a, true, store), "load.touch", result(store) + operand_a(a) + " exit");
      }
      for (const Kind b : kAllKinds) {
        const std::string both = operand_a(a) + " " + operand_b(b);
        add(store_handler(a, b, false), "store", both);
        add(store_handler(a, b, true), "store.touch", both + " exit");
      }
    }
    add(store8_handler(false), "store8", "a b");
    add(store8_handler(true), "store8.touch", "a b exit");
  }

  void add_branches() {
    constexpr struct {
      Test test;
      const char* holds;
      const char* fails;
    } kTests[] = {{Test::Eq, "br.eq.", "br.ne."},
                  {Test::LtU, "br.lt.u.", "br.ge.u."},
                  {Test::LtS, "br.lt.s.", "br.ge.s."},
                  {Test::NonZero, "br.nonzero.", "br.zero."}};
    for (const auto& [test, holds, fails] : kTests) {
      for (const Type type : {Type::I256, Type::I64}) {
        for (const Kind a : kAllKinds) {
          for (const Kind b : kAllKinds) {
            for (const bool sense : {true, false}) {
              add(branch_handler(test, type, a, b, sense),
                  (sense ? holds : fails) + std::string{name(type)},
                  operand_a(a) + (test == Test::NonZero ? "" : " " + operand_b(b)) + " >c");
            }
          }
        }
      }
    }
  }

  void add_libcall(runtime::Libcall call) {
    const runtime::LibcallInfo& info = runtime::info(call);
    constexpr const char* kFields[] = {"a ", "b ", "c ", "imm "};
    std::string operands;
    unsigned field = 0;
    for (unsigned i = 0; i < info.count; ++i) {
      const runtime::Passed passed = info.parameters[i];
      if (passed == runtime::Passed::WordResult)
        operands.insert(0, "dst ");
      if (passed == runtime::Passed::Word || passed == runtime::Passed::Number)
        operands += kFields[field++ % 4];
    }
    add(libcall_handler(call), std::string{info.name}, operands + "exit");
  }
};

std::string slot_text(int32_t offset) {
  return "s" + std::to_string(offset / static_cast<int32_t>(sizeof(U256)));
}
std::string pooled_text(uint64_t imm) { return to_hex(*reinterpret_cast<const U256*>(imm)); }
/// Signed bytes of stack, in items.
std::string top_text(int64_t bytes) { return signed_text(bytes / int64_t{sizeof(U256)}); }

std::string record_text(const ExitRecord& record) {
  std::string text = "else {pc ";
  text += record.pc == ir::kNextPc ? "next" : std::to_string(record.pc);
  text += " top " + top_text(record.delta) + " gas " + signed_text(record.unused);
  std::map<int16_t, ExitMove> moves;
  for_each_move(record, [&](const ExitMove& move) { moves.emplace(move.dst, move); });
  for (const auto& [slot, move] : moves) {
    text += ", " + slot_text(move.dst) + " = ";
    switch (move.kind) {
    case Kind::Slot:
      text += slot_text(move.src);
      break;
    case Kind::Acc:
      text += "t";
      break;
    case Kind::Imm:
      text += number_text({}, move.imm);
      break;
    case Kind::Pool:
      text += pooled_text(move.imm);
      break;
    }
  }
  return text + "}";
}

std::string item_text(const Instr& i, const Item& item) {
  const std::string_view field = item.field;
  if (field == "t")
    return "t";
  const bool is_wide = field == "imm" || field == "imm2";
  const uint64_t wide = field == "imm" ? i.imm : i.imm2;
  const int16_t narrow = field == "dst" ? i.dst : field == "a" ? i.a : field == "b" ? i.b : i.c;
  switch (item.kind) {
  case '#':
    return is_wide ? number_text(item.label, wide) : std::to_string(narrow);
  case '$':
    return pooled_text(wide);
  case '@':
    return wide == UINT64_MAX ? "next" : std::to_string(wide);
  case '%':
    return std::to_string(static_cast<uint16_t>(narrow) / sizeof(U256));
  case '+':
    return top_text(static_cast<int64_t>(wide));
  default:
    return slot_text(is_wide ? static_cast<int16_t>(wide) : narrow);
  }
}

std::string list(std::span<const Instr> code) {
  static const SlotForms kForms;
  Labels labels;
  const auto target = [&](const Instr& i) { return static_cast<uint32_t>(&i - code.data() + i.c); };
  const auto form_of = [&](const Instr& i) {
    static const Form kUnknown{"?", ""};
    const Form* form = kForms.find(i.fn);
    return form != nullptr ? *form : kUnknown;
  };
  for (const Instr& i : code) {
    if (form_of(i).operands.ends_with(">c"))
      labels.add(target(i));
  }
  labels.number();
  std::string out;
  for (uint32_t at = 0; at < code.size(); ++at) {
    const Instr& i = code[at];
    if (labels.has(at))
      out += labels.at(at) + ":\n";
    out += "  " +
           instruction_text(form_of(i),
                            [&](const Item& item) -> std::string {
                              if (item.field == "exit")
                                return i.record() != nullptr ? record_text(*i.record()) : "";
                              return item.kind == '>' ? "-> " + labels.at(target(i))
                                                      : item_text(i, item);
                            }) +
           "\n";
  }
  return out;
}

struct Free {
  void operator()(void* block) const { deallocate(block); }
};

} // namespace

std::string number_text(std::string_view label, uint64_t value) {
  if (label == "status")
    return std::string{name(Status{static_cast<uint8_t>(value)})};
  return value < 10 || !label.empty() ? std::to_string(value) : to_hex(U256{value});
}
std::string signed_text(int64_t value) { return (value < 0 ? "" : "+") + std::to_string(value); }

std::string list_slot_code(const ir::Function& function) {
  // Jumps name places by their address: as many as there are pcs.
  uint32_t last = 0;
  for (const ir::FrameState& state : function.states)
    last = state.pc == ir::kNextPc ? last : std::max(last, state.pc);
  const std::unique_ptr<void, Free> places{try_allocate_zeroed((last + size_t{1}) * sizeof(Place))};
  SlotTranslator translator;
  if (places == nullptr || !translator.translate(function, static_cast<const Place*>(places.get())))
    return {};
  CodeMemory memory;
  const Instr* code = nullptr;
  size_t size = 0;
  if (!translator.assembler().finish(memory, code, size))
    return {};
  return list({code, translator.assembler().here()});
}

} // namespace zvm::backend::interp

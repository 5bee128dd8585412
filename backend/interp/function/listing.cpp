// Word code as text.
#include <cstring>
#include <memory>

#include "backend/interp/function/fuse.hpp"
#include "backend/interp/function/fuse_carried.hpp"
#include "backend/interp/function/translate.hpp"
#include "backend/interp/listing.hpp"
#include "backend/interp/listing_text.hpp"
#include "base/vector.hpp"

namespace zvm::backend::interp {
namespace word {
namespace {

using ir::Op;
using ir::Type;
using runtime::Bounds;

constexpr At kPlaces[] = {At::Slot, At::Acc, At::Number};
constexpr bool kStores[] = {true, false};
constexpr Type kIntegers[] = {Type::I32, Type::I64};
constexpr Type kFloats[] = {Type::F32, Type::F64};

/// An operand in the field of that name.
std::string operand(At at, Type type, const char* field = "a") {
  if (at == At::Slot)
    return field;
  return at == At::Number ? "#number" : is_float(type) ? "facc" : "acc";
}
std::string result(Type type, bool store) { return store ? "dst " : operand(At::Acc, type) + " "; }
std::string typed(std::string_view text, Type type) {
  return std::string{text} + "." + std::string{name(type)};
}

/// The form of an instruction's handler, and of a row's that of its first instruction.
struct RowForm {
  Form form;
  unsigned instructions = 1;
  bool is_carried = false;
};

class WordForms : public FormTable<Handler, RowForm> {
 public:
  WordForms() {
    const Handlers& h = handlers();
#define HANDLER(name, operands, doc) add(h.name, #name, operands);
#include "backend/interp/function/handlers.def"
#undef HANDLER
    for (unsigned op = 0; op < ir::kOpCount; ++op) {
      add_binary(Op{static_cast<uint8_t>(op)});
      add_unary(Op{static_cast<uint8_t>(op)});
    }
    add_comparisons();
    for (const Bounds bounds : {Bounds::Explicit, Bounds::Guard})
      add_memory(bounds);
    add_general_memory();
    for (unsigned op = 0; op < kVectorOpCount; ++op)
      add_vector(VectorOp{static_cast<uint8_t>(op)});
    add_rows();
  }

 private:
  void add_binary(Op op) {
    const std::string_view text = ir::info(op).text;
    for (const bool store : kStores) {
      for (const At a : kPlaces) {
        for (const At b : kPlaces) {
          for (const Type type : kIntegers) {
            add(binary_handler(op, type, a, b, store), typed(text, type),
                result(type, store) + operand(a, type) + " " + operand(b, type, "b"));
          }
          for (const Type type : kFloats) {
            if (b == At::Number || a == At::Number)
              continue;
            const bool compares = ir::info(op).signature == "FF:i";
            add(float_binary_handler(op, type, a, b, store), typed(text, type),
                result(compares ? Type::I32 : type, store) + operand(a, type) + " " +
                    operand(b, type, "b"));
          }
        }
      }
    }
    for (const Type type : kIntegers) {
      if (op == Op::Shl || op == Op::ShrU || op == Op::ShrS)
        add(long_shift_handler(op, type), typed(text, type) + ".total", "dst a b");
    }
  }

  void add_unary(Op op) {
    constexpr Type kTypes[] = {Type::I32, Type::I64, Type::F32, Type::F64};
    for (const Type type : kTypes) {
      for (const Type from : kTypes) {
        if (!takes(op, type, from))
          continue;
        std::string name = typed(ir::info(op).text, type);
        if (type != from)
          name = typed(name, from);
        for (const bool store : kStores) {
          for (const At a : {At::Slot, At::Acc}) {
            const std::string operands = result(type, store) + operand(a, from);
            add(is_float(type) || is_float(from) ? float_unary_handler(op, type, from, a, store)
                                                 : unary_handler(op, type, from, a, store),
                name, operands);
            for (const unsigned bytes : {1u, 2u, 4u}) {
              if (op == Op::SignExtend)
                add(sign_extension_handler(bytes, type, a, store),
                    name + "." + std::to_string(8 * bytes), operands);
            }
          }
        }
      }
    }
  }
  /// Whether the op has one operand of type `from`, and a result of that type.
  static bool takes(Op op, Type type, Type from) {
    switch (op) {
    case Op::Zext:
    case Op::Sext:
      return type == Type::I64 && from == Type::I32;
    case Op::Trunc:
      return type == Type::I32 && from == Type::I64;
    case Op::FConvert:
      return type != from && is_float(type) && is_float(from);
    case Op::FromIntU:
    case Op::FromIntS:
      return is_float(type) && !is_float(from);
    case Op::ToIntU:
    case Op::ToIntS:
    case Op::ToIntSatU:
    case Op::ToIntSatS:
      return !is_float(type) && is_float(from);
    case Op::Bitcast:
      return type != from && ir::bits(type) == ir::bits(from);
    case Op::SignExtend:
      return type == from && !is_float(type);
    default:
      return type == from && ir::info(op).signature.starts_with(is_float(type) ? "F:" : "T:");
    }
  }

  void add_comparisons() {
    constexpr const char* kNames[] = {"eq",   "ne",   "lt.u", "lt.s", "le.u",
                                      "le.s", "gt.u", "gt.s", "ge.u", "ge.s"};
    static_assert(std::size(kNames) == kCompares);
    for (uint8_t i = 0; i < kCompares; ++i) {
      for (const Type type : kIntegers) {
        const std::string name = typed(kNames[i], type);
        for (const At a : kPlaces) {
          for (const At b : kPlaces) {
            const std::string both = operand(a, type) + " " + operand(b, type, "b");
            for (const bool flag : kStores) {
              add(compare_handler(Compare{i}, type, a, b, flag), name,
                  result(Type::I32, flag) + both);
              add(branch_handler(Compare{i}, type, a, b, flag),
                  (flag ? "br_polled." : "br.") + name,
                  both + " >half4 gas:#half5 else_gas:#half6");
            }
          }
        }
      }
    }
  }

  /// Calls visit(name, width, is_signed) for all loads of the type.
  template <typename Visit>
  static void for_each_load(Type type, Visit visit) {
    const unsigned most = type == Type::V128 ? 16 : ir::bits(type) / 8;
    const bool is_integer = type == Type::I32 || type == Type::I64;
    for (unsigned width = is_integer ? 1 : most; width <= most; width *= 2) {
      const std::string bits = width == most ? "" : std::to_string(8 * width);
      visit(typed("load" + bits + (bits.empty() ? "" : ".u"), type), width, false);
      if (!bits.empty())
        visit(typed("load" + bits + ".s", type), width, true);
    }
  }

  void add_memory(Bounds bounds) {
    const std::string guarded = bounds == Bounds::Guard ? ".guarded" : "";
    for (const Type type : {Type::I32, Type::I64, Type::F32, Type::F64, Type::V128}) {
      for_each_load(type, [&](const std::string& name, unsigned width, bool is_signed) {
        for (const At a : kPlaces) {
          const std::string address =
              (a == At::Number ? "" : operand(a, Type::I32) + " ") + "at:#half3";
          for (const bool store : kStores) {
            add(load_handler(bounds, type, width, is_signed, a, store), name + guarded,
                result(type, store || type == Type::V128) + address);
          }
          for (const At v : kPlaces) {
            std::string operands = v == At::Number ? "#dst" : operand(v, type, "dst");
            operands += " " + address;
            add(store_handler(bounds, type, width, a, v),
                "store" + std::to_string(8 * width) + guarded, std::move(operands));
          }
        }
      });
    }
  }

  void add_general_memory() {
    for (const Type type : {Type::I32, Type::I64, Type::V128, Type::F32, Type::F64}) {
      for_each_load(type, [&](const std::string& name, unsigned width, bool is_signed) {
        add(general_load_handler(type, width, is_signed), name + ".any",
            "dst a memory:#c at:#word2");
        add(general_store_handler(type, width), "store" + std::to_string(8 * width) + ".any",
            "dst a memory:#c at:#word2");
      });
    }
  }

  void add_vector(VectorOp op) {
    const VectorInfo& info = zvm::info(op);
    // As many of the fields a, b, c as there are operands.
    std::string operands = "dst a b c";
    operands.resize(3 + 2 * info.signature.find(':'));
    if (info.lanes != 0)
      operands += " lane:#c";
    add(vector_handler(op), std::string{info.text}, std::move(operands));
  }

  /// Rows are made of instructions and of rows.
  void add_rows() {
    for (bool grows = true; grows;) {
      grows = false;
      for (const auto fusions : all_fusions()) {
        for (const Fusion& fusion : fusions) {
          const auto first = rows_.find(fusion.first), second = rows_.find(fusion.second);
          if (first == rows_.end() || second == rows_.end())
            continue;
          RowForm row = first->second;
          row.instructions += second->second.instructions;
          grows |= rows_.try_emplace(fusion.both, row).second;
        }
      }
    }
    for (const CarriedWay& way : carried_ways()) {
      if (const RowForm* found = find(way.way)) {
        RowForm row = *found;
        row.is_carried = true;
        rows_.try_emplace(way.carried, row);
      }
    }
  }
};

class Lister {
 public:
  Lister(std::span<const Word> code, std::span<const uint32_t> starts,
         const runtime::Entry* entries, uint32_t imports)
      : code_(code), starts_(starts), entries_(entries), imports_(imports) {}

  std::string run() {
    for (const uint32_t at : starts_) {
      for_each_item(form_at(at).form.operands, [&](const Item& item) {
        if (item.kind == '>')
          labels_.add(target(at, half(item)));
        for (uint32_t i = 0; item.field == "targets" && i < targets(at); ++i)
          labels_.add(target(at, 4 + 2 * i));
      });
    }
    labels_.number();
    std::string out;
    for (const uint32_t at : starts_) {
      if (labels_.has(at))
        out += labels_.at(at) + ":\n";
      out += "  " + row_text(at) + "\n";
    }
    return out;
  }

 private:
  [[nodiscard]] const RowForm& form_at(uint32_t at) const {
    static const WordForms kForms;
    static const RowForm kUnknown{{"?", ""}};
    const RowForm* form = kForms.find(reinterpret_cast<Handler>(code_[at]));
    return form != nullptr ? *form : kUnknown;
  }
  /// The number in a field's name: of half4, 4.
  [[nodiscard]] static unsigned half(const Item& item) {
    return static_cast<unsigned>(item.field.back() - '0');
  }
  template <typename T>
  [[nodiscard]] T field_of(uint32_t at, unsigned byte) const {
    return read_at<T>(code_, 8 * at + byte);
  }
  [[nodiscard]] uint32_t target(uint32_t at, unsigned half) const {
    return at + field_of<uint32_t>(at, 4 * half);
  }
  [[nodiscard]] uint32_t targets(uint32_t at) const { return field_of<uint32_t>(at, 12) + 1; }

  [[nodiscard]] std::string row_text(uint32_t at) const {
    const RowForm& row = form_at(at);
    std::string out =
        interp::instruction_text(row.form, [&](const Item& item) { return item_text(at, item); });
    if (row.instructions > 1)
      out += "  ; row of " + std::to_string(row.instructions) + (row.is_carried ? ", carried" : "");
    return out;
  }

  [[nodiscard]] std::string item_text(uint32_t at, const Item& item) const {
    const std::string_view name = item.field;
    const Word* words = &code_[at];
    if (name == "acc" || name == "facc")
      return std::string{name};
    if (name == "targets")
      return targets_text(at);
    if (name == "function") {
      const auto* entry = reinterpret_cast<const runtime::Entry*>(words[2]);
      return "function " + std::to_string(imports_ + (entry - entries_));
    }
    if (item.kind == '>')
      return "-> " + labels_.at(target(at, half(item)));
    if (name == "number")
      return std::to_string(field_of<int32_t>(at, 12));
    if (name.starts_with("word"))
      return number_text(item.label, words[half(item)]);
    if (name.starts_with("half")) {
      const auto value = field_of<uint32_t>(at, 4 * half(item));
      return item.kind == '#' ? number_text(item.label, value) : "s" + std::to_string(value);
    }
    const unsigned field = name == "dst" ? kDst : kA + static_cast<unsigned>(name[0] - 'a');
    const auto value = field_of<uint16_t>(at, 8 + 2 * field);
    return item.kind == '#' ? std::to_string(static_cast<int16_t>(value))
                            : "s" + std::to_string(value);
  }

  [[nodiscard]] std::string targets_text(uint32_t at) const {
    std::string out;
    for (uint32_t i = 0; i < targets(at); ++i) {
      out += i == 0 ? "-> " : ", -> ";
      out += labels_.at(target(at, 4 + 2 * i)) + " gas " +
             std::to_string(field_of<uint32_t>(at, 4 * (5 + 2 * i)));
    }
    return out;
  }

  std::span<const Word> code_;
  std::span<const uint32_t> starts_;
  const runtime::Entry* entries_;
  uint32_t imports_;
  Labels labels_;
};

} // namespace
} // namespace word

std::string list_word_code(const ir::Function& function, const ModuleSource& module,
                           uint32_t functions) {
  // Calls name entries by their address.
  const auto entries =
      std::unique_ptr<runtime::Entry[]>{new (std::nothrow) runtime::Entry[size_t{functions} + 1]};
  word::WordTranslator translator;
  if (entries == nullptr || !translator.translate(function, module, entries.get()))
    return {};
  return word::Lister{translator.code(), translator.starts(), entries.get(), module.imports}.run();
}

} // namespace zvm::backend::interp

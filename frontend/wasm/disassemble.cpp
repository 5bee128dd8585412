#include "frontend/wasm/disassemble.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

#include "frontend/wasm/locals.hpp"

namespace zvm::frontend::wasm {
namespace {

// What would make the text longer than linear in the module is cut at these.
constexpr size_t kMaxNameSize = 64; // longer ones are not used where they are referred to
constexpr size_t kMaxTypesShown = 16;
constexpr size_t kMaxIndent = 32;

std::string decimal(uint64_t number) { return std::to_string(number); }

std::string hexadecimal(uint64_t number, size_t digits = 1) {
  char text[16];
  const char* end = std::to_chars(text, text + sizeof text, number, 16).ptr;
  const auto size = static_cast<size_t>(end - text);
  return "0x" + std::string(digits > size ? digits - size : 0, '0') + std::string(text, size);
}

/// In quotes; what is not printable ASCII as \hh.
std::string quoted(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\')
      text += {'\\', kDigits[byte >> 4], kDigits[byte & 15]};
    else
      text += c;
  }
  return text + '"';
}
std::string quoted(ByteView bytes) {
  return quoted({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Text format, identifiers: these characters need no quotes.
bool is_plain_id(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-./:<=>?@\\^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}
std::string identifier(std::string_view name) {
  return "$" + (is_plain_id(name) ? std::string{name} : quoted(name));
}

/// What things of one index space are called.
class NameTable {
 public:
  NameTable() = default;
  /// `entries` have the members index and name, indices ascending.
  template <typename Entry>
  NameTable(std::span<const Entry> entries, auto index) {
    for (const Entry& entry : entries) {
      if (!entry.name.empty() && entry.name.size() <= kMaxNameSize)
        names_.push_back({index(entry), entry.name});
    }
    drop_duplicates();
  }

  /// The name, or the index where there is none that is its own.
  [[nodiscard]] std::string operator[](uint32_t index) const {
    const auto found = find(index);
    return found == names_.end() ? decimal(index) : identifier(found->name);
  }
  [[nodiscard]] bool has(uint32_t index) const { return find(index) != names_.end(); }

 private:
  struct Entry {
    uint32_t index;
    std::string_view name;
  };
  [[nodiscard]] std::vector<Entry>::const_iterator find(uint32_t index) const {
    const auto found = std::ranges::lower_bound(names_, index, {}, &Entry::index);
    return found != names_.end() && found->index == index ? found : names_.end();
  }
  void drop_duplicates() {
    std::vector<std::string_view> sorted;
    sorted.reserve(names_.size());
    for (const Entry& entry : names_)
      sorted.push_back(entry.name);
    std::ranges::sort(sorted);
    std::erase_if(names_, [&](const Entry& entry) {
      const auto same = std::ranges::equal_range(sorted, entry.name);
      return same.size() > 1;
    });
  }

  std::vector<Entry> names_;
};

/// A number as the text format has it: hexadecimal, so that no bit is lost.
template <typename Float, typename Bits>
std::string float_text(Bits bits) {
  constexpr unsigned kMantissa = sizeof(Bits) == 4 ? 23 : 52;
  constexpr Bits kFraction = (Bits{1} << kMantissa) - 1;
  const auto value = std::bit_cast<Float>(bits);
  std::string text = std::signbit(value) ? "-" : "";
  if (std::isnan(value)) {
    text += "nan";
    return (bits & kFraction) == Bits{1} << (kMantissa - 1)
               ? text
               : text + ":" + hexadecimal(bits & kFraction);
  }
  if (std::isinf(value))
    return text + "inf";
  char digits[40];
  const char* end =
      std::to_chars(digits, digits + sizeof digits, std::fabs(value), std::chars_format::hex).ptr;
  return text + "0x" + std::string(digits, static_cast<size_t>(end - digits));
}

class Printer {
 public:
  Printer(const Module& module, const Profile& profile)
      : module_(module), profile_(profile),
        functions_(module.names.functions.view(), [](const IndexName& n) { return n.index; }) {}

  std::string print() {
    out_ = "(module";
    if (!module_.names.module.empty())
      out_ += " " + identifier(module_.names.module);
    for (uint32_t i = 0; i < module_.types.size(); ++i)
      line("(type (;" + decimal(i) + ";) (func" + types(module_.types[i], SIZE_MAX) + "))");
    for (const Import& import : module_.imports)
      line("(import " + quoted(import.module) + " " + quoted(import.name) + " " +
           declaration(import.kind, import.index) + ")");
    print_functions();
    print_declared(ExternKind::Table, module_.imported_tables, module_.tables.size());
    print_declared(ExternKind::Memory, module_.imported_memories, module_.memories.size());
    for (uint32_t i = module_.imported_globals; i < module_.globals.size(); ++i) {
      std::string text = declaration(ExternKind::Global, i);
      text.pop_back();
      line(text + " " + expression(module_.globals[i].initial) + ")");
    }
    for (const Export& entry : module_.exports)
      line("(export " + quoted(entry.name) + " (" + extern_name(entry.kind) + " " +
           reference(entry.kind, entry.index) + "))");
    if (module_.start)
      line("(start " + functions_[module_.start->function] + ")");
    for (uint32_t i = 0; i < module_.elements.size(); ++i)
      print_elements(i);
    for (uint32_t i = 0; i < module_.data.size(); ++i)
      print_data(i);
    for (const CustomSection& section : module_.custom)
      line(";; custom section " + quoted(section.name) + ", " + decimal(section.bytes.size()) +
           " bytes");
    return std::move(out_ += "\n)\n");
  }

  /// Of a function that is not imported.
  std::vector<InstructionText> list(uint32_t own) {
    std::vector<InstructionText> list;
    const Range body = module_.bodies[own];
    Reader reader{module_.bytes, body.offset, body.end()};
    name_locals(module_.imported_functions + own);
    Locals locals;
    Instruction in;
    const auto& type = module_.type_of_function(module_.imported_functions + own);
    if (!locals.read(reader, profile_, module_.parameters(type)))
      return list;
    while (!reader.at_end() && read_instruction(reader, profile_, in)) {
      list.push_back(
          {in.offset, static_cast<uint32_t>(reader.offset()), in.op, instruction_text(in)});
    }
    return list;
  }

 private:
  void line(std::string_view text, size_t indent = 1) {
    out_ += '\n';
    out_.append(2 * std::min(indent, kMaxIndent), ' ');
    out_ += text;
  }

  static std::string extern_name(ExternKind kind) {
    return std::string{kExternNames[static_cast<size_t>(kind)]};
  }
  [[nodiscard]] std::string reference(ExternKind kind, uint32_t index) const {
    return kind == ExternKind::Function ? functions_[index] : decimal(index);
  }

  [[nodiscard]] std::string declaration(ExternKind kind, uint32_t index) const {
    std::string text = "(" + extern_name(kind);
    if (kind == ExternKind::Function && functions_.has(index))
      text += " " + functions_[index];
    text += " (;" + decimal(index) + ";) ";
    switch (kind) {
    case ExternKind::Function:
      text += "(type " + decimal(module_.functions[index].type) + ")";
      break;
    case ExternKind::Table:
      text += limits(module_.tables[index].limits) + " " +
              std::string{name(module_.tables[index].item)};
      break;
    case ExternKind::Memory:
      text += limits(module_.memories[index].limits);
      break;
    case ExternKind::Global: {
      const Global& global = module_.globals[index];
      const std::string type{name(global.type)};
      text += global.is_mutable ? "(mut " + type + ")" : type;
      break;
    }
    }
    return text + ")";
  }
  void print_declared(ExternKind kind, uint32_t first, size_t end) {
    for (uint32_t i = first; i < end; ++i)
      line(declaration(kind, i));
  }

  static std::string limits(const SizeLimits& limits) {
    return std::string{limits.is_64 ? "i64 " : ""} + decimal(limits.min) +
           (limits.has_max ? " " + decimal(limits.max) : "");
  }

  /// Nothing where there are more than `most` of them.
  [[nodiscard]] std::string types(const FunctionType& type, size_t most) const {
    if (size_t{type.parameters} + type.results > most)
      return {};
    const auto list = [](const char* head, std::span<const ValType> types) {
      if (types.empty())
        return std::string{};
      std::string text = std::string{" ("} + head;
      for (const ValType one : types)
        text += " " + std::string{name(one)};
      return text + ")";
    };
    return list("param", module_.parameters(type)) + list("result", module_.results(type));
  }

  void print_functions() {
    for (uint32_t i = 0; i < module_.bodies.size(); ++i) {
      const uint32_t index = module_.imported_functions + i;
      print_function(index, module_.bodies[i]);
    }
  }

  void print_function(uint32_t index, Range body) {
    const uint32_t type_index = module_.functions[index].type;
    std::string head = declaration(ExternKind::Function, index);
    head.pop_back();
    Reader reader{module_.bytes, body.offset, body.end()};
    name_locals(index);
    std::span<const ValType> parameters;
    if (type_index < module_.types.size()) {
      head += types(module_.types[type_index], kMaxTypesShown);
      parameters = module_.parameters(module_.types[type_index]);
    }
    line(head);
    Locals locals;
    if (locals.read(reader, profile_, parameters))
      print_locals(locals, static_cast<uint32_t>(parameters.size()));
    print_code(reader);
    line(")");
  }

  void name_locals(uint32_t function) {
    const auto named =
        std::ranges::equal_range(module_.names.locals.view(), function, {}, &LocalName::function);
    locals_ = NameTable{std::span<const LocalName>{named.begin(), named.end()},
                        [](const LocalName& n) { return n.local; }};
  }

  void print_locals(const Locals& locals, uint32_t parameters) {
    uint32_t begin = 0;
    for (const LocalRun& run : locals.runs()) {
      const uint32_t first = std::max(begin, parameters);
      begin = run.end;
      if (run.end <= first)
        continue;
      std::string text = "(local";
      const uint32_t count = run.end - first;
      if (count > kMaxTypesShown)
        text += " (;" + decimal(count) + " times;)";
      for (uint32_t i = 0; i < (count > kMaxTypesShown ? 1 : count); ++i)
        text += " " + std::string{name(run.type)};
      line(text + ")", 2);
    }
  }

  void print_code(Reader& reader) {
    Instruction instruction;
    size_t depth = 2;
    while (!reader.at_end() && read_instruction(reader, profile_, instruction)) {
      if (instruction.op == Op::End && reader.at_end())
        return;
      if (instruction.op == Op::End || instruction.op == Op::Else)
        depth -= depth > 2 ? 1 : 0;
      line(instruction_text(instruction), depth);
      if (info(instruction.op).immediates == Immediates::Block || instruction.op == Op::Else)
        ++depth;
    }
    if (!reader.ok())
      line(";; " + reader.take_error().message(), 2);
  }

  /// Without its end, in one line.
  [[nodiscard]] std::string expression(Range range) const {
    Reader reader{module_.bytes, range.offset, range.end()};
    Instruction instruction;
    std::string text = "(";
    while (read_instruction(reader, profile_, instruction) && instruction.op != Op::End)
      text += (text.size() == 1 ? "" : ") (") + instruction_text(instruction);
    return text + ")";
  }

  [[nodiscard]] std::string instruction_text(const Instruction& in) const {
    return std::string{info(in.op).text} + immediates(in);
  }

  [[nodiscard]] std::string immediates(const Instruction& in) const {
    std::string index = " " + decimal(in.index);
    switch (info(in.op).immediates) {
    case Immediates::None:
      return {};
    case Immediates::Block:
      switch (in.block.kind) {
      case BlockType::Kind::Empty:
        return {};
      case BlockType::Kind::Value:
        return " (result " + std::string{name(in.block.value)} + ")";
      case BlockType::Kind::Function:
        return " (type " + decimal(in.block.type) + ")";
      }
      ZVM_UNREACHABLE();
    case Immediates::Labels: {
      std::string text;
      for (Reader labels{in.bytes}; !labels.at_end();)
        text += " " + decimal(labels.u32());
      return text;
    }
    case Immediates::Function:
      return " " + functions_[in.index];
    case Immediates::TypeTable:
      return (in.second != 0 ? " " + decimal(in.second) : "") + " (type" + index + ")";
    case Immediates::Types:
      return " (result " + std::string{name(in.type)} + ")";
    case Immediates::Local:
      return " " + locals_[in.index];
    case Immediates::Label:
    case Immediates::Global:
    case Immediates::Table:
    case Immediates::Element:
    case Immediates::Data:
      return index;
    case Immediates::TableTable:
    case Immediates::ElementTable:
      return index + " " + decimal(in.second);
    case Immediates::MemoryIndex:
      return in.index != 0 ? index : "";
    case Immediates::MemoryMemory:
      return in.index != 0 || in.second != 0 ? index + " " + decimal(in.second) : "";
    case Immediates::DataMemory:
      return (in.index != 0 ? index : "") + " " + decimal(in.second);
    case Immediates::Memory:
      return access(in);
    case Immediates::MemoryLane:
      return access(in) + " " + decimal(in.lane);
    case Immediates::HeapType:
      return in.type == ValType::FuncRef ? " func" : " extern";
    case Immediates::Lane:
      return " " + decimal(in.lane);
    case Immediates::Lanes: {
      std::string text;
      for (const uint8_t lane : in.bytes)
        text += " " + decimal(lane);
      return text;
    }
    case Immediates::I32:
    case Immediates::I64:
      return " " + std::to_string(static_cast<int64_t>(in.value));
    case Immediates::F32:
      return " " + float_text<float>(static_cast<uint32_t>(in.value));
    case Immediates::F64:
      return " " + float_text<double>(in.value);
    case Immediates::V128: {
      std::string text = " i32x4";
      for (Reader words{in.bytes}; !words.at_end();)
        text += " " + hexadecimal(words.fixed(4), 8);
      return text;
    }
    }
    ZVM_UNREACHABLE();
  }

  /// What is not as the text format assumes it.
  static std::string access(const Instruction& in) {
    std::string text;
    if (in.index != 0)
      text += " " + decimal(in.index);
    if (in.value != 0)
      text += " offset=" + decimal(in.value);
    if (uint64_t{1} << in.align != info(in.op).width)
      text += " align=" + decimal(uint64_t{1} << in.align);
    return text;
  }

  void print_elements(uint32_t index) {
    const ElementSegment& segment = module_.elements[index];
    std::string text = "(elem (;" + decimal(index) + ";)";
    if (segment.mode == SegmentMode::Declared)
      text += " declare";
    if (segment.mode == SegmentMode::Active)
      text += " (table " + decimal(segment.table) + ") (offset " + expression(segment.destination) +
              ")";
    if (segment.has_expressions) {
      text += " " + std::string{name(segment.type)};
      for (const Range& item :
           module_.item_expressions.view().subspan(segment.first, segment.count))
        text += " (item " + expression(item) + ")";
    } else {
      text += " func";
      for (const uint32_t item :
           module_.item_functions.view().subspan(segment.first, segment.count))
        text += " " + functions_[item];
    }
    line(text + ")");
  }

  void print_data(uint32_t index) {
    const DataSegment& segment = module_.data[index];
    std::string text = "(data (;" + decimal(index) + ";)";
    if (segment.mode == SegmentMode::Active)
      text += " (memory " + decimal(segment.memory) + ") (offset " +
              expression(segment.destination) + ")";
    line(text + " " + quoted(segment.bytes) + ")");
  }

  const Module& module_;
  const Profile& profile_;
  NameTable functions_;
  NameTable locals_; ///< of the function being printed
  std::string out_;
};

} // namespace

std::string disassemble(const Module& module, const Profile& profile) {
  return Printer{module, profile}.print();
}

std::vector<std::vector<InstructionText>> disassemble_functions(const Module& module,
                                                                const Profile& profile) {
  Printer printer{module, profile};
  std::vector<std::vector<InstructionText>> all;
  for (uint32_t i = 0; i < module.bodies.size(); ++i)
    all.push_back(printer.list(i));
  return all;
}

} // namespace zvm::frontend::wasm

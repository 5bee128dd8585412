#include "frontend/evm/opcodes.hpp"
#include "docs/generate/pages.hpp"
#include "frontend/zvm/opcodes.hpp"

namespace zvm::docs {
namespace {

using frontend::OpcodeInfo;
using frontend::OpcodeTable;

std::string hex_byte(unsigned byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'0', 'x', kDigits[byte / 16], kDigits[byte % 16]};
}

std::string flags_text(const OpcodeInfo& o) {
  const struct {
    frontend::OpcodeFlags flag;
    std::string_view text;
  } names[] = {
      {frontend::Ends, "ends"},
      {frontend::ChangesState, "changes state"},
      {frontend::Jumps, "jumps"},
      {frontend::Calls, "calls"},
      {frontend::Destination, "destination"},
      {frontend::EndsPrepaid, "ends prepaid gas"},
      {frontend::Extension, "extension"},
      {frontend::Later, "zvm-1.1"},
  };
  std::string text;
  for (const auto& n : names) {
    if (o.has(n.flag))
      text += (text.empty() ? "" : ", ") + std::string{n.text};
  }
  return text;
}

std::string opcode_table(const OpcodeTable& opcodes, bool shows_since) {
  std::string page =
      shows_since
          ? table_head(
                {"byte", "opcode", "immediate", "pops", "pushes", "price", "since", "", "meaning"})
          : table_head({"byte", "opcode", "immediate", "pops", "pushes", "price", "", "meaning"});
  for (unsigned byte = 0; byte < opcodes.size(); ++byte) {
    const OpcodeInfo& o = opcodes[byte];
    if (!o.is_assigned())
      continue;
    const std::string immediate = o.immediate != 0 ? std::to_string(o.immediate) : "";
    const std::string price = code(gas::info(o.cost).name), pops = std::to_string(o.pops),
                      pushes = std::to_string(o.pushes);
    page += shows_since ? row({code(hex_byte(byte)), code(o.name), immediate, pops, pushes, price,
                               name(o.since), flags_text(o), o.doc})
                        : row({code(hex_byte(byte)), code(o.name), immediate, pops, pushes, price,
                               flags_text(o), o.doc});
  }
  return page;
}

constexpr std::string_view kText =
    "The price is a class of [gas.md](gas.md), before anything dynamic. Immediates are bytes "
    "behind the\n"
    "opcode. In the meaning a is the top of the stack, b the item below it, and so on.";

} // namespace

std::string evm_page() {
  return page_head("EVM opcodes", "`frontend/evm/opcodes.def`", kText) +
         opcode_table(frontend::evm::kOpcodes, true);
}

std::string zvm_page() {
  return page_head("ZVM opcodes", "`frontend/zvm/opcodes.def`", kText) +
         opcode_table(frontend::zvm::kOpcodes, false);
}

} // namespace zvm::docs

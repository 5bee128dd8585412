#include "frontend/wasm/costs.hpp"

#include <span>

#include "docs/generate/pages.hpp"

namespace zvm::docs {
namespace {

using namespace frontend::wasm;

std::string bytes_text(const OpInfo& op) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto hex = [&](uint8_t byte) {
    return std::string{kDigits[byte / 16], kDigits[byte % 16]};
  };
  return (op.prefix != 0 ? hex(op.prefix) + " " : "") + hex(op.code);
}

std::string operand_text(Operand operand) {
  switch (operand) {
  case Operand::Address:
    return "address";
  case Operand::SecondAddress:
    return "second address";
  case Operand::NarrowerAddress:
    return "narrower address";
  case Operand::Item:
    return "item";
  case Operand::Variable:
    return "its type";
  case Operand::Written:
    return "type written";
  case Operand::AnyReference:
    return "reference";
  default:
    return std::string{name(static_cast<ValType>(operand))};
  }
}

std::string list_text(std::span<const Operand> operands) {
  std::string text;
  for (const Operand operand : operands)
    text += (text.empty() ? "" : ", ") + operand_text(operand);
  return text;
}

constexpr std::string_view kText = "The bytes are hexadecimal; behind a prefix the code is in "
                                   "LEB128. Operands stand deepest first; in the\n"
                                   "meaning a is the first of them, b the next, c the third. An "
                                   "address is i32 or i64, as the memory or table\n"
                                   "says that the immediates name. Operands of control "
                                   "instructions depend on types and blocks around them.\n"
                                   "Immediates are explained in `frontend/wasm/opcodes.hpp`, "
                                   "features in `frontend/wasm/features.def`,\n"
                                   "prices in [gas.md](gas.md).";

} // namespace

std::string wasm_page() {
  std::string page = page_head("WebAssembly instructions", "`frontend/wasm/opcodes.def`", kText) +
                     table_head({"bytes", "instruction", "immediates", "operands", "results",
                                 "price", "feature", "meaning"});
  for (size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& op = kOps[i];
    const Signature& s = op.signature;
    page += row({docs::code(bytes_text(op)), docs::code(op.text),
                 kImmediatesTexts[static_cast<size_t>(op.immediates)],
                 s.is_special ? "…" : list_text({s.parameter.data(), s.parameters}),
                 s.is_special ? "…" : list_text({s.result.data(), s.results}),
                 docs::code(gas::info(kCostOf[i]).name), frontend::wasm::text(op.feature), op.doc});
  }
  return page;
}

} // namespace zvm::docs

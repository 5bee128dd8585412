#include <algorithm>

#include "docs/generate/pages.hpp"
#include "engine/wasm/contract/abi.hpp"
#include "gas/cost_info.hpp"

namespace zvm::docs {
namespace {

using engine::wasm::Capability;
using engine::wasm::HostRow;

struct CapabilityRow {
  std::string_view name, text;
};
constexpr CapabilityRow kCapabilities[] = {
#define CAPABILITY(name, text) {#name, text},
#include "engine/wasm/contract/capabilities.def"
#undef CAPABILITY
};

std::string types_text(std::string_view letters) {
  std::string text;
  for (const char letter : letters)
    text += (text.empty() ? "" : " ") + std::string{letter == 'l' ? "i64" : "i32"};
  return "(" + text + ")";
}

std::string type_text(std::string_view signature) {
  const size_t colon = signature.find(':');
  return types_text(signature.substr(0, colon)) + " → " + types_text(signature.substr(colon + 1));
}

constexpr std::string_view kText =
    "Functions are imported from the module `zvm`, or `env`. How they are used is in\n"
    "[../wasm-contracts.md](../wasm-contracts.md). The price is a row of [gas.md](gas.md), in gas, "
    "charged before anything\n"
    "else; the meaning says what is paid besides, by words of 32 bytes begun. In the meaning p "
    "stands for a pointer to\n"
    "what is named: p:32 a word, p:20 an address, (p, n) n bytes. Capabilities are what an engine "
    "grants or not.";

} // namespace

std::string wasm_abi_page() {
  std::string page = page_head("The contract ABI zvm-wasm-1",
                               "`engine/wasm/contract/abi.def` and `capabilities.def`", kText);
  for (size_t i = 0; i < std::size(kCapabilities); ++i) {
    page += "\n## " + std::string{kCapabilities[i].name} + ": " +
            std::string{kCapabilities[i].text} + "\n";
    page += table_head({"function", "type", "price", "meaning"});
    for (const HostRow& r : engine::wasm::host_rows()) {
      if (r.capability == static_cast<Capability>(i))
        page +=
            row({code(r.name), code(type_text(r.signature)), code(gas::info(r.cost).name), r.doc});
    }
  }
  return page;
}

} // namespace zvm::docs

// zvm_docs FOLDER: writes the reference pages there. `./dev docs` calls it for docs/reference, and the tests
// compare what it writes with what is checked in.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "docs/generate/pages.hpp"

namespace zvm::docs {

std::string page_head(std::string_view title, std::string_view source, std::string_view text) {
  return "# " + std::string{title} + "\n\nPrinted from " + std::string{source} +
         " by `./dev docs`; edit the table, not this page.\n\n" + std::string{text} + "\n";
}

std::string row(std::initializer_list<std::string_view> cells) {
  std::string line = "|";
  for (const std::string_view cell : cells) {
    line += ' ';
    for (const char c : cell) {
      if (c == '|')
        line += '\\';
      line += c;
    }
    line += cell.empty() ? "|" : " |";
  }
  return line + "\n";
}

std::string table_head(std::initializer_list<std::string_view> columns) {
  std::string line = "\n" + row(columns) + "|";
  for (size_t i = 0; i < columns.size(); ++i)
    line += "---|";
  return line + "\n";
}

std::string code(std::string_view text) {
  return text.empty() ? std::string{} : "`" + std::string{text} + "`";
}

} // namespace zvm::docs

int main(int argc, char** argv) {
  using namespace zvm::docs;
  if (argc != 2) {
    std::cerr << "usage: zvm_docs FOLDER\n";
    return 2;
  }
  const struct {
    const char* name;
    std::string text;
  } pages[] = {
      {"ir.md", ir_page()},
      {"libcalls.md", libcalls_page()},
      {"gas.md", gas_page()},
      {"evm.md", evm_page()},
      {"zvm.md", zvm_page()},
      {"wasm.md", wasm_page()},
      {"wasm-abi.md", wasm_abi_page()},
      {"outcomes.md", outcomes_page()},
      {"blocks.md", blocks_page()},
  };
  const std::filesystem::path folder = argv[1];
  for (const auto& page : pages) {
    std::ofstream out{folder / page.name};
    out << page.text;
    if (!out.flush()) {
      std::cerr << "zvm_docs: cannot write " << folder / page.name << '\n';
      return 1;
    }
  }
}

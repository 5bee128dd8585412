#include "tests/support/relays.hpp"

#include <fstream>
#include <sstream>

namespace zvm::test {

std::string text_of(const std::string& name) {
  std::ifstream stream{ZVM_SOURCE_DIR "/tests/unit/engine/wasm/contract/" + name};
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

} // namespace zvm::test

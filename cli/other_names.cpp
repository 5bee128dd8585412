#include "cli/other_names.hpp"

namespace zvm::cli {
namespace {

constexpr OtherName kOtherNames[] = {
    {"evm", "evm version zvm-" ZVM_VERSION, ""},
    {"evmone-t8n", "evmone-t8n zvm-" ZVM_VERSION, "t8n"},
};

} // namespace

const OtherName* find_other_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1); // npos + 1 is 0
  for (const OtherName& other : kOtherNames) {
    if (other.program == name)
      return &other;
  }
  return nullptr;
}

} // namespace zvm::cli

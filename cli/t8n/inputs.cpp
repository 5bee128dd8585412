#include "cli/t8n/inputs.hpp"

#include <iostream>
#include <iterator>

namespace zvm::cli {

JsonView Inputs::read(const std::string& source, const char* key) {
  return from_source(source, [&]() -> JsonView {
    if (source == kStandardInput)
      return JsonView{standard_input()}.at(key);
    return documents_.emplace_back(read_json_file(source));
  });
}

bool Inputs::has(const std::string& source, const char* key) {
  return source != kStandardInput ||
         from_source(source, [&] { return JsonView{standard_input()}.has(key); });
}

const nlohmann::json& Inputs::standard_input() {
  if (standard_input_ == nullptr) {
    const std::string text{std::istreambuf_iterator<char>{std::cin}, {}};
    standard_input_ = &documents_.emplace_back(parse_json(text));
  }
  return *standard_input_;
}

} // namespace zvm::cli

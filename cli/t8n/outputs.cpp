#include "cli/t8n/outputs.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/errors.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::string text_of(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

Outputs::Outputs(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  if (!folder_.empty())
    fs::create_directories(folder_, error);
  if (error)
    throw UsageError("--output.basedir: " + folder_ + ": " + error.message());
}

void Outputs::add(const std::string& target, const char* key, ordered_json value) {
  if (target.empty())
    return;
  if (target == "stdout") {
    standard_output_[key] = std::move(value);
  } else if (target == "stderr") {
    standard_error_[key] = std::move(value);
  } else {
    const fs::path path = fs::path{folder_} / target;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text_of(value);
    file.close();
    if (!file)
      throw UsageError(path.string() + ": cannot be written");
  }
}

void Outputs::finish() {
  if (!standard_output_.empty())
    std::cout << text_of(standard_output_);
  if (!standard_error_.empty())
    std::cerr << text_of(standard_error_);
}

} // namespace zvm::cli

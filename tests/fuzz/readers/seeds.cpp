#include "tests/fuzz/readers/seeds.hpp"

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <span>

namespace zvm::fuzz {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A list or an object whose members stand for themselves: documents are made that have one of
/// them.
struct Division {
  std::string_view place; ///< keys behind slashes; `*` is the first member, whatever its key
  size_t shared = 0;      ///< members at its beginning that all the others need
  size_t most = 1;        ///< members beside them in one document
};
constexpr Division kStateTest[] = {{""}, {"/*/post"}, {"/*/post/*"}};
/// Blocks stand on those before them.
constexpr Division kBlockTest[] = {{""}, {"/*/blocks", 0, 3}};
constexpr Division kContracts[] = {{"/hardforks"}, {"/steps"}};
constexpr Division kList[] = {{""}};
/// The first command makes the module that the others are about.
constexpr Division kWast[] = {{"/commands", 1}};

struct Divided {
  std::string_view suite;
  std::span<const Division> divisions;
};
constexpr Divided kDivided[] = {
    {"statetest", kStateTest}, {"blocktest", kBlockTest}, {"contracts", kContracts},
    {"hashes", kList},         {"precompiles", kList},    {"wast", kWast},
    {"wasm-gas", kList},
};

/// nullptr where there is nothing.
json* find(json& document, std::string_view place) {
  json* at = &document;
  if (place.empty())
    return at;
  for (const auto part : place.substr(1) | std::views::split('/')) {
    const std::string key{part.begin(), part.end()};
    if (!at->is_structured() || at->empty() || (key != "*" && !at->contains(key)))
      return nullptr;
    at = key == "*" ? &at->front() : &at->at(key);
  }
  return at;
}

/// All but the members of the division that are at [begin, begin + most) behind those that are
/// shared.
json part_of(const json& document, const Division& division, size_t begin) {
  json part = document;
  json& members = *find(part, division.place);
  json kept = members.is_array() ? json::array() : json::object();
  size_t index = 0;
  for (auto member = members.begin(); member != members.end(); ++member, ++index) {
    if (index >= division.shared && (index < begin || index >= begin + division.most))
      continue;
    if (kept.is_array())
      kept.push_back(*member);
    else
      kept[member.key()] = *member;
  }
  members = std::move(kept);
  return part;
}

std::vector<json> divide(const json& document, const Division& division) {
  json copy = document;
  const json* members = find(copy, division.place);
  if (members == nullptr || !members->is_structured() || members->size() <= division.shared)
    return {document};
  std::vector<json> parts;
  for (size_t begin = division.shared; begin < members->size(); begin += division.most)
    parts.push_back(part_of(document, division, begin));
  return parts;
}

std::vector<json> divide(json document, std::span<const Division> divisions) {
  std::vector<json> parts{std::move(document)};
  for (const Division& division : divisions) {
    std::vector<json> smaller;
    for (const json& part : parts)
      std::ranges::move(divide(part, division), std::back_inserter(smaller));
    parts = std::move(smaller);
  }
  return parts;
}

/// By name, so that an input means the same wherever it is run.
std::vector<fs::path> files_of(const fs::path& folder, std::string_view suffix) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().string().ends_with(suffix))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

} // namespace

std::vector<Seed> seeds_of(const cli::Suite& suite) {
  const auto* row = std::ranges::find(kDivided, suite.name, &Divided::suite);
  const auto divisions = row == std::end(kDivided) ? std::span<const Division>{} : row->divisions;
  std::vector<Seed> seeds;
  const fs::path folder = fs::path{ZVM_SOURCE_DIR} / "tests/conformance/mini" / suite.name;
  for (const fs::path& file : files_of(folder, suite.files.suffix)) {
    for (json& part : divide(cli::read_json_file(file.string()), divisions))
      seeds.push_back({file.string(), std::move(part)});
  }
  return seeds;
}

std::vector<Seed> seeds_of(const std::string& file) {
  const fs::path path = fs::path{ZVM_SOURCE_DIR} / "tests/fuzz/readers" / file;
  std::vector<Seed> seeds;
  for (json& document : divide(cli::read_json_file(path.string()), kList))
    seeds.push_back({path.string(), std::move(document.front())});
  return seeds;
}

} // namespace zvm::fuzz

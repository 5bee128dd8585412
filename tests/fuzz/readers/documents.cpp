#include "tests/fuzz/readers/documents.hpp"

#include "cli/errors.hpp"
#include "tests/fuzz/generators/worse_json.hpp"
#include "tests/fuzz/oracles/expect.hpp"

namespace zvm::fuzz {
namespace {

using nlohmann::json;

std::string any_text(const json& seed, Choices& c) {
  if (c.one_in(4)) {
    const ByteView rest = c.rest();
    return {reinterpret_cast<const char*>(rest.data()), rest.size()};
  }
  std::string text = seed.dump();
  make_worse(text, c);
  return text;
}

} // namespace

Reading read_worse(const std::vector<Seed>& seeds, const ReadDocument& read, Choices& c) {
  Seed seed = c.pick_of(seeds);
  if (c.one_in(8)) {
    try {
      seed.document = cli::parse_json(any_text(seed.document, c));
    } catch (const cli::Unreadable&) {
      return Reading::NotJson;
    }
  } else {
    make_worse(seed.document, c);
  }
  try {
    return read(seed, c);
  } catch (const cli::Unreadable& refusal) {
    expect_own_words(refusal.what());
  } catch (const cli::UsageError& refusal) {
    expect_own_words(refusal.what());
  }
  return Reading::Refused;
}

void expect_own_words(std::string_view refusal) {
  constexpr std::string_view kForeign[] = {
      "json.exception", "basic_string", "vector::", "map::", "array::", "stoul", "stoi", "std::"};
  for (const std::string_view words : kForeign)
    expect(!refusal.contains(words), "a refusal in the words of a library", refusal);
}

} // namespace zvm::fuzz

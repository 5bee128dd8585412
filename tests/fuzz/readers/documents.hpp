// JSON for a reader: a seed with values made worse, or its text with characters exchanged, or any
// text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/readers/reader.hpp"
#include "tests/fuzz/readers/seeds.hpp"

namespace zvm::fuzz {

/// Reads one document. What it throws of cli::Unreadable and cli::UsageError is a refusal; anything
/// else is a finding.
using ReadDocument = std::function<Reading(const Seed&, Choices&)>;

/// Makes a document of the seeds and reads it.
[[nodiscard]] Reading read_worse(const std::vector<Seed>&, const ReadDocument&, Choices&);

/// A refusal has to be in our own words: those of a library say that a value was used without being
/// asked for its type, or a text without being asked for its length.
void expect_own_words(std::string_view refusal);

} // namespace zvm::fuzz

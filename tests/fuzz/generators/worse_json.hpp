// JSON documents with values exchanged for worse ones.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/fuzz/generators/choices.hpp"

namespace zvm::fuzz {

/// Changes a document in a few places: values of other types, numbers at the limits of their types,
/// texts with a character exchanged, parts that are missing, stand twice, or stand in another
/// place.
void make_worse(nlohmann::json& document, Choices&);
/// Changes a text in a few places, or nowhere.
void make_worse(std::string& text, Choices&);

} // namespace zvm::fuzz

// Golden tests: files of cases, each an input and the whole text that must come out of it.
//
//   # What the file is about.
//   # run: fold dce            <- directives: `# name: words`, before the first case
//
//   === title of a case
//   input
//   --->
//   expected output
//
// With ZVM_BLESS=1 in the environment the expected texts are rewritten instead of compared.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace zvm::test {

using Directives = std::map<std::string, std::vector<std::string>, std::less<>>;
/// Makes the output of one case.
using GoldenTransform = std::function<std::string(const Directives&, std::string_view input)>;

/// The .txt files below tests/golden/<folder>, sorted, as paths from tests/golden.
[[nodiscard]] std::vector<std::string> golden_files(std::string_view folder);

/// Runs the cases of a file. Empty where all is as expected, else what differs and how to accept
/// it.
[[nodiscard]] std::string check_golden(const std::string& file, const GoldenTransform& transform);

/// Lines that differ, with - (expected), + (actual) and some around them.
[[nodiscard]] std::string line_diff(std::string_view expected, std::string_view actual);

} // namespace zvm::test

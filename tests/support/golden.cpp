#include "tests/support/golden.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace zvm::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTitle = "=== ";
constexpr std::string_view kArrow = "--->";

fs::path root() { return fs::path{ZVM_SOURCE_DIR} / "tests" / "golden"; }

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::string trimmed(std::string text) {
  while (text.ends_with("\n\n"))
    text.pop_back();
  if (text == "\n")
    text.clear();
  return text;
}

struct Case {
  std::string title, input, expected;
};

struct File {
  std::string header;
  Directives directives;
  std::vector<Case> cases;
};

File read(const fs::path& path) {
  std::ifstream in{path};
  File file;
  bool is_output = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kTitle)) {
      file.cases.push_back({line.substr(kTitle.size()), {}, {}});
      is_output = false;
    } else if (file.cases.empty()) {
      file.header += line + "\n";
      const size_t colon = line.find(": ");
      if (line.starts_with("# ") && colon != std::string::npos) {
        std::istringstream words{line.substr(colon + 2)};
        for (std::string word; words >> word;)
          file.directives[line.substr(2, colon - 2)].push_back(word);
      }
    } else if (line == kArrow) {
      is_output = true;
    } else {
      (is_output ? file.cases.back().expected : file.cases.back().input) += line + "\n";
    }
  }
  file.header = trimmed(file.header);
  for (Case& c : file.cases) {
    c.input = trimmed(c.input);
    c.expected = trimmed(c.expected);
  }
  return file;
}

std::string write(const File& file) {
  std::string text = file.header;
  for (const Case& c : file.cases) {
    text += "\n" + std::string{kTitle} + c.title + "\n" + c.input + std::string{kArrow} + "\n" +
            c.expected;
  }
  return text;
}

} // namespace

std::vector<std::string> golden_files(std::string_view folder) {
  std::vector<std::string> files;
  const fs::path below = root() / folder;
  if (!fs::exists(below))
    return files;
  for (const auto& entry : fs::recursive_directory_iterator{below}) {
    if (entry.path().extension() == ".txt")
      files.push_back(fs::relative(entry.path(), root()).string());
  }
  std::ranges::sort(files);
  return files;
}

std::string check_golden(const std::string& file, const GoldenTransform& transform) {
  const fs::path path = root() / file;
  File golden = read(path);
  const bool blesses = std::getenv("ZVM_BLESS") != nullptr;
  std::string report;
  for (Case& c : golden.cases) {
    const std::string actual = trimmed(transform(golden.directives, c.input));
    if (actual == c.expected)
      continue;
    report += file + ": " + c.title + "\n" + line_diff(c.expected, actual);
    c.expected = actual;
  }
  if (golden.cases.empty())
    return file + ": has no case\n";
  if (blesses) {
    std::ofstream{path} << write(golden);
    return {};
  }
  if (!report.empty())
    report += "If this is right: ./dev bless, and read the result with git diff.\n";
  return report;
}

std::string line_diff(std::string_view expected, std::string_view actual) {
  const auto a = lines_of(expected), b = lines_of(actual);
  // longest[i][j]: of the common subsequences of the rests from i and j.
  std::vector<std::vector<size_t>> longest(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      longest[i][j] =
          a[i] == b[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  std::string diff;
  for (size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      diff += "  " + a[i++] + "\n";
      ++j;
    } else if (j == b.size() || (i < a.size() && longest[i + 1][j] >= longest[i][j + 1])) {
      diff += "- " + a[i++] + "\n";
    } else {
      diff += "+ " + b[j++] + "\n";
    }
  }
  return diff;
}

} // namespace zvm::test

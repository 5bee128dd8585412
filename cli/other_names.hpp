// Names of other clients' tools that zvm answers to: drivers find out by a tool's name and version
// how to call it, so a link with such a name makes them call us.
#pragma once

#include <string_view>

namespace zvm::cli {

struct OtherName {
  std::string_view program; ///< the file's name
  const char* version;      ///< what -v prints, which drivers look at
  const char* verb;         ///< that the program stands for; empty: verbs are given
};

/// By the path that the program was started with; null for any other name.
[[nodiscard]] const OtherName* find_other_name(std::string_view path);

} // namespace zvm::cli

// What a verb of the tool takes and does. CLI11 stands behind this: its headers take longer to
// compile than any verb, and only verb.cpp and main.cpp include them.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace zvm::cli {

/// What is done once the command line has been read; the exit code.
using Action = std::function<int()>;

/// An option that has been added; calls may be chained.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(option) {}
  Option& required();
  /// The value must name a file that is there.
  Option& existing_file();
  /// Help says nothing of what it is unless given.
  Option& without_default();

 private:
  CLI::Option& option_;
};

/// One verb. Options write to variables that outlive the reading of the command line, and what
/// those hold before is what help says the option is unless given.
class Verb {
 public:
  Verb(CLI::App& app, Action& chosen) : app_(app), chosen_(chosen) {}

  /// A name without dashes is that of an argument by its place. Values: std::string,
  /// std::vector<std::string>, unsigned, int64_t, uint64_t, std::optional<uint64_t>.
  template <typename Value>
  Option add_option(const std::string& names, Value& value, const std::string& description);
  void add_flag(const std::string& names, bool& value, const std::string& description);
  /// Other words for an option that is there.
  void describe(const std::string& name, const std::string& description);
  void add_alias(const std::string& name);
  /// The end of the verb's help, in place of the tool's.
  void set_footer(const std::string& text);
  /// Before the end of its help.
  void add_to_help(const std::string& text);
  /// What is done if it is the one on the command line.
  void does(Action action);

 private:
  CLI::App& app_;
  Action& chosen_;
};

/// The tool, as what adds a verb to it sees it.
class Tool {
 public:
  Tool(CLI::App& app, Action& chosen) : app_(app), chosen_(chosen) {}
  Verb add_verb(const std::string& name, const std::string& description);

 private:
  CLI::App& app_;
  Action& chosen_;
};

} // namespace zvm::cli

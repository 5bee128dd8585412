#include "cli/verb.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <vector>

namespace zvm::cli {

Option& Option::required() {
  option_.required();
  return *this;
}

Option& Option::existing_file() {
  option_.check(CLI::ExistingFile);
  return *this;
}

Option& Option::without_default() {
  option_.default_str("");
  return *this;
}

template <typename Value>
Option Verb::add_option(const std::string& names, Value& value, const std::string& description) {
  return Option{*app_.add_option(names, value, description)};
}

template Option Verb::add_option(const std::string&, std::string&, const std::string&);
template Option Verb::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option Verb::add_option(const std::string&, unsigned&, const std::string&);
template Option Verb::add_option(const std::string&, int64_t&, const std::string&);
template Option Verb::add_option(const std::string&, uint64_t&, const std::string&);
template Option Verb::add_option(const std::string&, std::optional<uint64_t>&, const std::string&);

void Verb::add_flag(const std::string& names, bool& value, const std::string& description) {
  app_.add_flag(names, value, description);
}

void Verb::describe(const std::string& name, const std::string& description) {
  app_.get_option(name)->description(description);
}

void Verb::add_alias(const std::string& name) { app_.alias(name); }
void Verb::set_footer(const std::string& text) { app_.footer(text); }
void Verb::add_to_help(const std::string& text) { app_.footer(text + "\n\n" + app_.get_footer()); }

void Verb::does(Action action) {
  app_.callback([action = std::move(action), &chosen = chosen_] { chosen = action; });
}

Verb Tool::add_verb(const std::string& name, const std::string& description) {
  return Verb{*app_.add_subcommand(name, description), chosen_};
}

} // namespace zvm::cli

#include "cli/statetest/batch.hpp"

#include "cli/errors.hpp"
#include "cli/fixtures/fixture.hpp"
#include "cli/statetest/dump.hpp"
#include "runtime/tx/tx_error.hpp"

namespace zvm::cli {
namespace {

using nlohmann::json;

/// On one line, with a space behind each colon: goevmlab looks for `"stateRoot": "` in standard
/// output.
class ObjectLine {
 public:
  void add(std::string_view key, const std::string& value) {
    text_.append(text_.empty() ? "{\"" : ", \"").append(key).append("\": ").append(value);
  }
  [[nodiscard]] std::string text() const { return text_ + "}"; }

 private:
  std::string text_;
};

std::string quoted(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Lines become one.
std::string joined(std::string_view lines) {
  std::string text;
  for (const auto line : std::views::split(lines, '\n')) {
    std::string_view words{line.begin(), line.end()};
    words.remove_prefix(std::min(words.find_first_not_of(' '), words.size()));
    if (!words.empty())
      text.append(text.empty() ? "" : text.ends_with(':') ? " " : "; ").append(words);
  }
  return text;
}

/// std::regex calls itself for each character that it goes on: of a longer name it would take all
/// of the stack.
bool finds(const std::regex& expression, std::string_view name) {
  name = name.substr(0, StateTestOptions::kNameSearched);
  return std::regex_search(name.begin(), name.end(), expression);
}

} // namespace

std::vector<std::string> StateTestBatch::run_file(const std::string& path) {
  json document;
  try {
    document = read_json_file(path);
  } catch (const Unreadable& error) {
    throw UsageError(path + ": " + error.what());
  }
  return run_document(path, document);
}

std::vector<std::string> StateTestBatch::run_document(const std::string& path,
                                                      const json& document) {
  std::vector<std::string> results;
  try {
    for (const auto& [name, test] : JsonView{document}.fields()) {
      if (options_.run && !finds(*options_.run, name))
        continue;
      if (!is_state_test(test))
        test.refuse("this is no state test");
      run_test(name, test, results);
    }
  } catch (const Unreadable& error) {
    throw UsageError(path + ": " + error.what());
  }
  return results;
}

void StateTestBatch::run_test(const std::string& name, const JsonView& test,
                              std::vector<std::string>& results) {
  StateTest runner{*transactor_, test};
  for (const auto& [fork, posts] : test.at("post").fields()) {
    if (!options_.fork.empty() && fork != options_.fork)
      continue;
    const Result<Revision> revision = parse_revision(fork);
    if (!revision)
      posts.refuse(revision.error().detail);
    for (size_t i = 0; i < posts.size(); ++i) {
      if (!options_.index || *options_.index == i)
        results.push_back(run_case(runner, name, fork, *revision, posts.at(i)));
    }
  }
}

std::string StateTestBatch::run_case(StateTest& runner, const std::string& name,
                                     const std::string& fork, Revision revision,
                                     const JsonView& post) {
  const bool has_state_gas = gas::make_evm_schedule(revision).has(gas::Rule::StateGas);
  TraceFields fields = options_.fields;
  fields.state_gas = has_state_gas;
  Eip3155Tracer tracer{notes_, fields};
  StateOutcome outcome;
  runner.run(fork, revision, post, options_.trace ? &tracer : nullptr, outcome);

  const std::string root = to_text(outcome.root);
  const bool refused = outcome.result.refusal != runtime::TxError::None;
  notes_ << "{\"stateRoot\":\"" << root << '"';
  if (options_.trace) {
    notes_ << ',' << tracer.ending()
           << ",\"pass\":" << (!refused && tracer.succeeded() ? "true" : "false")
           << ",\"fork\":" << quoted(fork);
  }
  notes_ << "}\n";

  ObjectLine line;
  line.add("name", quoted(name));
  line.add("pass", outcome.wrong.empty() ? "true" : "false");
  line.add("stateRoot", quoted(root));
  line.add("fork", quoted(fork));
  const JsonView indexes = post.at("indexes");
  for (const auto& [key, field] : {std::pair{"d", "data"}, {"g", "gas"}, {"v", "value"}})
    line.add(key, std::to_string(read_index(indexes.at(field))));
  if (has_state_gas && !refused) {
    const runtime::TransactionResult& used = outcome.result;
    for (const auto& [key, gas] : {std::pair{"gasUsed", used.gas_used},
                                   {"regularGasUsed", used.regular_gas_used},
                                   {"stateGasUsed", used.state_gas_used},
                                   {"gasRefund", used.gas_refunded}})
      line.add(key, std::to_string(gas));
  }
  if (!outcome.wrong.empty())
    line.add("error", quoted(joined(outcome.wrong)));
  if (options_.dump)
    line.add("state", dump_state(runner.state(), outcome.root).dump());
  return line.text();
}

} // namespace zvm::cli

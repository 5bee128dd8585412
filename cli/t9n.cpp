// zvm t9n: whether transactions are well-formed, as go-ethereum's `evm t9n` says it.
#include <iostream>

#include "base/uint256_text.hpp"
#include "cli/t8n/examine.hpp"
#include "cli/t8n/fork_name.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  std::string transactions = "txs.json";
  std::string fork = "GrayGlacier";
  std::string chain_id = "1";
};

int t9n(const Options& options) {
  const gas::Schedule schedule =
      gas::make_evm_schedule(read_fork_name("--state.fork", options.fork).revision);
  const U256 chain_id = value_or_throw(parse_u256(options.chain_id), "--state.chainid");
  Inputs inputs;
  ordered_json results = ordered_json::array();
  for (const GivenTransaction& given : read_transactions(inputs, options.transactions, chain_id))
    results.push_back(examine(schedule, chain_id, given));
  std::cout << results.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  return kDone;
}

} // namespace

void add_t9n(Tool& tool) {
  auto options = std::make_shared<Options>();
  Verb verb = tool.add_verb("t9n", "say of transactions who sent them and what is wrong with them");
  verb.add_alias("transaction");
  verb.add_option("--input.txs", options->transactions,
                  "'stdin' (txsRlp or txs), a file of JSON objects, or one that ends in .rlp: a "
                  "list in RLP, as a JSON string in hex");
  verb.add_option("--state.fork", options->fork, "whose rules: " + fork_names());
  verb.add_option("--state.chainid", options->chain_id, "the chain that transactions are for");
  verb.set_footer(
      "Exit codes: 0 done, whatever is wrong with transactions; 2 it could not be run.");
  verb.does([options] { return t9n(*options); });
}

} // namespace zvm::cli

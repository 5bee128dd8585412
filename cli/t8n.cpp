// zvm t8n: a state transition, with the interfaces of go-ethereum's `evm t8n` and of evmone-t8n, so
// that execution-spec-tests' fill runs on us (docs/testing.md, Beside other clients).
#include "cli/fixtures/engine_transactor.hpp"
#include "cli/fixtures/fixture.hpp"
#include "cli/t8n/outputs.hpp"
#include "cli/t8n/result.hpp"
#include "cli/t8n/sources.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

struct Options {
  TransitionSources sources;
  std::string folder;
  std::string alloc_target = "alloc.json";
  std::string result_target = "result.json";
  std::string body_target;
  std::string count_target;
  bool trace = false;
  bool memory = false;
  bool no_stack = false;
  bool return_data = false;
};

int t8n(const Options& options) {
  Inputs inputs;
  Outputs outputs{options.folder};
  runtime::MemoryStore state;
  TransitionInput input = read_transition(inputs, options.sources, state);

  TraceFiles traces{{.trace = options.trace,
                     .count = !options.count_target.empty(),
                     .fields = {.stack = !options.no_stack,
                                .return_data = options.return_data,
                                .memory = options.memory,
                                .state_gas = input.schedule.has(gas::Rule::StateGas)},
                     .folder = options.folder}};
  const std::unique_ptr<Transactor> transactor = engine_transactors({})();
  const TransitionResult result = run_transition(*transactor, state, input, traces);

  outputs.add(options.alloc_target, "alloc", alloc_json(state));
  outputs.add(options.result_target, "result", result_json(state, input, result));
  std::vector<ByteView> included;
  for (const IncludedTransaction& tx : result.included)
    included.push_back(tx.bytes);
  outputs.add(options.body_target, "body", to_text(encode_list(included)));
  outputs.add(options.count_target, "opcodes", traces.counter().json());
  outputs.finish();
  return kDone;
}

} // namespace

void add_t8n(Tool& tool) {
  auto options = std::make_shared<Options>();
  Verb verb = tool.add_verb(
      "t8n", "run the transactions of a block on a state, as other clients' tools do");
  verb.add_alias("transition");
  const char* kTarget = "'stdout', 'stderr' or a file of the folder";
  verb.add_option("--input.alloc", options->sources.alloc, "the state: 'stdin' or a file");
  verb.add_option("--input.env", options->sources.env, "the block: 'stdin' or a file");
  verb.add_option("--input.txs", options->sources.transactions,
                  "the transactions: 'stdin' or a file, as for t9n");
  verb.add_option("--input.blobParams", options->sources.blob_params,
                  "a blob schedule of its own: 'stdin' or a file");
  verb.add_option("--output.basedir", options->folder,
                  "the folder for files; made where it is missing; where one stands unless given");
  verb.add_option("--output.alloc", options->alloc_target, kTarget);
  verb.add_option("--output.result", options->result_target, kTarget);
  verb.add_option("--output.body", options->body_target,
                  std::string{kTarget} + "; nowhere unless given");
  verb.add_option("--opcode.count", options->count_target,
                  "counts of instructions, to a file of the folder; nowhere unless given");
  verb.add_option("--state.fork", options->sources.fork, "whose rules: " + fork_names());
  verb.add_option("--state.chainid", options->sources.chain_id, "the chain's number");
  verb.add_option("--state.reward", options->sources.reward,
                  "wei for the coinbase; -1: nobody is paid, nor touched");
  verb.add_flag("--trace", options->trace,
                "a file for each transaction: trace-<place>-<hash>.jsonl (EIP-3155)");
  verb.add_flag("--trace.memory", options->memory, "with memory");
  verb.add_flag("--trace.nostack", options->no_stack, "without the stack");
  verb.add_flag("--trace.returndata", options->return_data, "with return data");
  verb.set_footer(
      "Exit codes: 0 done, refused transactions and blocks included; 2 it could not be run.");
  verb.does([options] { return t8n(*options); });
}

} // namespace zvm::cli

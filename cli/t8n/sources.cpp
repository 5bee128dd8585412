#include "cli/t8n/sources.hpp"

#include "base/uint256_text.hpp"
#include "cli/fixtures/fixture.hpp"

namespace zvm::cli {
namespace {

gas::BlobSchedule read_blob_params(const JsonView& params) {
  const auto number = [&](const char* key) {
    const uint64_t value = read_u64(params.at(key));
    if (value > INT32_MAX)
      params.at(key).refuse("too large");
    return static_cast<int64_t>(value);
  };
  return {number("target"), number("max"), number("baseFeeUpdateFraction")};
}

NamedFork read_fork(Inputs& inputs, const TransitionSources& sources) {
  NamedFork fork = read_fork_name("--state.fork", sources.fork);
  const bool has_params =
      !sources.blob_params.empty() && inputs.has(sources.blob_params, "blobParams");
  if (has_params) {
    const JsonView params = inputs.read(sources.blob_params, "blobParams");
    from_source(sources.blob_params, [&] {
      if (!params.is_null())
        fork.blobs = read_blob_params(params);
    });
  }
  return fork;
}

gas::Schedule schedule_of(const NamedFork& fork) {
  if (!fork.blobs)
    return gas::make_evm_schedule(fork.revision);
  return gas::make_evm_schedule(fork.revision, gas::overrides(*fork.blobs));
}

} // namespace

TransitionInput read_transition(Inputs& inputs, const TransitionSources& sources,
                                runtime::MemoryStore& state) {
  TransitionInput input;
  input.fork = read_fork(inputs, sources);
  input.schedule = schedule_of(input.fork);
  input.chain_id = value_or_throw(parse_u256(sources.chain_id), "--state.chainid");
  if (sources.reward != "-1")
    input.reward = value_or_throw(parse_u256(sources.reward), "--state.reward");
  const JsonView alloc = inputs.read(sources.alloc, "alloc");
  from_source(sources.alloc, [&] { read_state(alloc, state); });
  const JsonView env = inputs.read(sources.env, "env");
  input.env = from_source(sources.env, [&] { return read_env(env, input.fork, input.schedule); });
  input.transactions = read_transactions(inputs, sources.transactions, input.chain_id);
  return input;
}

} // namespace zvm::cli

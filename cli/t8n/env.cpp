#include "cli/t8n/env.hpp"

#include "cli/fixtures/fixture.hpp"
#include "runtime/block/difficulty.hpp"
#include "runtime/block/fees.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;
using gas::Cost;
using gas::Rule;

/// Fields that may be missing, or null.
class Fields {
 public:
  explicit Fields(const JsonView& env) : env_(env) {}

  [[nodiscard]] bool has(const char* key) const { return env_.has(key) && !env_.at(key).is_null(); }
  [[nodiscard]] JsonView at(const char* key) const { return env_.at(key); }
  [[nodiscard]] U256 word(const char* key) const { return has(key) ? read_word(at(key)) : U256{}; }
  [[nodiscard]] uint64_t number(const char* key) const { return has(key) ? read_u64(at(key)) : 0; }
  [[nodiscard]] Bytes32 bytes32(const char* key) const {
    return has(key) ? read_bytes32(at(key)) : Bytes32{};
  }
  void need(const char* key, const char* since) const {
    if (!has(key))
      env_.refuse("there is no '" + std::string{key} + "', which blocks have " + since);
  }

 private:
  JsonView env_;
};

U256 read_base_fee(const Fields& env) {
  if (env.has("currentBaseFee"))
    return env.word("currentBaseFee");
  env.need("parentBaseFee", "from London on, unless currentBaseFee is given");
  BlockHeader parent;
  parent.gas_limit = env.number("parentGasLimit");
  parent.gas_used = env.number("parentGasUsed");
  parent.base_fee = env.word("parentBaseFee");
  return next_base_fee(parent);
}

U256 read_difficulty(const Fields& env, const BlockContext& block, const NamedFork& fork,
                     const gas::Schedule& schedule) {
  if (env.has("currentDifficulty"))
    return env.word("currentDifficulty");
  env.need("parentDifficulty", "before Paris, unless currentDifficulty is given");
  DifficultyInput input;
  input.number = block.number;
  input.timestamp = block.timestamp;
  input.parent_timestamp = env.number("parentTimestamp");
  input.parent_difficulty = env.word("parentDifficulty");
  const Bytes32 ommers = env.bytes32("parentUncleHash");
  input.parent_has_ommers = ommers != Bytes32{} && ommers != kNoOmmersHash;
  if (fork.bomb_delay == 0)
    return block_difficulty(input, schedule);
  const gas::Override later{Cost::BombDelay, {fork.bomb_delay}};
  return block_difficulty(input, gas::make_evm_schedule(fork.revision, {&later, 1}));
}

std::optional<uint64_t> read_excess(const Fields& env, const gas::Schedule& schedule) {
  if (env.has("currentExcessBlobGas"))
    return env.number("currentExcessBlobGas");
  if (!env.has("parentExcessBlobGas") || !env.has("parentBlobGasUsed"))
    return std::nullopt;
  return next_excess_blob_gas({env.number("parentExcessBlobGas"), env.number("parentBlobGasUsed"),
                               env.word("parentBaseFee")},
                              schedule);
}

std::vector<OmmerShare> read_ommers(const JsonView& list) {
  constexpr uint64_t kMostDistance = 8; // an ommer's reward is eight eighths less its distance
  std::vector<OmmerShare> all;
  for (const JsonView one : list.elements()) {
    const uint64_t distance = read_u64(one.at("delta"));
    if (distance == 0 || distance > kMostDistance)
      one.at("delta").refuse("an ommer is 1 to 8 blocks away");
    all.push_back({read_address(one.at("address")), distance});
  }
  return all;
}

} // namespace

BlockEnv read_env(const JsonView& json, const NamedFork& fork, const gas::Schedule& schedule) {
  const Fields env{json};
  BlockEnv out;
  BlockContext& block = out.context;
  block.coinbase = read_address(json.at("currentCoinbase"));
  block.number = read_u64(json.at("currentNumber"));
  block.timestamp = read_u64(json.at("currentTimestamp"));
  block.gas_limit = read_u64(json.at("currentGasLimit"));
  if (schedule.has(Rule::PrevRandao)) {
    env.need("currentRandom", "from Paris on");
    block.prev_randao = env.word("currentRandom");
  } else {
    out.difficulty = read_difficulty(env, block, fork, schedule);
    block.prev_randao = out.difficulty;
  }
  if (schedule.has(Rule::FeeMarket))
    block.base_fee = read_base_fee(env);
  if (schedule.has(Rule::Withdrawals))
    env.need("withdrawals", "from Shanghai on");
  if (env.has("withdrawals"))
    out.withdrawals = read_withdrawals(env.at("withdrawals"));
  if (env.has("ommers"))
    out.ommers = read_ommers(env.at("ommers"));
  if (schedule.has(Rule::Blobs)) {
    out.excess_blob_gas = read_excess(env, schedule);
    block.blob_base_fee = blob_base_fee(out.excess_blob_gas.value_or(0),
                                        static_cast<uint64_t>(schedule[Cost::BlobFraction]));
  }
  if (schedule.has(Rule::BeaconRoots)) {
    env.need("parentBeaconBlockRoot", "from Cancun on");
    out.start.parent_beacon_root = env.bytes32("parentBeaconBlockRoot");
  }
  if (env.has("slotNumber"))
    block.slot_number = env.number("slotNumber");
  if (env.has("blockHashes")) {
    for (const JsonView::Field& field : env.at("blockHashes").fields())
      out.block_hashes[read_key_word(field).low64()] = read_bytes32(field.value);
  }
  if (const auto parent = out.block_hashes.find(block.number - 1); parent != out.block_hashes.end())
    out.start.parent_hash = parent->second;
  return out;
}

} // namespace zvm::cli

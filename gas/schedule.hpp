// A gas schedule: all prices and rules of one VM in one revision, as a value.
//
// Built from the table rows (evm.def, zvm.def, wasm.def, rules.def) and run-time overrides; nothing else
// in the engine knows a price. Every price has two dimensions, execution gas and state gas (EIP-8037), which
// is zero before Amsterdam.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/revision.hpp"
#include "base/vm.hpp"

namespace zvm::gas {

enum class Cost : uint8_t {
#define COST(name, value, unit, text) name,
#include "gas/evm.def"
#undef COST
#define ZVM_COST(name, value, unit, text) name,
#include "gas/zvm.def"
#undef ZVM_COST
#define WASM_COST(name, wasm_1, wasm_v03, unit, text) name,
#include "gas/wasm.def"
#undef WASM_COST
  Count_,
};
inline constexpr size_t kCostCount = static_cast<size_t>(Cost::Count_);

/// The schedules of WebAssembly.
enum class WasmSchedule : uint8_t {
#define WASM_SCHEDULE(name, text, subunits, doc) name,
#include "gas/wasm.def"
#undef WASM_SCHEDULE
};

enum class Rule : uint8_t {
#define RULE(name, since, source, text) name,
#include "gas/rules.def"
#undef RULE
};

/// A price in both dimensions, in gas.
struct Price {
  int64_t execution = 0;
  int64_t state = 0;
};

/// How much is prepaid and where a failure is found: to the instruction, or to the region (WASM, RISC-V).
enum class Unit : uint8_t { Instruction, Region };

struct Schedule {
  std::array<Price, kCostCount> prices{};
  uint64_t rules = 0;
  Revision revision = kLatestRevision;
  Vm vm = Vm::Evm; ///< whose instructions are priced
  Unit unit = Unit::Instruction;
  int64_t subunits =
      1; ///< of a gas: the counter of a frame, and prices of instructions, are in these
  bool later_opcodes =
      false; ///< those that only a later version of the VM has (zvm-1.1) are defined

  /// Execution gas (or the number, for rows that are limits and divisors).
  [[nodiscard]] int64_t operator[](Cost cost) const {
    const auto row = static_cast<size_t>(cost);
    return row < kCostCount ? prices[row].execution : 0;
  }
  /// Price in state gas.
  [[nodiscard]] int64_t state(Cost cost) const {
    const auto row = static_cast<size_t>(cost);
    return row < kCostCount ? prices[row].state : 0;
  }
  [[nodiscard]] bool has(Rule rule) const { return (rules >> static_cast<uint8_t>(rule) & 1) != 0; }
  /// The counter of a frame that is entered with `gas`. Gas beyond what the counter holds (9.2e15 at 1,000
  /// sub-units) the frame does not get: to_gas() of this tells what it got.
  [[nodiscard]] int64_t to_counter(int64_t gas) const {
    const int64_t most = std::numeric_limits<int64_t>::max() / subunits;
    return (gas < most ? gas : most) * subunits;
  }
  /// Whole gas in a counter that is not negative: a gas that is begun is spent.
  [[nodiscard]] int64_t to_gas(int64_t counter) const { return counter / subunits; }
  /// Equal for two schedules exactly if every price and rule is; part of a code object's identity.
  [[nodiscard]] uint64_t fingerprint() const;
};

/// One price replaced at run time, in both dimensions: what is not named is 0. From Amsterdam on the state gas of
/// Cost::StateByte alone is the price of all growth of the state; prices in the same list that have one of their own keep it.
struct Override {
  Cost cost;
  Price price;
};

/// How many blobs blocks carry, and how their price follows (EIP-7840).
struct BlobSchedule {
  int64_t target = 0;   ///< blobs of a block
  int64_t max = 0;      ///< blobs of a block
  int64_t fraction = 0; ///< Cost::BlobFraction
  friend bool operator==(const BlobSchedule&, const BlobSchedule&) = default;
};
/// As replaced prices, for a chain that changes them between revisions.
[[nodiscard]] std::array<Override, 3> overrides(const BlobSchedule& schedule);

/// A fork that changes nothing but the blob schedule (EIP-7892). The rows are in blob.def.
struct BlobFork {
  std::string_view name; ///< "bpo1"
  Revision revision;     ///< whose rules it keeps
  BlobSchedule blobs;
};
inline constexpr BlobFork kBlobForks[] = {
#define BLOB_FORK(name, revision, target, max, fraction, source)                                   \
  {name, Revision::revision, {target, max, fraction}},
#include "gas/blob.def"
#undef BLOB_FORK
};

/// Most that a price may be, and a limit in bytes: so that no sum of a block, and no size that memory can have times a
/// price, leaves 63 bits.
inline constexpr int64_t kLargestPrice = INT32_MAX;

/// Refuses (BadArgument, by name) a cost that is none, a price below 0 or over kLargestPrice (limits in gas, wei and blocks may be any), a
/// price of state gas for what has none or in a revision that has none, and one of 0 for what every loop goes through: JUMPDEST, and all
/// that a module executes.
[[nodiscard]] Result<void> check_overrides(std::span<const Override> overrides, Revision revision);

// Overrides that name no cost are passed over.
[[nodiscard]] Schedule make_evm_schedule(Revision revision,
                                         std::span<const Override> overrides = {});
/// `zvm-1`: ZVM's own static prices; storage, calls and creation as the EVM prices them since Cancun,
/// so that both charge and warm a shared slot alike. Rules follow the chain's revision where they are
/// about state (EIP-7702 delegations), never below Cancun.
[[nodiscard]] Schedule make_zvm_schedule(Revision revision,
                                         std::span<const Override> overrides = {});

/// Prices of WebAssembly in sub-units, and in gas those of what it has in common with the EVM (storage, calls,
/// creation, logs, hashes), as ZVM has them. Rules as ZVM's.
[[nodiscard]] Schedule make_wasm_schedule(WasmSchedule schedule, Revision revision,
                                          std::span<const Override> overrides = {});
/// "wasm-1", "wasm-v03".
[[nodiscard]] std::string_view name(WasmSchedule schedule);
[[nodiscard]] Result<WasmSchedule> parse_wasm_schedule(std::string_view text);

} // namespace zvm::gas

// Scenario: one message or transaction with the world it runs in, from a fuzzer's bytes.
#pragma once

#include <utility>
#include <vector>

#include "engine/options.hpp"
#include "runtime/message.hpp"
#include "tests/fuzz/generators/program.hpp"

namespace zvm::fuzz {

struct Contract {
  Address address;
  uint64_t nonce = 1;
  U256 balance;
  Bytes code; ///< as it is stored
  std::vector<std::pair<U256, U256>> storage;
};

/// What goes wrong on the host's side.
enum class Trouble : uint8_t {
  None,
  Pending,     ///< each read of the store is pending once, then there
  StoreError,  ///< a read fails
  MemoryLimit, ///< guest memory is short
  StepLimit,
  Cancelled, ///< before it began
  Deadline,  ///< has passed before it began
};

struct Scenario {
  Revision revision = kLatestRevision;
  engine::VmSet vms;
  bool zvm_1_1 = false; ///< as VmConfig has it
  enum class Kind : uint8_t { Message, Create, Transaction } kind = Kind::Message;
  std::vector<Contract> contracts; ///< the first is called
  Address sender;
  U256 value;
  Bytes input; ///< calldata or init code
  bool is_static = false;
  int64_t gas = 0;
  int64_t reservoir =
      0; ///< state gas (EIP-8037); where a transaction has some its gas is the most it may be
  /// Not 0: gas is cut to this many 65,536ths of what the run needs, so that it ends anywhere.
  uint32_t gas_share = 0;
  int64_t promote_gas = 0;
  bool has_extension = true;
  bool is_recorded = false; ///< what is read and written is compared too
  Trouble trouble = Trouble::None;
  uint64_t trouble_at = 0; ///< read, byte or step
  /// Not 0: what machine code does by chance (backend/asmjit/perturb.hpp). One in eight has what
  /// is run leave the cache of code at each read of the store.
  uint64_t perturbation = 0;
};

/// `main`: the VM of the code that is called.
[[nodiscard]] Scenario make_scenario(ByteView data, Vm main);

/// What is the same in all scenarios.
[[nodiscard]] runtime::BlockContext scenario_block();
inline constexpr uint64_t kGasPrice = 10;

} // namespace zvm::fuzz

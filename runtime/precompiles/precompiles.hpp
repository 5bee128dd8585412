// Precompiled contracts: which there are, what they cost, how they run. The rows are in precompiles.def.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/revision.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::runtime {

/// Asked now and then by a run that may take long. Anything but Success ends the run with that status.
struct PollHook {
  Status (*poll)(void* context) = nullptr;
  void* context = nullptr;

  [[nodiscard]] Status operator()() const {
    return poll == nullptr ? Status::Success : poll(context);
  }
};

/// What a run is given besides its input, and what it tells besides its output.
struct PrecompileContext {
  PollHook poll;
  /// Set, with HostError, where the mathematics of a pairing-friendly curve was needed and is not built in.
  bool needs_pairing = false;
};

/// One precompile at one address, as of one revision.
struct Precompile {
  using Gas = uint64_t (*)(const Precompile&, ByteView input);
  /// Fills `output`, which is empty before. PrecompileFailure consumes all gas and leaves no output.
  using Run = Status (*)(const Precompile&, ByteView input, Buffer& output, PrecompileContext&);

  std::string_view name{};
  Gas gas = nullptr;
  Run run = nullptr;
  uint64_t base = 0;  ///< gas; what it means depends on the function `gas`
  uint64_t unit = 0;  ///< gas
  uint64_t limit = 0; ///< longest operand accepted, in bytes; 0: no limit
  std::string_view source{};
};

/// Gas of a call with this input, saturated at 2^64 - 1. Allocates nothing.
[[nodiscard]] inline uint64_t gas_cost(const Precompile& precompile, ByteView input) {
  return precompile.gas(precompile, input);
}

/// Runs it, once its gas is paid. Success, PrecompileFailure, what the poll hook answered, or HostError.
[[nodiscard]] Status run(const Precompile& precompile, ByteView input, Buffer& output,
                         PrecompileContext& context);

/// The precompiles of one engine: those of a revision, which may be moved, replaced and taken away.
class PrecompileSet {
 public:
  PrecompileSet() = default;
  explicit PrecompileSet(Revision revision);

  /// nullptr where there is none.
  [[nodiscard]] const Precompile* find(const Address& address) const {
    const uint8_t last = address.bytes[19];
    if ((last_bytes_[last / 64] >> last % 64 & 1) == 0)
      return nullptr;
    return find_slowly(address);
  }
  /// Adds, or replaces what was there.
  void put(const Address& address, const Precompile& precompile);
  void remove(const Address& address);
  /// In ascending order; warm from the start of a transaction (EIP-2929).
  [[nodiscard]] std::span<const Address> addresses() const { return addresses_; }

 private:
  [[nodiscard]] const Precompile* find_slowly(const Address& address) const;
  void mark(const Address& address) {
    last_bytes_[address.bytes[19] / 64] |= uint64_t{1} << address.bytes[19] % 64;
  }

  std::vector<Address> addresses_; ///< sorted
  std::vector<Precompile> precompiles_;
  /// A bit for the last byte of each address: a call to anything else is told at once.
  uint64_t last_bytes_[4]{};
};

/// The set of a revision as it stands on Ethereum.
[[nodiscard]] const PrecompileSet& ethereum_precompiles(Revision revision);

[[nodiscard]] inline const Precompile* find_precompile(const Address& address, Revision revision) {
  return ethereum_precompiles(revision).find(address);
}

} // namespace zvm::runtime

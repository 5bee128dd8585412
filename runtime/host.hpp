// The host table: how executing code reaches state. All tiers go through these function pointers, so the
// same code runs over our journal or over a foreign host.
//
// Every function takes its dynamic gas from frame.gas (static gas has been charged) and returns
//   Success    done
//   OutOfGas and other failures   the instruction fails with that; final
//   Suspended  a read is pending: nothing has happened, the instruction is to be run again
//   HostError  the host failed
// Addresses arrive as words whose upper 12 bytes are to be ignored.
#pragma once

#include <cstdint>
#include <span>

#include "base/guest.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::runtime {

struct Frame;

inline constexpr U256 kNoWord{};

/// What a message is made of. Words are good for the call; those that its kind has not are zero.
struct CallArguments {
  CallKind kind;
  const U256& gas = kNoWord; ///< as asked for; saturates
  const U256& address = kNoWord;
  const U256& value = kNoWord;
  const U256& salt = kNoWord;
  ByteView input{}; ///< in the caller's memory, checked and paid for; for creates the init code
};

struct HostTable {
  Status (*sload)(Frame&, const U256& key, U256& value);
  Status (*sstore)(Frame&, const U256& key, const U256& value);
  Status (*tload)(Frame&, const U256& key, U256& value);
  Status (*tstore)(Frame&, const U256& key, const U256& value);
  Status (*balance)(Frame&, const U256& address, U256& wei);
  Status (*self_balance)(Frame&, U256& wei);
  Status (*code_size)(Frame&, const U256& address, U256& bytes);
  Status (*code_hash)(Frame&, const U256& address, U256& hash);
  /// Copies to `target`, zero-padded past the end of the code.
  Status (*code_copy)(Frame&, const U256& address, uint8_t* target, const U256& offset,
                      uint64_t size);
  Status (*block_hash)(Frame&, const U256& number, U256& hash);
  Status (*blob_hash)(Frame&, const U256& index, U256& hash);
  Status (*log)(Frame&, const uint8_t* data, uint64_t size, std::span<const U256> topics);
  Status (*self_destruct)(Frame&, const U256& beneficiary);
  /// Checks, charges, and fills *frame.next, or says in frame.refused why there is none to run.
  Status (*prepare_call)(Frame&, const CallArguments&);
  /// Queues the hash by `algorithm` (DeferredAlgorithm) of `size` bytes; InvalidOpcode where there is none such.
  Status (*defer_hash)(Frame&, const U256& algorithm, const uint8_t* data, uint64_t size,
                       U256& handle);
  /// A chain's own operation. `operands` top of stack first; InvalidOpcode where the number is unknown.
  Status (*ext)(Frame&, uint32_t number, std::span<const U256> operands, U256& result);
};

} // namespace zvm::runtime

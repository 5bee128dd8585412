// Payloads of the engine's API (engine_newPayload) in place of the bytes of blocks, as fixtures of
// EEST have them for clients that are driven by a consensus client.
#pragma once

#include <vector>

#include "cli/fixtures/json_view.hpp"
#include "runtime/block/block.hpp"

namespace zvm::cli {

struct Payload {
  /// Of the block that it stands for.
  std::vector<uint8_t> bytes;
  /// Whether the block has the hash that the payload gives, and its transactions the blob hashes of
  /// the second parameter.
  bool is_consistent = false;
};

/// The parameters of the call: payload; from version 3 on blob hashes and the root of the beacon
/// block; from 4 on requests. Fields that are missing are missing in the block.
[[nodiscard]] Payload read_payload(const JsonView& params);

/// A header by the names that blockchain tests have for its fields (genesisBlockHeader).
[[nodiscard]] runtime::BlockHeader read_header(const JsonView&);

} // namespace zvm::cli

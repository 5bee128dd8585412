// DaoContext: the collective decision that an execution stands under, where there is one. The embedder says
// it, contracts can ask for it (dao_context of the ABI of modules); results depend on it only so far.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace zvm::runtime {

struct DaoContext {
  static constexpr uint64_t kNoProposal = UINT64_MAX;

  bool present = false;
  uint8_t level = 0;
  uint64_t proposal_id = kNoProposal;
  unsigned __int128 voting_power = 0;
};

/// Bytes of an encoded context.
inline constexpr size_t kDaoContextSize = 26;

/// present (0 or 1), level, proposal_id and voting_power, one behind the other, big-endian. An absent one is
/// all zero.
[[nodiscard]] std::array<uint8_t, kDaoContextSize> encode(const DaoContext& context);

} // namespace zvm::runtime

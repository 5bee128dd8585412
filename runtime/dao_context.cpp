#include "runtime/dao_context.hpp"

#include <cstring>

#include "base/types.hpp"

namespace zvm::runtime {

std::array<uint8_t, kDaoContextSize> encode(const DaoContext& context) {
  std::array<uint8_t, kDaoContextSize> out{};
  if (!context.present)
    return out;
  out[0] = 1;
  out[1] = context.level;
  const uint64_t words[] = {to_big_endian(context.proposal_id),
                            to_big_endian(static_cast<uint64_t>(context.voting_power >> 64)),
                            to_big_endian(static_cast<uint64_t>(context.voting_power))};
  static_assert(2 + sizeof words == kDaoContextSize);
  std::memcpy(out.data() + 2, words, sizeof words);
  return out;
}

} // namespace zvm::runtime

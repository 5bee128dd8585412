#include "runtime/dao_context.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "base/types.hpp"

namespace zvm::runtime {
namespace {

std::string text(const DaoContext& context) { return to_hex(ByteView{encode(context)}); }

TEST(DaoContext, FieldsStandBehindEachOtherBigEndian) {
  DaoContext context;
  context.present = true;
  context.level = 0xab;
  context.proposal_id = 0x0102030405060708;
  context.voting_power =
      static_cast<unsigned __int128>(0x1112131415161718) << 64 | 0x2122232425262728;
  EXPECT_EQ(text(context), "0x01ab010203040506070811121314151617182122232425262728");
}

TEST(DaoContext, NoProposalIsAllOnes) {
  DaoContext context;
  context.present = true;
  EXPECT_EQ(text(context), "0x0100ffffffffffffffff00000000000000000000000000000000");
}

TEST(DaoContext, AnAbsentOneIsZero) {
  DaoContext context;
  context.level = 3;
  context.voting_power = 7;
  EXPECT_EQ(text(context), "0x" + std::string(52, '0'));
}

} // namespace
} // namespace zvm::runtime

#include "runtime/resource/records.hpp"

#include "base/hex.hpp"
#include "tests/unit/runtime/resource/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;

class RecordsTest : public ResourceTest {
 protected:
  std::string stored(ByteView key) {
    const std::optional<Bytes> value = read_kv(store_, kResourceAccount, key);
    return value ? to_hex(*value) : "none";
  }
  static Bytes capability_key(const Bytes32& id, uint8_t number) {
    Bytes key = bytes_of(id.bytes);
    key.insert(key.end(), {0, 0, 0, number});
    return key;
  }
};

TEST_F(RecordsTest, Account) {
  EXPECT_EQ(to_hex(ByteView{kResourceAccount.bytes}), "0x0000000000000000000000000000000000525601");
}

/// What stands in the state, byte for byte.
TEST_F(RecordsTest, Bytes) {
  const Bytes32 id = create({0xd1, 0xd2}), other = create({});
  delegate(id, 0, 31, kBob, 0x1234);
  run_as(kBob);
  delegate(id, 1, 3, kCarol);
  run_as(kAlice);
  EXPECT_EQ(update(other, 0, {}), ResourceCode::Ok);
  const Bytes32 successor = made_;
  commit();
  EXPECT_EQ(stored(id.bytes), "0x01"
                              "00000000000000000000000000000000000000a1"
                              "00000007"
                              "d1d2");
  EXPECT_EQ(stored(other.bytes), "0x04" + to_hex(ByteView{successor.bytes}).substr(2));
  EXPECT_EQ(stored(capability_key(id, 0)), "0x00000002");
  EXPECT_EQ(stored(capability_key(id, 1)), "0x"
                                           "00000000000000000000000000000000000000b0"
                                           "1f"
                                           "00000000"
                                           "0000000000001234");
  EXPECT_EQ(stored(capability_key(id, 2)), "0x"
                                           "00000000000000000000000000000000000000ca"
                                           "03"
                                           "00000001"
                                           "0000000000001234");
  EXPECT_EQ(stored(kAlice.bytes), "0x0000000000000003");
  EXPECT_EQ(set(id, RegisterStatus::Locked), ResourceCode::Ok);
  EXPECT_EQ(consume(successor), ResourceCode::Ok);
  EXPECT_EQ(revoke(id, 2), ResourceCode::Ok);
  commit();
  EXPECT_EQ(stored(id.bytes).substr(0, 4), "0x02");
  EXPECT_EQ(stored(successor.bytes), "0x04");
  EXPECT_EQ(stored(capability_key(id, 2)), "none");
}

} // namespace
} // namespace zvm::runtime

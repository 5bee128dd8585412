#include <gtest/gtest.h>

#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::call;
using testing::Called;
using testing::from_hex;
using testing::from_text;
using testing::zeros;

TEST(HashPrecompiles, Outputs) {
  EXPECT_EQ(call(2, from_text("abc")).output,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(call(3, from_text("abc")).output,
            zeros(12) + "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
  EXPECT_EQ(call(4, "").output, "");
  EXPECT_EQ(call(4, "00ff17").output, "00ff17");
}

/// The vectors of EIP-152: the state and message of BLAKE2b-512("abc").
const std::string kState = "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
                           "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b";
const std::string kMessage = "616263" + zeros(125);
const std::string kOffset = "03" + zeros(15);
const std::string kDigest = "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923";

TEST(Blake2F, VectorsOfEip152) {
  const std::string tail = kState + kMessage + kOffset;
  EXPECT_EQ(call(9, "0000000c" + tail + "01").output, kDigest);
  EXPECT_EQ(call(9, "00000000" + tail + "01").output,
            "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
            "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b");
  EXPECT_EQ(call(9, "0000000c" + tail + "00").output,
            "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
            "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735");
  EXPECT_EQ(call(9, "00000001" + tail + "01").output,
            "b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
            "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421");
}

TEST(Blake2F, RefusesMalformedInput) {
  const std::string tail = kState + kMessage + kOffset;
  EXPECT_EQ(call(9, "").status, Status::PrecompileFailure);
  EXPECT_EQ(call(9, "0000000c" + tail).status, Status::PrecompileFailure);
  EXPECT_EQ(call(9, "0000000c" + tail + "0100").status, Status::PrecompileFailure);
  EXPECT_EQ(call(9, "0000000c" + tail + "02").status, Status::PrecompileFailure);
}

TEST(Blake2F, IsCancelledBetweenRounds) {
  const std::vector<uint8_t> input = from_hex("ffffffff" + kState + kMessage + kOffset + "01");
  int polls = 0;
  const auto third = [](void* count) {
    return ++*static_cast<int*>(count) == 3 ? Status::Cancelled : Status::Success;
  };
  const Called called = call(9, input, Revision::Istanbul, PollHook{third, &polls});
  EXPECT_EQ(called.status, Status::Cancelled);
  EXPECT_EQ(called.output, "");
  EXPECT_EQ(polls, 3);
}

} // namespace
} // namespace zvm::runtime

// Ends of messages, gas, debugging.
#include "runtime/tracer.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kData = 0x500, kString = 0x704;

TEST(AbiControl, FinishAndRevert) {
  for (const bool reverts : {false, true}) {
    World world;
    const Called called = world.call(reverts ? "revert" : "finish", {kData, 40});
    EXPECT_EQ(called.status, Status::Suspended);
    EXPECT_EQ(called.leaving, reverts ? Leaving::Revert : Leaving::Finish);
    EXPECT_EQ(world.frame.output_offset, kData);
    EXPECT_EQ(world.frame.output_size, 40u);
    EXPECT_TRUE(called.output.empty());
  }
}

TEST(AbiControl, UseGas) {
  World world;
  EXPECT_EQ(world.call("use_gas", {0}).gas, 2);
  EXPECT_EQ(world.call("use_gas", {12345}).gas, 12347);
  for (const uint64_t gas : {uint64_t{World::kGas}, uint64_t{1} << 63, UINT64_MAX})
    EXPECT_EQ(world.call("use_gas", {gas}).status, Status::OutOfGas);
}

/// An AssemblyScript string at kString.
void put_string(World& world, std::u16string_view text, uint32_t more_bytes = 0) {
  const uint32_t size = static_cast<uint32_t>(2 * text.size()) + more_bytes;
  std::vector<uint8_t> bytes;
  for (unsigned i = 0; i < 4; ++i)
    bytes.push_back(static_cast<uint8_t>(size >> (8 * i)));
  for (const char16_t unit : text) {
    bytes.push_back(static_cast<uint8_t>(unit & 0xff));
    bytes.push_back(static_cast<uint8_t>(unit >> 8));
  }
  world.put(kString - 4, bytes);
}

Called abort_with(World& world, std::u16string_view text, uint32_t more_bytes = 0) {
  put_string(world, text, more_bytes);
  // Name of the file, line and column are not looked at.
  return world.call("abort", {kString, 0xffffffff, 1, 2});
}

TEST(AbiControl, AbortRevertsWithItsMessageInUtf8) {
  const struct {
    std::u16string_view text;
    std::string_view utf8;
  } rows[] = {
      {u"", ""},
      {u"no", "no"},
      {u"\u007f\u0080\u07ff\u0800\uffff", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"},
      {u"\U00010000\U0010ffff", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
  };
  for (const auto& row : rows) {
    World world;
    world.frame.output_size = 5;
    const Called called = abort_with(world, row.text);
    EXPECT_EQ(called.status, Status::Suspended);
    EXPECT_EQ(called.leaving, Leaving::Revert);
    EXPECT_EQ(std::string(called.output.begin(), called.output.end()), row.utf8);
    EXPECT_EQ(world.frame.output_size, 0u);
  }
}

TEST(AbiControl, AbortWithBrokenText) {
  constexpr char16_t kHigh = 0xd800, kLow = 0xdc00;
  const struct {
    std::u16string text;
    uint32_t more_bytes;
    std::string_view utf8;
  } rows[] = {
      {{kHigh}, 0, "\xef\xbf\xbd"},
      {{kLow, u'a'},
       0,
       "\xef\xbf\xbd"
       "a"},
      {{kHigh, kHigh, kLow}, 0, "\xef\xbf\xbd\xf0\x90\x80\x80"},
      {{kLow, kHigh}, 0, "\xef\xbf\xbd\xef\xbf\xbd"},
      {{u'a'}, 1, "a"},
  };
  for (const auto& row : rows) {
    World world;
    const Called called = abort_with(world, row.text, row.more_bytes);
    EXPECT_EQ(std::string(called.output.begin(), called.output.end()), row.utf8);
  }
}

TEST(AbiControl, AbortWithoutMessage) {
  World world;
  const Called called = world.call("abort", {0, 0, 0, 0});
  EXPECT_EQ(called.leaving, Leaving::Revert);
  EXPECT_TRUE(called.output.empty());
  EXPECT_EQ(world.frame.output_size, 0u);
  for (const uint64_t pointer : {1, 2, 3})
    EXPECT_EQ(world.call("abort", {pointer, 0, 0, 0}).status, Status::MemoryViolation);
  // The size stands in memory, the string does not.
  constexpr uint8_t kSize[] = {0, 0, 1, 0};
  world.put(kString - 4, kSize);
  EXPECT_EQ(world.call("abort", {kString, 0, 0, 0}).status, Status::MemoryViolation);
}

struct Listener final : runtime::Tracer {
  void step(const runtime::Frame&, int64_t) override {}
  void enter(const runtime::Message&) override {}
  void exit(const runtime::Message&, const runtime::MessageEnd&) override {}
  void debug(const runtime::Message& message, ByteView text) override {
    EXPECT_EQ(message.recipient, World::self());
    heard.emplace_back(text.begin(), text.end());
  }
  std::vector<std::string> heard;
};

TEST(AbiControl, DebugLogIsHeardByTheTracer) {
  constexpr uint8_t kText[] = {'h', 'i', 0, 0xff};
  int64_t gas[2] = {};
  Listener listener;
  for (const bool listens : {false, true}) {
    World world;
    world.put(kData, kText);
    if (listens)
      world.x.tracer = &listener;
    const Called called = world.call("debug_log", {kData, 4});
    EXPECT_EQ(called.status, Status::Success);
    gas[listens] = called.gas;
    EXPECT_EQ(world.call("debug_log", {World::kMemory - 1, 2}).status, Status::MemoryViolation);
    world.frame.gas = 2;
    EXPECT_EQ(world.call("debug_log", {kData, 4}).status, Status::OutOfGas);
  }
  EXPECT_EQ(gas[0], gas[1]);
  EXPECT_EQ(listener.heard, std::vector<std::string>{std::string("hi\0\xff", 4)});
}

TEST(AbiControl, DebugLogChangesNothing) {
  World world;
  const std::vector<uint8_t> memory = world.memory();
  const runtime::Journal::Checkpoint before = world.x.journal.checkpoint();
  EXPECT_EQ(world.call("debug_log", {kData, 100}).status, Status::Success);
  EXPECT_EQ(world.memory(), memory);
  EXPECT_EQ(world.x.journal.checkpoint(), before);
}

} // namespace
} // namespace zvm::engine::wasm

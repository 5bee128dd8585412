#include <array>

#include "tests/unit/runtime/libcalls/fixture.hpp"

namespace zvm::runtime {
namespace {

/// Answers of the host, and what it was asked.
struct Asked {
  Status answer = Status::Success;
  CallKind kind{};
  U256 gas_word, address, value, salt;
  ByteView input;
  int64_t gas = 0; ///< it takes so much
  uint64_t pc = 0; ///< of the frame, then
};
Asked t_asked;

class MessageCalls : public testing::LibcallTest {
 protected:
  MessageCalls() {
    t_asked = {};
    t_asked.gas = 100;
    host_.prepare_call = [](Frame& frame, const CallArguments& call) {
      t_asked.kind = call.kind;
      t_asked.gas_word = call.gas;
      t_asked.address = call.address;
      t_asked.value = call.value;
      t_asked.salt = call.salt;
      t_asked.input = call.input;
      t_asked.pc = frame.pc;
      frame.gas -= t_asked.gas;
      return t_asked.answer;
    };
    frame_.host = &host_;
  }

  /// Calls with the operands 11, 12, 13 and so on, top of the stack first.
  Status call(CallKind kind) {
    constexpr unsigned kItems = 10;
    for (unsigned i = 0; i < kItems; ++i)
      frame_.stack[i] = U256{10 + kItems - i};
    return libcall::message_call(frame_, static_cast<uint64_t>(kind), frame_.stack + kItems, 77);
  }

  HostTable host_{};
};

TEST_F(MessageCalls, TakeTheirOperandsInTheOrderOfTheStack) {
  const Asked& asked = t_asked;
  const auto input = [&] {
    return std::array{static_cast<uint64_t>(asked.input.data() - frame_.memory),
                      uint64_t{asked.input.size()}};
  };
  for (const CallKind kind : {CallKind::Call, CallKind::CallCode}) {
    EXPECT_EQ(call(kind), Status::Success);
    EXPECT_EQ(asked.kind, kind);
    EXPECT_EQ(asked.gas_word, U256{11});
    EXPECT_EQ(asked.address, U256{12});
    EXPECT_EQ(asked.value, U256{13});
    EXPECT_EQ(input(), (std::array<uint64_t, 2>{14, 15}));
    EXPECT_EQ(frame_.output_offset, 16u);
    EXPECT_EQ(frame_.output_size, 17u);
    EXPECT_EQ(frame_.top, frame_.stack + 3);
  }
  for (const CallKind kind : {CallKind::DelegateCall, CallKind::StaticCall}) {
    EXPECT_EQ(call(kind), Status::Success);
    EXPECT_EQ(asked.address, U256{12});
    EXPECT_TRUE(asked.value.is_zero());
    EXPECT_EQ(input(), (std::array<uint64_t, 2>{13, 14}));
    EXPECT_EQ(frame_.output_offset, 15u);
    EXPECT_EQ(frame_.output_size, 16u);
    EXPECT_EQ(frame_.top, frame_.stack + 4);
  }
  EXPECT_EQ(call(CallKind::Create), Status::Success);
  EXPECT_EQ(asked.value, U256{11});
  EXPECT_EQ(input(), (std::array<uint64_t, 2>{12, 13}));
  EXPECT_TRUE(asked.salt.is_zero());
  EXPECT_EQ(call(CallKind::Create2), Status::Success);
  EXPECT_EQ(asked.salt, U256{14});
  EXPECT_EQ(frame_.top, frame_.stack + 6);
}

TEST_F(MessageCalls, LeaveTheFrameReadyForTheDriver) {
  EXPECT_EQ(call(CallKind::Call), Status::Success);
  EXPECT_EQ(t_asked.pc, 77u); // the host sees where the frame will go on
  EXPECT_EQ(frame_.pc, 77u);
  EXPECT_EQ(frame_.exit, Exit::Call);
  EXPECT_EQ(used(), 100);
}

TEST_F(MessageCalls, AreNoneWhereTheHostRefuses) {
  for (const Status answer : {Status::Suspended, Status::StaticViolation}) {
    t_asked.answer = answer;
    EXPECT_EQ(call(CallKind::Call), answer);
    EXPECT_EQ(frame_.exit, Exit::Done);
  }
}

TEST_F(MessageCalls, EndWithOutputOrWithoutGas) {
  const auto end = [&](Status status, uint64_t address, uint64_t size) {
    frame_.gas = kGas;
    libcall::end_message(frame_, status, address, size);
    EXPECT_EQ(frame_.status, status);
    EXPECT_EQ(frame_.exit, Exit::Done);
    return std::array{static_cast<uint64_t>(frame_.gas), frame_.output_offset, frame_.output_size};
  };
  constexpr uint64_t kLeft = kGas;
  EXPECT_EQ(end(Status::Success, 5, 6), (std::array<uint64_t, 3>{kLeft, 5, 6}));
  EXPECT_EQ(end(Status::Revert, 5, 6), (std::array<uint64_t, 3>{kLeft, 5, 6}));
  EXPECT_EQ(end(Status::Success, UINT64_MAX, 0), (std::array<uint64_t, 3>{kLeft, 0, 0}));
  EXPECT_EQ(end(Status::OutOfGas, 5, 6), (std::array<uint64_t, 3>{0, 0, 0}));
  EXPECT_EQ(end(Status::HostError, 5, 6), (std::array<uint64_t, 3>{kLeft, 0, 0}));
}

} // namespace
} // namespace zvm::runtime

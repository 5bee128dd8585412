#include "runtime/call/held_codes.hpp"

#include <gtest/gtest.h>

#include <map>

#include "runtime/execution.hpp"

namespace zvm::runtime {
namespace {

/// Gives each hash an object of its own, and counts.
class CountingExecutor final : public Executor {
 public:
  Status acquire(Execution&, const Bytes32& hash, ByteView, CodeObject*& code) override {
    ++acquired;
    if (fails)
      return Status::HostError;
    CodeObject& object = objects_[hash];
    object.hash = hash;
    ++users[&object];
    code = &object;
    return Status::Success;
  }
  Status acquire_init(Execution&, const Message&, CodeObject*&) override {
    return Status::HostError;
  }
  void release(CodeObject* code) override { --users[code]; }
  const gas::Schedule& schedule_of(ByteView) const override { return schedule_; }
  Status prepare_deployment(const Frame&, ByteView, Buffer&, ByteView&) override {
    return Status::HostError;
  }
  Exit run(Frame&) override { return Exit::Done; }
  void close(Frame&) override {}

  [[nodiscard]] int64_t in_use() const {
    int64_t sum = 0;
    for (const auto& [code, count] : users) {
      EXPECT_GE(count, 0);
      sum += count;
    }
    return sum;
  }

  int acquired = 0;
  bool fails = false;
  std::map<const CodeObject*, int64_t> users;

 private:
  gas::Schedule schedule_;
  std::map<Bytes32, CodeObject> objects_;
};

Bytes32 hash_of(uint8_t first, uint8_t last) {
  Bytes32 hash;
  hash.bytes[0] = first;
  hash.bytes[31] = last;
  return hash;
}

TEST(HeldCodes, CodeIsAcquiredOnceAndReleasedAtTheEnd) {
  CountingExecutor executor;
  Execution execution;
  {
    HeldCodes held{executor};
    CodeObject *first = nullptr, *again = nullptr;
    ASSERT_EQ(held.acquire(execution, hash_of(1, 1), {}, first), Status::Success);
    ASSERT_EQ(held.acquire(execution, hash_of(1, 1), {}, again), Status::Success);
    EXPECT_EQ(first, again);
    held.release(again);
    held.release(first);
    EXPECT_EQ(executor.in_use(), 1);
    ASSERT_EQ(held.acquire(execution, hash_of(1, 1), {}, again), Status::Success);
    EXPECT_EQ(executor.acquired, 1);
    held.release(again);
  }
  EXPECT_EQ(executor.in_use(), 0);
}

/// Whatever shares a place with another, and in whatever order frames end.
TEST(HeldCodes, CodesInOnePlaceAreCountedByFrame) {
  CountingExecutor executor;
  Execution execution;
  {
    HeldCodes held{executor};
    CodeObject* codes[6];
    for (const uint8_t round : {0, 1}) {
      for (uint8_t i = 0; i < 6; ++i) {
        ASSERT_EQ(held.acquire(execution, hash_of(3, i % 3), {}, codes[i]), Status::Success);
        EXPECT_EQ(codes[i]->hash, hash_of(3, i % 3));
      }
      EXPECT_EQ(executor.in_use(), 1 + 4) << int{round};
      for (uint8_t i = 6; i-- > 0;)
        held.release(codes[i]);
      EXPECT_EQ(executor.in_use(), 1);
    }
  }
  EXPECT_EQ(executor.in_use(), 0);
}

TEST(HeldCodes, InitCodeIsNobodysPlace) {
  CountingExecutor executor;
  Execution execution;
  CodeObject init; // its hash is zero
  executor.users[&init] = 1;
  {
    HeldCodes held{executor};
    CodeObject* code = nullptr;
    ASSERT_EQ(held.acquire(execution, hash_of(0, 1), {}, code), Status::Success);
    held.release(&init);
    EXPECT_EQ(executor.users[&init], 0);
    held.release(code);
  }
  EXPECT_EQ(executor.in_use(), 0);
}

TEST(HeldCodes, AFailureHoldsNothing) {
  CountingExecutor executor;
  Execution execution;
  executor.fails = true;
  {
    HeldCodes held{executor};
    CodeObject* code = nullptr;
    EXPECT_EQ(held.acquire(execution, hash_of(1, 1), {}, code), Status::HostError);
  }
  EXPECT_EQ(executor.in_use(), 0);
}

} // namespace
} // namespace zvm::runtime

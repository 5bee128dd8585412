// What a fault in a guarded area does, and what every other fault does. Where a test sets handlers
// of its own it runs in a process of its own, in which nothing is guarded yet.
#include "runtime/module/fault.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include <array>
#include <cstring>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "runtime/module/guarded.hpp"

#if ZVM_CAN_GUARD

namespace zvm::runtime {
namespace {

constexpr size_t kSize = 1 << 16;

/// Address space of which the first half can be used.
class Area {
 public:
  explicit Area(bool is_guarded = true) : is_guarded_(is_guarded) {
    void* at = mmap(nullptr, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    base = static_cast<uint8_t*>(at);
    if (at == MAP_FAILED || mprotect(base, kSize / 2, PROT_READ | PROT_WRITE) != 0 ||
        (is_guarded_ && !guard(base, kSize)))
      std::abort();
  }
  ~Area() {
    if (is_guarded_)
      unguard(base);
    munmap(base, kSize);
  }
  Area(const Area&) = delete;
  Area& operator=(const Area&) = delete;

  uint8_t* base;

 private:
  bool is_guarded_;
};

[[nodiscard]] bool loads(const Area& area, uint64_t at) {
  uint64_t value = 0;
  return guarded_load<uint32_t, uint32_t>(area.base, at, value);
}
[[nodiscard]] bool traps(const Area& area) { return !loads(area, kSize - 4); }

void set_handler(void (*handler)(int, siginfo_t*, void*), int flags = 0) {
  struct sigaction action{};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | flags;
  sigaction(SIGSEGV, &action, nullptr);
}
void set_plain_handler(void (*handler)(int)) { // also SIG_DFL and SIG_IGN
  struct sigaction action{};
  action.sa_handler = handler;
  sigaction(SIGSEGV, &action, nullptr);
}

constexpr int kOthers = 42; ///< exit code of somebody else's handler

void others_handler(int, siginfo_t*, void*) { _exit(kOthers); }

/// Behind a check of the body; gtest's own exit codes are 0 and 1.
[[noreturn]] void leave(bool is_right) { _exit(is_right ? 3 : 4); }
const auto kRight = testing::ExitedWithCode(3);

class FaultDeathTest : public testing::Test {
 protected:
  FaultDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

template <typename T, typename V>
void expect_load(const Area& area, uint64_t expected) {
  uint64_t value = ~uint64_t{0};
  ASSERT_TRUE((guarded_load<T, V>(area.base, 8, value)));
  EXPECT_EQ(value, expected);
  EXPECT_TRUE((guarded_load<T, V>(area.base, kSize / 2 - sizeof(T), value)));
  EXPECT_FALSE((guarded_load<T, V>(area.base, kSize / 2 - sizeof(T) + 1, value)));
  EXPECT_FALSE((guarded_load<T, V>(area.base, kSize - sizeof(T), value)));
}

TEST(Fault, LoadsGiveTheirValueOrLand) {
  const Area area;
  const uint64_t number = 0x8182'8384'8586'8788;
  std::memcpy(area.base + 8, &number, 8);
  expect_load<uint8_t, uint8_t>(area, 0x88);
  expect_load<int8_t, uint32_t>(area, 0xffff'ff88);
  expect_load<int8_t, uint64_t>(area, 0xffff'ffff'ffff'ff88);
  expect_load<uint16_t, uint16_t>(area, 0x8788);
  expect_load<int16_t, uint32_t>(area, 0xffff'8788);
  expect_load<int16_t, uint64_t>(area, 0xffff'ffff'ffff'8788);
  expect_load<uint32_t, uint32_t>(area, 0x8586'8788);
  expect_load<int32_t, uint64_t>(area, 0xffff'ffff'8586'8788);
  expect_load<uint64_t, uint64_t>(area, number);
}

template <unsigned kBytes, typename Store>
void expect_store(const Area& area, Store&& store) {
  uint8_t* const end = area.base + kSize / 2;
  std::memset(end - 32, 0xee, 32);
  ASSERT_TRUE(store(kSize / 2 - kBytes));
  EXPECT_EQ(std::memcmp(end - kBytes, "abcdefghijklmnop", kBytes), 0);
  EXPECT_EQ(end[-static_cast<int>(kBytes) - 1], 0xee);
  EXPECT_FALSE(store(kSize - kBytes));
  if (kBytes == 1)
    return;
  // Nothing is written of what does not fit.
  std::memset(end - 32, 0xee, 32);
  EXPECT_FALSE(store(kSize / 2 - kBytes + 1));
  EXPECT_EQ(end[-1], 0xee);
}

TEST(Fault, StoresWriteAllOrLand) {
  const Area area;
  uint64_t number = 0;
  std::memcpy(&number, "abcdefgh", 8);
  expect_store<1>(area, [&](uint64_t at) { return guarded_store<1>(area.base, at, number); });
  expect_store<2>(area, [&](uint64_t at) { return guarded_store<2>(area.base, at, number); });
  expect_store<4>(area, [&](uint64_t at) { return guarded_store<4>(area.base, at, number); });
  expect_store<8>(area, [&](uint64_t at) { return guarded_store<8>(area.base, at, number); });
  using Lanes = float __attribute__((vector_size(16)));
  Lanes lanes;
  std::memcpy(&lanes, "abcdefghijklmnop", 16);
  const auto store = [&]<unsigned kBytes>(uint64_t at) {
    return guarded_store_lanes<kBytes>(area.base, at, lanes);
  };
  expect_store<4>(area, [&](uint64_t at) { return store.operator()<4>(at); });
  expect_store<8>(area, [&](uint64_t at) { return store.operator()<8>(at); });
  expect_store<16>(area, [&](uint64_t at) { return store.operator()<16>(at); });
  Lanes read{};
  ASSERT_TRUE(guarded_store_lanes<16>(area.base, 0, lanes));
  ASSERT_TRUE(guarded_load_lanes<8>(area.base, 0, read));
  EXPECT_EQ(std::memcmp(&read, "abcdefgh\0\0\0\0\0\0\0\0", 16), 0);
  EXPECT_FALSE(guarded_load_lanes<16>(area.base, kSize / 2 - 8, read));
}

TEST(Fault, ThreadsFaultAtOnce) {
  std::vector<std::thread> threads;
  std::array<bool, 4> right{};
  for (bool& is_right : right) {
    threads.emplace_back([&is_right] {
      bool all = true;
      for (int i = 0; i < 200; ++i) {
        const Area area;
        all = all && traps(area) && loads(area, 0);
      }
      is_right = all;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const bool is_right : right)
    EXPECT_TRUE(is_right);
}

TEST(Fault, TheChildOfAForkHasTheSame) {
  const Area area;
  ASSERT_TRUE(traps(area));
  const pid_t child = fork();
  if (child == 0) {
    const Area more;
    leave(traps(area) && traps(more) && loads(area, 0));
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(kRight(status)) << status;
}

TEST(Fault, OnlySoManyAreasAreGuarded) {
  std::vector<uint8_t> places(kMostAreas + 1);
  unsigned count = 0;
  while (count < places.size() && guard(&places[count], 1))
    ++count;
  EXPECT_GE(count, kMostAreas - 64); // others may be in use
  EXPECT_LE(count, kMostAreas);
  for (unsigned i = 0; i < count; ++i)
    unguard(&places[i]);
  EXPECT_TRUE(traps(Area{}));
}

// --- faults that are somebody else's ---

TEST_F(FaultDeathTest, OutsideOfGuardedAreasGoesToTheHandlerBefore) {
  const auto body = [] {
    set_handler(others_handler);
    const Area area, foreign{false};
    if (!traps(area))
      leave(false);
    (void)traps(foreign);
  };
  EXPECT_EXIT(body(), testing::ExitedWithCode(kOthers), "");
}

TEST_F(FaultDeathTest, OfOtherCodeGoesToTheHandlerBefore) {
  const auto body = [] {
    set_handler(others_handler);
    const Area area;
    if (!traps(area))
      leave(false);
    static_cast<volatile uint8_t*>(area.base)[kSize - 1] = 1; // inside, but not noted
  };
  EXPECT_EXIT(body(), testing::ExitedWithCode(kOthers), "");
}

TEST_F(FaultDeathTest, GoesToAPlainHandlerToo) {
  const auto body = [] {
    set_plain_handler([](int) { _exit(kOthers); });
    const Area area, foreign{false};
    if (!traps(area))
      leave(false);
    (void)traps(foreign);
  };
  EXPECT_EXIT(body(), testing::ExitedWithCode(kOthers), "");
}

TEST_F(FaultDeathTest, EndsTheProcessWhereNobodyHandledIt) {
  const auto body = [](void (*before)(int)) {
    set_plain_handler(before);
    const Area area, foreign{false};
    if (!traps(area))
      leave(false);
    (void)traps(foreign);
  };
  EXPECT_EXIT(body(SIG_DFL), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(body(SIG_IGN), testing::KilledBySignal(SIGSEGV), ""); // as the system does
}

TEST_F(FaultDeathTest, ASignalThatWasSentIsNoFault) {
  const auto body = [](void (*before)(int)) {
    set_plain_handler(before);
    const Area area;
    if (!traps(area))
      leave(false);
    raise(SIGSEGV);
    leave(before == SIG_IGN && traps(area));
  };
  EXPECT_EXIT(body(SIG_DFL), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(body(SIG_IGN), kRight, "");
}

TEST_F(FaultDeathTest, AHandlerForOneTimeIsCalledOnce) {
  const auto body = [] {
    static int s_calls = 0;
    set_handler([](int, siginfo_t*, void*) { ++s_calls > 1 ? leave(false) : void(); },
                static_cast<int>(SA_RESETHAND));
    const Area area, foreign{false};
    if (!traps(area))
      leave(false);
    (void)traps(foreign); // again and again, as nobody mends it
  };
  EXPECT_EXIT(body(), testing::KilledBySignal(SIGSEGV), "");
}

struct sigaction s_before;
int s_seen = 0;

TEST_F(FaultDeathTest, AHandlerSetLaterMayPassItOn) {
  const auto body = [] {
    const Area area;
    if (!traps(area))
      leave(false);
    // As other runtimes do it: what is not theirs goes to who was there before.
    sigaction(SIGSEGV, nullptr, &s_before);
    set_handler([](int signal, siginfo_t* info, void* context) {
      ++s_seen;
      s_before.sa_sigaction(signal, info, context);
    });
    leave(traps(area) && s_seen == 1 && loads(area, 0) && s_seen == 1);
  };
  EXPECT_EXIT(body(), kRight, "");
}

alignas(16) uint8_t s_alternate[1 << 17];
bool is_on_alternate() {
  const auto* at = static_cast<const uint8_t*>(__builtin_frame_address(0));
  return at >= s_alternate && at < std::end(s_alternate);
}

TEST_F(FaultDeathTest, RunsOnTheAlternateStack) {
  const auto body = [] {
    // Somebody before us sees the stack we run on.
    set_handler([](int, siginfo_t*, void*) { leave(is_on_alternate()); });
    const stack_t stack{.ss_sp = s_alternate, .ss_flags = 0, .ss_size = sizeof s_alternate};
    sigaltstack(&stack, nullptr);
    const Area area, foreign{false};
    for (int i = 0; i < 3; ++i) {
      if (!traps(area))
        leave(false);
    }
    (void)traps(foreign);
  };
  EXPECT_EXIT(body(), kRight, "");
}

} // namespace
} // namespace zvm::runtime

#endif

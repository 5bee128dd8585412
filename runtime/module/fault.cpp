#include "runtime/module/fault.hpp"

#if ZVM_CAN_GUARD

#include <csignal>

#include <atomic>

#include "runtime/module/guarded.hpp"

// Made by the linker: the rows of all guarded accesses of this program or library. Weak, as there
// may be none.
extern "C" {
[[gnu::weak, gnu::visibility("hidden")]] extern const zvm::runtime::GuardedRow
    __start_zvm_guarded[]; // NOLINT(bugprone-reserved-identifier)
[[gnu::weak, gnu::visibility("hidden")]] extern const zvm::runtime::GuardedRow
    __stop_zvm_guarded[]; // NOLINT(bugprone-reserved-identifier)
}

namespace zvm::runtime {
namespace {

using Address = uintptr_t;

/// A free one begins at 0. Written without a lock, so that the handler may read it at any time, in
/// any thread and in the child of a fork; an area that code runs in does not change.
struct GuardedArea {
  std::atomic<Address> begin{0};
  std::atomic<Address> end{0};
};
GuardedArea s_areas[kMostAreas];
std::atomic<unsigned> s_areas_used{0}; ///< behind them all are free

constexpr Address kClaimed = 1; ///< begin of one that is being written

bool is_guarded(Address address) {
  const unsigned used = s_areas_used.load(std::memory_order_acquire);
  for (unsigned i = 0; i < used; ++i) {
    const Address begin = s_areas[i].begin.load(std::memory_order_acquire);
    if (begin > kClaimed && begin <= address &&
        address < s_areas[i].end.load(std::memory_order_relaxed))
      return true;
  }
  return false;
}

/// Pages of code made at run time, and how many parts of it each holds. A page that has been noted
/// keeps its place, so that the handler may look at any time.
struct CodePage {
  std::atomic<Address> page{0}; ///< its number; 0: none yet
  std::atomic<uint32_t> parts{0};
};
constexpr unsigned kPageShift = 12;
constexpr size_t kMostPages = size_t{1} << 16; // 256 MiB of code
CodePage s_pages[kMostPages];
std::atomic<Address> s_code_landing{0};

/// The page's place, or a free one; null where there is none.
CodePage* find_page(Address page) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15;
  constexpr size_t kMostProbes = 256;
  size_t at = (page * kFactor) >> 48;
  static_assert(kMostPages == size_t{1} << 16);
  for (size_t i = 0; i < kMostProbes; ++i, at = (at + 1) % kMostPages) {
    const Address there = s_pages[at].page.load(std::memory_order_acquire);
    if (there == page || there == 0)
      return &s_pages[at];
  }
  return nullptr;
}

bool add_part(Address page) {
  for (;;) {
    CodePage* place = find_page(page);
    if (place == nullptr)
      return false;
    Address none = 0;
    if (place->page.compare_exchange_strong(none, page) || none == page) {
      place->parts.fetch_add(1, std::memory_order_release);
      return true;
    }
  }
}

void remove_part(Address page) { find_page(page)->parts.fetch_sub(1, std::memory_order_release); }

bool is_code(Address address) {
  const CodePage* place = find_page(address >> kPageShift);
  return place != nullptr && place->page.load(std::memory_order_acquire) != 0 &&
         place->parts.load(std::memory_order_acquire) != 0;
}

/// 0: none.
Address landing_of(Address access) {
  if (is_code(access))
    return s_code_landing.load(std::memory_order_acquire);
  for (const GuardedRow* row = __start_zvm_guarded; row != __stop_zvm_guarded; ++row) {
    if (reinterpret_cast<Address>(&row->access) + static_cast<Address>(row->access) == access)
      return reinterpret_cast<Address>(&row->landing) + static_cast<Address>(row->landing);
  }
  return 0;
}

struct sigaction s_previous;
std::atomic<bool> s_previous_is_spent{false}; ///< SA_RESETHAND: it is called once

void pass_on(int signal, siginfo_t* info, void* context) {
  const bool is_spent =
      (s_previous.sa_flags & SA_RESETHAND) != 0 && s_previous_is_spent.exchange(true);
  const bool is_fault = info->si_code > 0;
  const auto plain = s_previous.sa_handler;
  if ((s_previous.sa_flags & SA_SIGINFO) == 0 && plain == SIG_IGN && !is_fault)
    return;
  if (is_spent ||
      ((s_previous.sa_flags & SA_SIGINFO) == 0 && (plain == SIG_DFL || plain == SIG_IGN))) {
    // The end of the process, as if nobody had handled it: the fault happens again behind the
    // return.
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, nullptr);
    if (!is_fault)
      raise(signal);
    return;
  }
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, &s_previous.sa_mask, &mask);
  if ((s_previous.sa_flags & SA_NODEFER) != 0) {
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, signal);
    pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
  }
  if ((s_previous.sa_flags & SA_SIGINFO) != 0)
    s_previous.sa_sigaction(signal, info, context);
  else
    plain(signal);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

void on_fault(int signal, siginfo_t* info, void* context) {
  if (info->si_code == SEGV_ACCERR && is_guarded(reinterpret_cast<Address>(info->si_addr))) {
    greg_t& counter = program_counter(context);
    if (const Address landing = landing_of(static_cast<Address>(counter)); landing != 0) {
      counter = static_cast<greg_t>(landing);
      return;
    }
  }
  pass_on(signal, info, context);
}

bool install() {
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  // Known before the first fault can come.
  return sigaction(SIGSEGV, nullptr, &s_previous) == 0 && sigaction(SIGSEGV, &action, nullptr) == 0;
}

} // namespace

bool guard(const void* area, uint64_t size) {
  static const bool s_installed = install();
  if (!s_installed)
    return false;
  const auto begin = reinterpret_cast<Address>(area);
  for (unsigned i = 0; i < kMostAreas; ++i) {
    Address free = 0;
    if (!s_areas[i].begin.compare_exchange_strong(free, kClaimed, std::memory_order_acquire))
      continue;
    s_areas[i].end.store(begin + size, std::memory_order_relaxed);
    s_areas[i].begin.store(begin, std::memory_order_release);
    unsigned used = s_areas_used.load(std::memory_order_relaxed);
    while (used <= i &&
           !s_areas_used.compare_exchange_weak(used, i + 1, std::memory_order_release)) {
    }
    return true;
  }
  return false;
}

void unguard(const void* area) {
  for (GuardedArea& guarded : s_areas) {
    if (guarded.begin.load(std::memory_order_relaxed) == reinterpret_cast<Address>(area)) {
      guarded.begin.store(0, std::memory_order_release);
      return;
    }
  }
}

bool guard_code(const void* code, uint64_t size, const void* landing) {
  s_code_landing.store(reinterpret_cast<Address>(landing), std::memory_order_release);
  const auto begin = reinterpret_cast<Address>(code);
  const Address first = begin >> kPageShift, last = (begin + size - 1) >> kPageShift;
  for (Address page = first; page <= last; ++page) {
    if (add_part(page))
      continue;
    while (page-- != first)
      remove_part(page);
    return false;
  }
  return true;
}

void unguard_code(const void* code, uint64_t size) {
  const auto begin = reinterpret_cast<Address>(code);
  for (Address page = begin >> kPageShift; page <= (begin + size - 1) >> kPageShift; ++page)
    remove_part(page);
}

} // namespace zvm::runtime

#else

namespace zvm::runtime {

bool guard(const void*, uint64_t) { return false; }
void unguard(const void*) {}
bool guard_code(const void*, uint64_t, const void*) { return false; }
void unguard_code(const void*, uint64_t) {}

} // namespace zvm::runtime

#endif

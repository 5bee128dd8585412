#include "cli/interrupt.hpp"

#include <pthread.h>

#include <csignal>
#include <system_error>

namespace zvm::cli {
namespace {

/// Wakes the waiting thread when there is nothing more to wait for.
constexpr int kWake = SIGUSR1;

/// What is ignored stays so: shells start what runs in the background that way.
sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kWake);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action{};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN)
      sigaddset(&set, signal);
  }
  return set;
}

void set_blocked(bool is_blocked) {
  const sigset_t set = interrupts();
  pthread_sigmask(is_blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, nullptr);
}

} // namespace

Interrupt::Interrupt() {
  set_blocked(true);
  try {
    waiter_ = std::thread{[this] { wait(); }};
  } catch (const std::system_error&) {
    set_blocked(false); // without a thread to wait for it, a signal ends the program as ever
  }
}

Interrupt::~Interrupt() {
  if (!waiter_.joinable())
    return;
  is_over_ = true;
  pthread_kill(waiter_.native_handle(), kWake);
  waiter_.join();
  set_blocked(false);
}

void Interrupt::wait() {
  const sigset_t set = interrupts();
  int signal = 0;
  while (sigwait(&set, &signal) == 0 && !is_over_) {
    if (source_.stop_requested()) {
      set_blocked(false);
      (void)std::raise(signal);
    }
    source_.request_stop();
  }
}

} // namespace zvm::cli

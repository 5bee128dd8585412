// Ctrl-C as a request to stop, for verbs that have something to print when they are stopped.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace zvm::cli {

inline constexpr int kInterrupted = 130; ///< 128 + SIGINT, as shells have it

/// While it lives, the first SIGINT or SIGTERM requests a stop; the second ends the program. Made
/// before other threads, which then leave the signals to it.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void wait();

  std::stop_source source_;
  std::atomic<bool> is_over_{false};
  std::thread waiter_;
};

} // namespace zvm::cli

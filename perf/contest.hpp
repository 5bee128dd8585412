// Things measured against each other: each runs as often as fills a round, rounds alternate,
// medians of CPU time count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <functional>
#include <vector>

namespace zvm::perf {

/// Of this thread.
inline double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t n = values.size();
  return n % 2 != 0 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// Something that is run again and again.
class Contestant {
 public:
  explicit Contestant(std::function<void()> once) : once_(std::move(once)) {}

  void calibrate(double seconds) {
    while (time(count_) < seconds / 2)
      count_ *= 2;
  }
  void round() { rounds_.push_back(time(count_) / static_cast<double>(count_)); }
  /// Seconds of one run.
  [[nodiscard]] double result() const { return median(rounds_); }

 private:
  double time(uint64_t count) {
    const double begin = cpu_seconds();
    for (uint64_t i = 0; i < count; ++i)
      once_();
    return cpu_seconds() - begin;
  }

  std::function<void()> once_;
  uint64_t count_ = 1;
  std::vector<double> rounds_;
};

template <typename Contestants>
void run_rounds(Contestants& contestants, double round_seconds, unsigned rounds) {
  for (Contestant& contestant : contestants)
    contestant.calibrate(round_seconds);
  for (unsigned i = 0; i < rounds; ++i) {
    for (Contestant& contestant : contestants)
      contestant.round();
  }
}

} // namespace zvm::perf

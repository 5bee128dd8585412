#include "perf/wasm_peer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "perf/contest.hpp"

namespace zvm::perf {
namespace {

/// Instances of a kernel, one an engine, each run once.
std::vector<WasmRun> instantiate(const std::vector<WasmEngine>& engines, const WasmKernel& kernel,
                                 bool& agree) {
  std::vector<WasmRun> runs;
  std::vector<int64_t> results;
  for (const WasmEngine& engine : engines) {
    runs.push_back(engine.load(kernel.bytes));
    results.push_back(runs.back()(kernel.n));
  }
  agree = std::ranges::count(results, results[0]) == std::ssize(results);
  if (!agree) {
    std::printf("%s: results differ\n", kernel.name.c_str());
    for (size_t i = 0; i < engines.size(); ++i)
      std::printf("  %s: %lld\n", engines[i].name.c_str(), static_cast<long long>(results[i]));
  }
  return runs;
}

std::vector<double> measure(const PeerOptions& options, const std::vector<WasmRun>& runs,
                            int32_t n) {
  std::vector<Contestant> contestants;
  contestants.reserve(runs.size());
  for (const WasmRun& run : runs)
    contestants.emplace_back([&run, n] { run(n); });
  run_rounds(contestants, options.round_ms / 1000, options.rounds);
  std::vector<double> seconds;
  seconds.reserve(runs.size());
  for (const Contestant& contestant : contestants)
    seconds.push_back(contestant.result());
  return seconds;
}

/// Times of a table's rows: how often the first engine's goes into another's.
class Ratios {
 public:
  explicit Ratios(size_t engines) : logs_(engines + 1) {}

  /// Of the best of the others.
  double add(const std::vector<double>& seconds) {
    double best = std::numeric_limits<double>::infinity();
    for (size_t i = 1; i < seconds.size(); ++i) {
      best = std::min(best, seconds[i]);
      logs_[i] += std::log(seconds[i] / seconds[0]);
    }
    logs_.back() += std::log(best / seconds[0]);
    ++rows_;
    return best / seconds[0];
  }
  [[nodiscard]] double mean(size_t engine) const { return std::exp(logs_[engine] / rows_); }
  [[nodiscard]] double mean_of_best() const { return std::exp(logs_.back() / rows_); }
  [[nodiscard]] bool has_mean() const { return rows_ > 1; }

 private:
  std::vector<double> logs_;
  double rows_ = 0;
};

} // namespace

bool run_wasm_side_by_side(const PeerOptions& options, const std::vector<WasmEngine>& engines,
                           const std::vector<WasmKernel>& kernels) {
  if (engines.size() < 2 || kernels.empty()) {
    std::printf("wasm side by side: left out: ZVM_WASM_PEERS or ZVM_WASM names nothing to run\n");
    return true;
  }
  std::printf("CPU ms of run(n), median of %u rounds; the ratio is of the best of the others to %s."
              "\n\n%-10s %8s",
              options.rounds, engines[0].name.c_str(), "wasm", "n");
  for (const WasmEngine& engine : engines)
    std::printf(" %17s", engine.name.c_str());
  std::printf(" %8s\n", "ratio");

  bool good = true;
  Ratios ratios{engines.size()};
  for (const WasmKernel& kernel : kernels) {
    if (kernel.name.find(options.filter) == std::string::npos)
      continue;
    bool agree = false;
    const std::vector<WasmRun> runs = instantiate(engines, kernel, agree);
    good &= agree;
    if (!agree)
      continue;
    const std::vector<double> seconds = measure(options, runs, kernel.n);
    std::printf("%-10s %8d", kernel.name.c_str(), kernel.n);
    for (const double s : seconds)
      std::printf(" %17.3f", s * 1e3);
    std::printf(" %7.2fx\n", ratios.add(seconds));
    std::fflush(stdout);
  }
  if (ratios.has_mean()) {
    std::printf("%-10s %8s %17s", "mean ratio", "", "");
    for (size_t i = 1; i < engines.size(); ++i)
      std::printf(" %16.2fx", ratios.mean(i));
    std::printf(" %7.2fx\n\n", ratios.mean_of_best());
  }
  return good;
}

} // namespace zvm::perf

#include "perf/peer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "perf/contest.hpp"
#include "perf/runner.hpp"
#include "tests/support/evmc_host.hpp"

namespace zvm::perf {
namespace {

namespace evmc = test::evmc;

/// The foreign EVM running cases.
class Peer {
 public:
  explicit Peer(evmc::Vm& vm) : host_(vm, kRevision) {}

  void prepare(const Case& c) {
    host_.block = c.block;
    host_.tx = c.tx;
  }
  void run(const Case& c, int64_t gas) {
    runtime::Message message = c.message;
    message.gas = gas;
    failed_ |= host_.execute(*c.state, message, result_) != Status::Success;
  }
  [[nodiscard]] Outcome outcome() const {
    return {result_.status,
            result_.gas_left,
            result_.gas_refund,
            {result_.output, result_.output + result_.output_size}};
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  evmc::Host host_;
  evmc::Result result_;
  bool failed_ = false;
};

struct Row {
  double peer, interp, step; ///< seconds
};

class SideBySide {
 public:
  SideBySide(const PeerOptions& options, evmc::Vm& vm)
      : options_(options), peer_(vm), interp_(engine::Tier::Interp), step_(engine::Tier::Step),
        empty_(make_case("empty", {0x00})) {}

  bool run(const Suite& suite) {
    if (!suite.absent.empty()) {
      std::printf("%s: left out: %s\n", suite.name.c_str(), suite.absent.c_str());
      return true;
    }
    bool good = true;
    std::vector<Row> rows;
    for (const Case& c : suite.cases) {
      if (c.name.find(options_.filter) == std::string::npos)
        continue;
      if (rows.empty())
        std::printf("%-34s %13s %11s %11s %11s %9s %9s\n", suite.name.c_str(), "gas", "peer us",
                    "interp us", "step us", "interp", "step");
      Row row{};
      if (!agree(c)) {
        good = false;
        continue;
      }
      row = measure(c);
      rows.push_back(row);
      std::printf("%-34s %13lld %11.3f %11.3f %11.3f %8.2fx %8.2fx\n", c.name.c_str(),
                  static_cast<long long>(interp_.gas_used(c)), row.peer * 1e6, row.interp * 1e6,
                  row.step * 1e6, row.peer / row.interp, row.peer / row.step);
      std::fflush(stdout);
    }
    if (rows.size() > 1)
      std::printf("%-34s %13s %11s %11s %11s %8.2fx %8.2fx\n\n", "geometric mean", "", "", "", "",
                  geomean(rows, &Row::interp), geomean(rows, &Row::step));
    return good;
  }

 private:
  static double geomean(const std::vector<Row>& rows, double Row::* ours) {
    double logs = 0;
    for (const Row& row : rows)
      logs += std::log(row.peer / row.*ours);
    return std::exp(logs / static_cast<double>(rows.size()));
  }

  bool agree(const Case& c) {
    interp_.prepare(c);
    step_.prepare(c);
    peer_.prepare(c);
    peer_.run(c, c.message.gas);
    const Outcome theirs = peer_.outcome();
    for (Runner* ours : {&interp_, &step_}) {
      if (ours->outcome() == theirs && !peer_.failed())
        continue;
      std::printf("%s: %s\n  %s: %s\n  peer: %s\n", c.name.c_str(), "results differ",
                  ours == &interp_ ? "interp" : "step", to_text(ours->outcome()).c_str(),
                  to_text(theirs).c_str());
      return false;
    }
    return true;
  }

  /// What the peer spends on looking through the code before it executes, which ours has done once:
  /// a run without gas ends at the first instruction, and the same run of code without instructions
  /// is not that.
  Row measure(const Case& c) {
    Contestant contestants[] = {
        Contestant{[&] { interp_.run(c); }},       Contestant{[&] { peer_.run(c, c.message.gas); }},
        Contestant{[&] { step_.run(c); }},         Contestant{[&] { peer_.run(c, 0); }},
        Contestant{[&] { peer_.run(empty_, 0); }},
    };
    run_rounds(contestants, options_.round_ms / 1000, options_.rounds);
    const double analysis = contestants[3].result() - contestants[4].result();
    return {contestants[1].result() - std::max(0.0, analysis), contestants[0].result(),
            contestants[2].result()};
  }

  const PeerOptions& options_;
  Peer peer_;
  Runner interp_, step_;
  Case empty_;
};

} // namespace

bool run_side_by_side(const PeerOptions& options, const std::vector<Suite>& suites) {
  std::string error;
  const auto vm = evmc::Vm::load(options.library, error);
  if (vm == nullptr) {
    std::printf("side by side: left out: %s\n", error.c_str());
    return false;
  }
  std::printf("Side by side with %s: CPU time of a message, median of %u rounds; its analysis of "
              "the code is "
              "taken off.\n\n",
              vm->name().c_str(), options.rounds);
  SideBySide run{options, *vm};
  bool good = true;
  for (const Suite& suite : suites)
    good &= run.run(suite);
  return good;
}

} // namespace zvm::perf

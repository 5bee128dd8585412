#include "perf/peer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ranges>

#include "perf/contest.hpp"
#include "perf/runner.hpp"
#include "tests/support/evmc_host.hpp"

namespace zvm::perf {
namespace {

namespace evmc = test::evmc;

/// A foreign EVM running cases.
class Peer {
 public:
  Peer(std::unique_ptr<evmc::Vm> vm, std::string name)
      : vm_(std::move(vm)), name_(std::move(name)), host_(*vm_, kRevision) {}

  void prepare(const Case& c) {
    host_.block = c.block;
    host_.tx = c.tx;
    run(c, c.message.gas);
  }
  void run(const Case& c, int64_t gas) {
    runtime::Message message = c.message;
    message.gas = gas;
    failed_ |= host_.execute(*c.state, message, result_) != Status::Success;
  }
  /// Of the last run.
  [[nodiscard]] Outcome outcome() const {
    return {result_.status,
            result_.gas_left,
            result_.gas_refund,
            {result_.output, result_.output + result_.output_size}};
  }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::unique_ptr<evmc::Vm> vm_;
  std::string name_;
  evmc::Host host_;
  evmc::Result result_;
  bool failed_ = false;
};

/// Of PATH,OPTION=VALUE,...; null, with a sentence in `error`, where it cannot be had.
std::unique_ptr<Peer> load_peer(const std::string& given, size_t number, std::string& error) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(given, ','))
    parts.emplace_back(part.begin(), part.end());
  std::unique_ptr<evmc::Vm> vm = evmc::Vm::load(parts[0], error);
  if (vm == nullptr)
    return nullptr;
  for (const std::string& option : parts | std::views::drop(1)) {
    const size_t equals = std::min(option.find('='), option.size());
    const std::string name = option.substr(0, equals);
    const std::string value = equals < option.size() ? option.substr(equals + 1) : "";
    if (!vm->set_option(name.c_str(), value.c_str())) {
      error = parts[0] + " does not take the option " + option;
      return nullptr;
    }
  }
  std::string name = std::to_string(number) + ": " + vm->name();
  return std::make_unique<Peer>(std::move(vm), std::move(name));
}

/// Ours, in the order of the columns.
constexpr engine::Tier kTiers[] = {engine::Tier::Step, engine::Tier::Interp, engine::Tier::Asmjit};
constexpr size_t kOurs = std::size(kTiers);

/// Seconds of a message.
struct Row {
  double ours[kOurs];
  std::vector<double> peers;
};

class SideBySide {
 public:
  explicit SideBySide(const PeerOptions& options)
      : options_(options), empty_(make_case("empty", {0x00})) {
    for (const engine::Tier tier : kTiers)
      ours_.emplace_back(tier);
  }

  [[nodiscard]] bool load(std::string& error) {
    for (const auto part : std::views::split(options_.libraries, ':')) {
      const std::string given{part.begin(), part.end()};
      if (given.empty())
        continue;
      peers_.push_back(load_peer(given, peers_.size() + 1, error));
      if (peers_.back() == nullptr)
        return false;
      std::printf("%s is %s\n", peers_.back()->name().c_str(), given.c_str());
    }
    return true;
  }

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
        print_head(suite);
      if (!agree(c)) {
        good = false;
        continue;
      }
      rows.push_back(measure(c));
      print_row(c, rows.back());
    }
    if (rows.size() > 1)
      print_means(rows);
    return good;
  }

 private:
  bool agree(const Case& c) {
    for (Runner& r : ours_)
      r.prepare(c);
    for (const auto& peer : peers_)
      peer->prepare(c);
    const Outcome expected = ours_[0].outcome();
    const auto check = [&](const std::string& name, const Outcome& got) {
      if (got == expected)
        return true;
      std::printf("%s: results differ\n  %s: %s\n  %s: %s\n", c.name.c_str(),
                  std::string{engine::name(kTiers[0])}.c_str(), to_text(expected).c_str(),
                  name.c_str(), to_text(got).c_str());
      return false;
    };
    bool good = true;
    for (size_t i = 1; i < kOurs; ++i)
      good &= check(std::string{engine::name(kTiers[i])}, ours_[i].outcome());
    for (const auto& peer : peers_)
      good &= check(peer->name(), peer->outcome()) && !peer->failed();
    return good;
  }

  /// What a peer spends on looking through the code before it executes, which ours has done once,
  /// is taken off: a run without gas ends at the first instruction, and the same run of code
  /// without instructions is not that.
  Row measure(const Case& c) {
    std::vector<Contestant> contestants;
    for (Runner& r : ours_)
      contestants.emplace_back([&] { r.run(c); });
    for (const auto& peer : peers_) {
      contestants.emplace_back([&] { peer->run(c, c.message.gas); });
      contestants.emplace_back([&] { peer->run(c, 0); });
      contestants.emplace_back([&] { peer->run(empty_, 0); });
    }
    run_rounds(contestants, options_.round_ms / 1000, options_.rounds);
    Row row{};
    for (size_t i = 0; i < kOurs; ++i)
      row.ours[i] = contestants[i].result();
    for (size_t i = kOurs; i < contestants.size(); i += 3) {
      const double analysis = contestants[i + 1].result() - contestants[i + 2].result();
      row.peers.push_back(contestants[i].result() - std::max(0.0, analysis));
    }
    return row;
  }

  static void print_head(const Suite& suite) {
    std::printf("%-34s %13s %11s", suite.name.c_str(), "gas", "us");
    for (const engine::Tier tier : kTiers)
      std::printf(" %11s", std::string{engine::name(tier)}.c_str());
    std::printf("\n");
  }

  void print_row(const Case& c, const Row& row) {
    std::printf("%-34s %13lld %11s", c.name.c_str(), static_cast<long long>(ours_[0].gas_used(c)),
                "");
    for (const double seconds : row.ours)
      std::printf(" %11.3f", seconds * 1e6);
    std::printf("\n");
    for (size_t p = 0; p < peers_.size(); ++p) {
      std::printf("  %-32s %13s %11.3f", peers_[p]->name().c_str(), "", row.peers[p] * 1e6);
      for (const double seconds : row.ours)
        std::printf(" %10.2fx", row.peers[p] / seconds);
      std::printf("\n");
    }
    std::fflush(stdout);
  }

  void print_means(const std::vector<Row>& rows) const {
    std::printf("geometric mean\n");
    for (size_t p = 0; p < peers_.size(); ++p) {
      std::printf("  %-32s %13s %11s", peers_[p]->name().c_str(), "", "");
      for (size_t i = 0; i < kOurs; ++i) {
        double logs = 0;
        for (const Row& row : rows)
          logs += std::log(row.peers[p] / row.ours[i]);
        std::printf(" %10.2fx", std::exp(logs / static_cast<double>(rows.size())));
      }
      std::printf("\n");
    }
    std::printf("\n");
  }

  const PeerOptions& options_;
  std::vector<Runner> ours_;
  std::vector<std::unique_ptr<Peer>> peers_;
  Case empty_;
};

} // namespace

bool run_side_by_side(const PeerOptions& options, const std::vector<Suite>& suites) {
  SideBySide run{options};
  std::string error;
  if (!run.load(error)) {
    std::printf("side by side: left out: %s\n", error.c_str());
    return false;
  }
  std::printf(
      "CPU time of a message, median of %u rounds, and how often ours goes into it; a peer's "
      "analysis of the code is taken off.\n\n",
      options.rounds);
  bool good = true;
  for (const Suite& suite : suites)
    good &= run.run(suite);
  return good;
}

} // namespace zvm::perf

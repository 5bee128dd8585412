#include "tests/fuzz/oracles/gas_sweep.hpp"

#include <algorithm>

#include "runtime/tracer.hpp"
#include "tests/fuzz/oracles/case_text.hpp"

namespace zvm::fuzz {
namespace {

/// Gas that does for nearly all programs; those that go on for ever end there.
constexpr int64_t kPlenty = 1'000'000;
/// Up to here every limit is tried, beyond it that many, but no more than use so much gas together.
constexpr int64_t kEach = 4000;
constexpr int64_t kWork = 50'000'000;
/// Code that is warm stays lowered: now and then it begins cold, and what it burns until then is
/// another share of a run or of several.
constexpr size_t kBetweenColdRuns = 16;
/// No slot but one and a part of another; some; more than anybody needs.
constexpr int64_t kReservoirs[] = {0, 150'000, 1 << 24};

/// What the outermost frame has used, before each instruction and behind each message.
class Charges final : public runtime::Tracer {
 public:
  std::vector<int64_t> used;

  void step(const runtime::Frame& frame, int64_t gas) override {
    if (frame.message.depth == 0)
      note(gas);
  }
  void enter(const runtime::Message&) override {}
  void exit(const runtime::Message& message, const runtime::MessageEnd& end) override {
    if (message.depth == 0)
      note(end.gas_left);
  }

 private:
  void note(int64_t gas_left) {
    if (used.empty() || used.back() != kPlenty - gas_left)
      used.push_back(kPlenty - gas_left);
  }
};

} // namespace

std::vector<int64_t> GasSweep::limits(const Scenario& scenario) {
  Charges charges;
  step_.set_tracer(&charges);
  const Outcome& whole = step_.run(scenario, kPlenty, store_);
  step_.set_tracer(nullptr);
  // A failure takes all gas: what it needed was no more than what was used before it and a little.
  int64_t most = 0;
  for (const int64_t used : charges.used) {
    if (used < kPlenty || kind(whole.status) != StatusKind::Failure)
      most = std::max(most, used);
  }
  ++most;
  std::vector<int64_t> out;
  const int64_t count = std::clamp<int64_t>(kWork / most, 1, kEach);
  const int64_t stride = most <= kEach ? 1 : most / count;
  for (int64_t gas = 0; gas <= most; gas += stride)
    out.push_back(gas);
  if (stride > 1) {
    const size_t each_nth = charges.used.size() / static_cast<size_t>(count) + 1;
    for (size_t i = 0; i < charges.used.size(); i += each_nth) {
      for (const int64_t beside : {-1, 0, 1})
        out.push_back(std::clamp<int64_t>(charges.used[i] + beside, 0, kPlenty));
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

bool GasSweep::agrees_at(Scenario& scenario, int64_t gas, int64_t promote) {
  const Outcome& expected = step_.run(scenario, gas, store_);
  const auto differs = [&](Runner& runner, const char* tier, int64_t promote_gas) {
    ++runs_;
    scenario.promote_gas = promote_gas;
    const Outcome& actual = runner.run(scenario, gas, store_);
    if (expected == actual)
      return false;
    report_ = case_text(scenario, gas, expected);
    for (const std::string& line : differences(expected, actual))
      report_ += "; " + line + "\n";
    report_ += "; step: " + describe(expected) + "\n; " + tier + ": " + describe(actual) + "\n";
    return true;
  };
  ++runs_;
  return !differs(interp_, "interp", 0) && !differs(asmjit_, "asmjit", 0) &&
         !differs(auto_, "auto", promote);
}

bool GasSweep::agrees(Scenario scenario) {
  scenario.gas_share = 0;
  scenario.trouble = Trouble::None;
  scenario.is_recorded = true;
  if (scenario.kind == Scenario::Kind::Transaction)
    scenario.kind = Scenario::Kind::Message;
  fill_store(scenario, store_);
  for (const Revision revision : {Revision::Osaka, Revision::Amsterdam}) {
    scenario.revision = revision;
    for (const int64_t reservoir : kReservoirs) {
      if (reservoir != 0 && revision < Revision::Amsterdam)
        break;
      scenario.reservoir = reservoir;
      const std::vector<int64_t> all = limits(scenario);
      for (size_t i = 0; i < all.size(); ++i) {
        if (i % kBetweenColdRuns == 0)
          auto_.forget_code();
        const int64_t promote = all.back() * static_cast<int64_t>(i % 7) / 2;
        if (!agrees_at(scenario, all[i], promote))
          return false;
      }
    }
  }
  return true;
}

} // namespace zvm::fuzz

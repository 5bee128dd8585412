#include "tests/fuzz/oracles/differential.hpp"

#include <cstdlib>
#include <iostream>

#include "engine/shadow.hpp"
#include "tests/fuzz/oracles/case_text.hpp"
#include "tests/fuzz/oracles/plant.hpp"
#include "tests/fuzz/oracles/reduce.hpp"

namespace zvm::fuzz {
namespace {

/// Whether both may be right: when a deadline or a cancellation is noticed is nobody's promise.
bool may_differ(const Scenario& s, const Outcome& a, const Outcome& b) {
  const Status stop = s.trouble == Trouble::Deadline    ? Status::DeadlineExceeded
                      : s.trouble == Trouble::Cancelled ? Status::Cancelled
                                                        : Status::Success;
  return stop != Status::Success && (a.host == stop || b.host == stop);
}

} // namespace

Differential::Differential() { plant_defect(); }

/// Whether step form was short of the host's memory in a block that whoever prepays blocks has seen
/// to be out of gas: what would be without that limit.
bool Differential::is_sooner(const Scenario& s) {
  if (s.trouble != Trouble::MemoryLimit || expected_->host != Status::HostError)
    return false;
  Scenario free = s;
  free.trouble = Trouble::None;
  const bool is_same = step_.run(free, gas_, store_) == *actual_;
  expected_ = &step_.run(s, gas_, store_);
  return is_same;
}

bool Differential::agrees(const Scenario& s, runtime::Tracer* tracer) {
  fill_store(s, store_);
  gas_ = s.gas;
  if (s.gas_share != 0) {
    step_.set_tracer(nullptr);
    const Outcome& whole = step_.run(s, gas_, store_);
    if (whole.host == Status::Success)
      gas_ = static_cast<int64_t>(static_cast<__int128>(gas_ - whole.gas_left) * s.gas_share >> 16);
  }
  step_.set_tracer(tracer);
  expected_ = &step_.run(s, gas_, store_);
  for (Runner* runner : {&interp_, &asmjit_, &auto_}) {
    actual_ = &runner->run(s, gas_, store_);
    other_ = runner == &interp_ ? "interp" : runner == &asmjit_ ? "asmjit" : "auto";
    if (*expected_ != *actual_ && !may_differ(s, *expected_, *actual_) && !is_sooner(s))
      return false;
  }
  // A precompile that is not there ends both as HostError, each with what it had done.
  if (foreign_ == nullptr || expected_->host != Status::Success || !Foreign::applies(s))
    return true;
  actual_ = &foreign_->run(s, gas_, store_, *expected_);
  other_ = "foreign";
  return *expected_ == *actual_;
}

std::string Differential::report(const Scenario& s) const {
  std::string out = case_text(s, gas_, *expected_);
  if (s.perturbation != 0)
    out += "; perturbation " + std::to_string(s.perturbation) + "\n";
  for (const std::string& line : differences(*expected_, *actual_))
    out += "; " + line + "\n";
  return out + "; step: " + describe(*expected_) + "\n; " + other_ + ": " + describe(*actual_) +
         "\n";
}

std::string Differential::first_difference(const Scenario& s) {
  engine::Shadow shadow;
  fill_store(s, store_);
  step_.set_tracer(&shadow);
  (void)step_.run(s, gas_, store_);
  step_.set_tracer(nullptr);
  if (!shadow.begin())
    return {};
  asmjit_.forget_code();
  (void)asmjit_.run(s, gas_, store_);
  return shadow.difference().empty() ? "" : "; shadow: " + shadow.difference() + "\n";
}

void check_tiers(ByteView data, Vm main) {
  static Differential differential;
  static const bool kShow = std::getenv("ZVM_SHOW") != nullptr;
  const Scenario scenario = make_scenario(data, main);
  const bool agrees = differential.agrees(scenario);
  if (kShow)
    std::cerr << differential.report(scenario);
  if (agrees)
    return;
  const Scenario smaller = reduce(scenario, differential);
  std::cerr << differential.report(smaller) << differential.first_difference(smaller);
  std::abort();
}

} // namespace zvm::fuzz

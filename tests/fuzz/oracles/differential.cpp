#include "tests/fuzz/oracles/differential.hpp"

#include <cstdlib>
#include <iostream>

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
    if (*expected_ != *actual_ && !may_differ(s, *expected_, *actual_))
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
  for (const std::string& line : differences(*expected_, *actual_))
    out += "; " + line + "\n";
  return out + "; step: " + describe(*expected_) + "\n; " + other_ + ": " + describe(*actual_) +
         "\n";
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
  std::cerr << differential.report(smaller);
  std::abort();
}

} // namespace zvm::fuzz

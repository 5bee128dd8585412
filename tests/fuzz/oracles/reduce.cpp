#include "tests/fuzz/oracles/reduce.hpp"

#include <algorithm>

#include "frontend/zvm/container.hpp"

namespace zvm::fuzz {
namespace {

constexpr unsigned kAttempts = 50'000;

/// Where the instructions of a piece of code begin and end, behind the header of a container.
std::vector<size_t> boundaries(const Bytes& code, const Vocabulary& v, size_t begin) {
  std::vector<size_t> out;
  for (size_t at = begin; at < code.size(); at += 1u + v.row(code[at]).immediate)
    out.push_back(at);
  out.push_back(code.size());
  return out;
}

class Reducer {
 public:
  Reducer(Scenario scenario, Differential& differential)
      : best_(std::move(scenario)), differential_(differential) {}

  Scenario run() {
    surroundings();
    for (size_t before = SIZE_MAX; size() < before;) {
      before = size();
      for (size_t i = 0; i < best_.contracts.size(); ++i)
        reduce_code([i](Scenario& s) -> Bytes& { return s.contracts[i].code; });
      if (best_.kind == Scenario::Kind::Create)
        reduce_code([](Scenario& s) -> Bytes& { return s.input; });
      surroundings();
    }
    return std::move(best_);
  }

 private:
  /// Keeps the change where the tiers still differ.
  template <typename Change>
  bool attempt(const Change& change) {
    if (attempts_ == kAttempts)
      return false;
    ++attempts_;
    Scenario candidate = best_;
    change(candidate);
    if (differential_.agrees(candidate))
      return false;
    best_ = std::move(candidate);
    return true;
  }

  [[nodiscard]] size_t size() const {
    size_t sum = best_.input.size();
    for (const Contract& c : best_.contracts)
      sum += c.code.size() + static_cast<size_t>(std::ranges::count_if(
                                 c.code, [](uint8_t b) { return b != 0 && b != 0x5b; }));
    return sum;
  }

  void surroundings() {
    const bool was_cut = best_.gas_share != 0;
    if (was_cut && !differential_.agrees(best_)) {
      const int64_t gas = differential_.gas();
      attempt([&](Scenario& s) { s.gas = gas, s.gas_share = 0; });
    }
    attempt([](Scenario& s) { s.trouble = Trouble::None; });
    attempt([](Scenario& s) { s.perturbation = 0; });
    attempt([](Scenario& s) { s.is_recorded = false; });
    attempt([](Scenario& s) { s.has_extension = false; });
    attempt([](Scenario& s) { s.promote_gas = 0; });
    attempt([](Scenario& s) { s.kind = Scenario::Kind::Message; });
    attempt([](Scenario& s) { s.zvm_1_1 = false; });
    attempt([](Scenario& s) { s.value = {}; });
    attempt([](Scenario& s) { s.is_static = false; });
    attempt([](Scenario& s) { s.revision = Revision::Osaka; });
    attempt([](Scenario& s) {
      s.vms = {s.vms.default_vm == Vm::Evm, s.vms.default_vm == Vm::Zvm, s.vms.default_vm};
    });
    for (const int64_t gas : {1'000'000, 100'000, 10'000})
      attempt([&](Scenario& s) { s.gas = gas, s.gas_share = 0; });
    if (best_.kind != Scenario::Kind::Create)
      attempt([](Scenario& s) { s.input.clear(); });
    while (best_.contracts.size() > 1 && attempt([](Scenario& s) { s.contracts.pop_back(); })) {
    }
    for (size_t i = 0; i < best_.contracts.size(); ++i) {
      attempt([&](Scenario& s) { s.contracts[i].storage.clear(); });
      attempt([&](Scenario& s) { s.contracts[i].balance = {}; });
      attempt([&](Scenario& s) { s.contracts[i].nonce = 1; });
    }
  }

  template <typename Access>
  void reduce_code(const Access& access) {
    Scenario& now = best_;
    const size_t begin =
        frontend::zvm::is_container(access(now)) && access(now).size() >= 16 ? 16 : 0;
    const bool is_evm = begin != 0 ? access(now)[5] == 1 : now.vms.default_vm == Vm::Evm;
    const Vocabulary& v = vocabulary(is_evm ? Vm::Evm : Vm::Zvm);
    if (begin != 0)
      attempt([&](Scenario& s) { access(s).erase(access(s).begin(), access(s).begin() + 16); });
    const auto resize = [&](Bytes& code) {
      for (unsigned i = 0; i < 4 && begin != 0; ++i)
        code[8 + i] = static_cast<uint8_t>((code.size() - begin) >> (8 * i));
    };
    for (size_t cut = access(best_).size(); cut > 0; cut /= 2) {
      while (access(best_).size() >= begin + cut && attempt([&](Scenario& s) {
               access(s).resize(access(s).size() - cut);
               resize(access(s));
             })) {
      }
    }
    // Runs of instructions become JUMPDESTs, or go.
    const auto each_run = [&](const auto& change) {
      for (size_t run = 64; run > 0; run /= 2) {
        for (size_t i = 0;; ++i) {
          const std::vector<size_t> at = boundaries(access(best_), v, begin);
          if (i + run >= at.size())
            break;
          attempt([&](Scenario& s) { change(access(s), at[i], std::min(at[i + run], at.back())); });
        }
      }
    };
    each_run([&](Bytes& code, size_t from, size_t to) {
      const bool is_done = std::all_of(code.begin() + static_cast<long>(from),
                                       code.begin() + static_cast<long>(std::min(to, code.size())),
                                       [&](uint8_t b) { return b == v.JUMPDEST; });
      if (!is_done)
        std::fill(code.begin() + static_cast<long>(from),
                  code.begin() + static_cast<long>(std::min(to, code.size())), v.JUMPDEST);
    });
    each_run([&](Bytes& code, size_t from, size_t to) {
      code.erase(code.begin() + static_cast<long>(from),
                 code.begin() + static_cast<long>(std::min(to, code.size())));
      resize(code);
    });
    each_run([&](Bytes& code, size_t from, size_t to) { // smaller numbers
      to = std::min(to, code.size());
      std::fill(code.begin() + static_cast<long>(std::min(from + 1, to)),
                code.begin() + static_cast<long>(to), uint8_t{0});
    });
  }

  Scenario best_;
  Differential& differential_;
  unsigned attempts_ = 0;
};

} // namespace

Scenario reduce(Scenario scenario, Differential& differential) {
  Scenario reduced = Reducer{std::move(scenario), differential}.run();
  // The differential shows what is returned, not what was tried last.
  (void)differential.agrees(reduced);
  return reduced;
}

} // namespace zvm::fuzz

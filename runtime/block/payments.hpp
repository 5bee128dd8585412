// Payments: wei that a block makes out of nothing, for withdrawals and rewards.
#pragma once

#include "runtime/execution.hpp"

namespace zvm::runtime {

/// Collects payments in the execution's journal and gives them to its store as a whole. Whoever is
/// paid is touched, so that an account which stays empty goes (EIP-161).
class Payments {
 public:
  explicit Payments(Execution& execution);

  [[nodiscard]] Status add(const Address&, const U256& wei);
  [[nodiscard]] Status apply();

 private:
  Execution& execution_;
};

} // namespace zvm::runtime

// The demo's story: transactions in order, each with all that must come of it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/demo/chain.hpp"
#include "cli/demo/names.hpp"

namespace zvm::cli {

/// Everything a transaction does that a chain can see.
struct Expectation {
  int64_t gas = 0;                 ///< used, refunds taken off
  std::string outcome = "Success"; ///< or "Revert: …"
  std::vector<std::string> logs{};
  std::vector<std::string> storage{}; ///< slots changed, with their new values; in any order
};

class Story {
 public:
  /// Of both chapters, or of the second only; then the first happens, too, and what is wrong in it
  /// is shown.
  Story(std::ostream& out, bool only_second)
      : shown_(out), out_(only_second ? nullptr : out.rdbuf()) {}

  /// Tells it. False where anything came out otherwise than expected; what did is printed then.
  [[nodiscard]] bool tell();

 private:
  const Receipt& send(const std::string& title, const Transaction& tx, const Expectation& expected);
  void show(const Receipt& receipt);
  void expect(const std::string& what, const std::string& expected, const std::string& actual);
  void show_ir();
  void tell_of_two();
  void tell_of_coin();
  void name_everything();

  std::ostream& shown_;
  std::ostream out_; ///< shows nothing where it has no buffer
  Chain chain_;
  Names names_;
  Receipt receipt_;
  unsigned step_ = 0;
  unsigned wrong_ = 0;
  Address token_, vault_, coin_, coin_vault_;
};

} // namespace zvm::cli

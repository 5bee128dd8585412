// The transactor that suites run on while what reads them is fuzzed.
#pragma once

#include <memory>

#include "cli/fixtures/transactor.hpp"

namespace zvm::fuzz {

/// Ends what would take long: gas in a test file is any number. An idle one runs nothing: whatever
/// it is given succeeds and changes nothing, so that all that is said of the outcome is read.
class HastyTransactor final : public cli::Transactor {
 public:
  HastyTransactor();

  bool is_idle = false;

  runtime::Execution& prepare(const cli::Fork& fork) override;
  Status execute_transaction(runtime::StateStore& store, const runtime::Transaction& transaction,
                             runtime::TransactionResult& result) override;
  Status execute_block(runtime::StateStore& store, const runtime::BlockRequest& request,
                       const runtime::BlockOptions& options, runtime::BlockResult& result) override;
  Status execute(runtime::StateStore& store, const runtime::Message& message,
                 runtime::MessageResult& result) override;

 private:
  std::shared_ptr<cli::Transactor> transactor_; ///< one for all: there is one thread
};

} // namespace zvm::fuzz

// A host for a foreign EVM, over the journal and the stores of the runtime: what a message run
// there does to the state can then be compared with what ours did, slot by slot, and its cost with
// ours, since both read and write the same structures.
#pragma once

#include "gas/schedule.hpp"
#include "runtime/message.hpp"
#include "runtime/precompiles/precompiles.hpp"
#include "runtime/state/journal.hpp"
#include "tests/support/evmc_client.hpp"

namespace zvm::test::evmc {

/// Messages one after the other, each over the state of its store, as Machine::execute does.
class Host {
 public:
  Host(Vm& vm, Revision revision);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  runtime::BlockContext block;
  runtime::TxContext tx;

  /// The result's output is good until the next message, and is the host's to release. HostError
  /// (and no result) where memory ran out, or a precompile was called that is not there.
  [[nodiscard]] Status execute(runtime::StateStore& store, const runtime::Message& message,
                               Result& result);
  /// The state as the last message left it, with its logs. Its refund counter is not used: the
  /// refund is in the result.
  [[nodiscard]] const runtime::Journal& journal() const { return journal_; }

 private:
  struct Callbacks;
  void check(Status status) {
    if (status != Status::Success)
      failed_ = true;
  }
  [[nodiscard]] runtime::Account& account(const Address& address);
  [[nodiscard]] runtime::Slot& slot(runtime::Account& account, const U256& key);
  [[nodiscard]] bool is_absent(const runtime::Account& account) const;
  [[nodiscard]] Result call(const Message& message);
  [[nodiscard]] Result run(const Message& message);
  [[nodiscard]] Result run_precompile(const runtime::Precompile& precompile,
                                      const Message& message);
  [[nodiscard]] Result deploy(runtime::Account& created, Result result);

  Vm& vm_;
  Revision revision_;
  gas::Schedule schedule_;
  const runtime::PrecompileSet& precompiles_;
  runtime::Journal journal_;
  TxContext context_;
  Result last_;
  runtime::Account nowhere_; ///< stands in where the journal could not give an account
  runtime::Slot no_slot_;
  bool failed_ = false;
};

} // namespace zvm::test::evmc

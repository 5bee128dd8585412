#include <new>
#include <utility>

#include "engine/shared.hpp"
#include "engine/turn.hpp"
#include "runtime/call/driver.hpp"

namespace zvm::engine {

std::unique_ptr<Machine> Machine::create(Engine engine) {
  return std::unique_ptr<Machine>(new (std::nothrow) Machine(std::move(engine)));
}

Status Machine::use(Engine engine) {
  const Turn turn{*this};
  if (!turn)
    return Turn::refuse();
  disconnect();
  engine_ = std::move(engine);
  connect();
  return Status::Success;
}

void Machine::disconnect() { engine_.shared_->disconnect(execution_.native); }

void Machine::connect() {
  Engine::Shared& shared = *engine_.shared_;
  shared.connect(execution_.native);
  execution_.evm = &shared.executor.schedule(Vm::Evm);
  execution_.zvm = &shared.executor.schedule(Vm::Zvm);
  execution_.executor = &shared.executor;
  execution_.host = &shared.host;
  execution_.precompiles = &shared.precompiles;
  execution_.precompile_addresses = shared.precompiles.addresses();
  execution_.promote_at =
      shared.options.tier == Tier::Step ? INT64_MAX : shared.options.promote_gas;
}

void Machine::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  execution_.deadline = 0;
  if (!deadline)
    return;
  const int64_t ns = duration_cast<nanoseconds>(deadline->time_since_epoch()).count();
  execution_.deadline = ns > 0 ? static_cast<uint64_t>(ns) : 1;
}

bool Machine::commit_deferred(runtime::DeferredCommitments& out) {
  const Turn turn{*this};
  if (turn && execution_.journal.deferred().commit(out))
    return true;
  out.entries.clear();
  out.root = {};
  (void)(turn ? out_of_memory() : Turn::refuse());
  return false;
}

Status Machine::execute_transaction(runtime::StateStore& store,
                                    const runtime::Transaction& transaction,
                                    const runtime::TxOptions& options,
                                    runtime::TransactionResult& result) {
  const Turn turn{*this};
  if (!turn) {
    result.clear();
    return result.status = Turn::refuse();
  }
  return Turn::end(run_transaction(execution_, store, transaction, options, result));
}

Status run_transaction(runtime::Execution& x, runtime::StateStore& store,
                       const runtime::Transaction& transaction, const runtime::TxOptions& options,
                       runtime::TransactionResult& result) {
  x.store = &store;
  x.refill();
  const Status status =
      runtime::execute_transaction(x, transaction, options, runtime::run_message, result);
  // The list is the caller's, and may go with the transaction.
  x.tx.blob_hashes = {};
  return status;
}

Status Machine::execute_block(runtime::StateStore& store, const runtime::BlockRequest& request,
                              const runtime::BlockOptions& options, runtime::BlockResult& result) {
  const Turn turn{*this};
  if (!turn) {
    result = {};
    return Turn::refuse();
  }
  execution_.store = &store;
  const Status status =
      runtime::execute_block(execution_, request, options, runtime::run_message, result);
  if (status != Status::Success)
    result = {};
  return Turn::end(status);
}

namespace {

Status run_message(runtime::Execution& x, runtime::StateDiff& changes, runtime::StateStore& store,
                   const runtime::Message& message, bool commit, runtime::MessageResult& result) {
  x.store = &store;
  x.refill();
  x.journal.begin(store, *x.evm, x.precompile_addresses, x.recorder);
  if (x.evm->has(gas::Rule::AccessLists)) {
    const bool warms_coinbase = x.evm->has(gas::Rule::WarmCoinbase);
    for (const Address& address :
         {message.sender, message.recipient, warms_coinbase ? x.block.coinbase : message.sender}) {
      runtime::Account* account = nullptr;
      ZVM_RETURN_UNLESS_SUCCESS(x.journal.locate(address, account));
      ZVM_RETURN_UNLESS_SUCCESS(x.journal.warm(*account));
    }
  }
  const Status status = runtime::run_message(x, message, result);
  if (status != Status::Success || !commit || result.status != Status::Success)
    return status;
  ZVM_RETURN_UNLESS_SUCCESS(x.journal.finish(changes));
  return runtime::apply(store, changes);
}

} // namespace

Status Machine::execute(runtime::StateStore& store, const runtime::Message& message, bool commit,
                        runtime::MessageResult& result) {
  const Turn turn{*this};
  result.clear();
  const Status status =
      turn ? run_message(execution_, changes_, store, message, commit, result) : Turn::refuse();
  if (status != Status::Success) {
    result.clear();
    result.status = status;
  }
  return turn ? Turn::end(status) : status;
}

namespace {

/// A transaction that nobody signed and nobody pays for.
constexpr runtime::TxChecks kNoChecks{.nonce = false,
                                      .balance = false,
                                      .fees = false,
                                      .chain_id = false,
                                      .sender_code = false,
                                      .block_gas = false};

} // namespace

Status Machine::call(runtime::StateStore& store, const CallRequest& request,
                     runtime::TransactionResult& result) {
  runtime::Transaction tx;
  tx.sender = request.sender;
  tx.to = request.to;
  tx.value = request.value;
  tx.data = request.input;
  tx.gas_limit = request.gas;
  return execute_transaction(store, tx, {kNoChecks, request.commit}, result);
}

Status Machine::deploy(runtime::StateStore& store, const DeployRequest& request,
                       runtime::TransactionResult& result) {
  runtime::Transaction tx;
  tx.is_create = true;
  tx.sender = request.sender;
  tx.value = request.value;
  tx.data = request.init_code;
  tx.gas_limit = request.gas;
  return execute_transaction(store, tx, {kNoChecks, request.commit}, result);
}

} // namespace zvm::engine

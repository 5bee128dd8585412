#include "cli/conformance/engine_machine.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>

#include "engine/engine.hpp"

namespace zvm::cli {
namespace {

class Engines {
 public:
  explicit Engines(const engine::EngineOptions& options) : options_(options) {}

  engine::Engine get(Revision revision) {
    const std::lock_guard lock{mutex_};
    std::optional<engine::Engine>& place = engines_.at(static_cast<size_t>(revision));
    if (!place) {
      engine::VmConfig config;
      config.revision = revision;
      config.vms.zvm = config.vms.wasm = false;
      Result<engine::Engine> made = engine::Engine::create(config, options_);
      if (!made)
        throw std::runtime_error(made.error().message());
      place = *std::move(made);
    }
    return *place;
  }

 private:
  engine::EngineOptions options_;
  std::mutex mutex_;
  std::array<std::optional<engine::Engine>, kRevisions> engines_;
};

class EngineMachine final : public Machine {
 public:
  explicit EngineMachine(std::shared_ptr<Engines> engines) : engines_(std::move(engines)) {}

  runtime::Execution& prepare(const Fork& fork) override {
    std::unique_ptr<engine::Machine>& place = machines_.at(static_cast<size_t>(fork.revision));
    if (place == nullptr)
      place = engine::Machine::create(engines_->get(fork.revision));
    if (place == nullptr)
      throw std::runtime_error("out of memory");
    current_ = place.get();
    if (is_cancelled_)
      place->cancel();
    runtime::Execution& execution = place->execution();
    execution.evm = &schedule_of(fork, place->engine());
    return execution;
  }
  Status execute_transaction(runtime::StateStore& store, const runtime::Transaction& transaction,
                             runtime::TransactionResult& result) override {
    return current_.load()->execute_transaction(store, transaction, {}, result);
  }
  Status execute_block(runtime::StateStore& store, const runtime::BlockRequest& request,
                       const runtime::BlockOptions& options,
                       runtime::BlockResult& result) override {
    return current_.load()->execute_block(store, request, options, result);
  }
  Status execute(runtime::StateStore& store, const runtime::Message& message,
                 runtime::MessageResult& result) override {
    return current_.load()->execute(store, message, true, result);
  }
  /// Either this sees the machine that is prepared, or prepare() sees the flag.
  void cancel() override {
    is_cancelled_ = true;
    if (engine::Machine* machine = current_)
      machine->cancel();
  }

 private:
  /// No instruction knows of blob schedules: a file may have any number of them, without an engine
  /// for each.
  const gas::Schedule& schedule_of(const Fork& fork, const engine::Engine& engine) {
    const gas::Schedule& own = engine.schedule(Vm::Evm);
    if (!fork.blobs)
      return own;
    blob_schedule_ = gas::make_evm_schedule(fork.revision, gas::overrides(*fork.blobs));
    return blob_schedule_;
  }

  std::shared_ptr<Engines> engines_;
  gas::Schedule blob_schedule_;
  std::array<std::unique_ptr<engine::Machine>, kRevisions> machines_;
  std::atomic<engine::Machine*> current_{nullptr};
  std::atomic<bool> is_cancelled_{false};
};

} // namespace

MachineFactory engine_machines(const engine::EngineOptions& options) {
  auto engines = std::make_shared<Engines>(options);
  return [engines] { return std::make_unique<EngineMachine>(engines); };
}

} // namespace zvm::cli

// What all handles of one engine share.
#pragma once

#include <mutex>
#include <utility>

#include "engine/engine.hpp"
#include "engine/executor.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/host_journal.hpp"

namespace zvm::engine {

struct Engine::Shared {
  Shared(const VmConfig& c, const EngineOptions& o, Tables tables)
      : config(c), options(o), executor(c, o, std::move(tables)),
        host(runtime::journal_host(runtime::prepare_call)), precompiles(c.revision) {
    for (const PrecompileChange& change : c.precompiles) {
      if (change.precompile) {
        precompiles.put(change.address, *change.precompile);
      } else {
        precompiles.remove(change.address);
      }
    }
  }

  /// Until it is disconnected, what a machine counts is part of what the engine has counted.
  void connect(const runtime::NativeCounts& counts) {
    const std::lock_guard lock{mutex};
    (void)connected.try_push(&counts); // else it is seen in the end
  }
  void disconnect(runtime::NativeCounts& counts) {
    const std::lock_guard lock{mutex};
    for (size_t i = 0; i < connected.size(); ++i) {
      if (connected[i] == &counts) {
        connected[i] = connected.back();
        connected.pop();
        break;
      }
    }
    counts.move_to(executor.counts());
  }
  [[nodiscard]] NativeStats native_stats();

  VmConfig config;
  EngineOptions options;
  EngineExecutor executor;
  runtime::HostTable host;
  runtime::PrecompileSet precompiles;
  std::mutex mutex;
  Vec<const runtime::NativeCounts*> connected;
};

} // namespace zvm::engine

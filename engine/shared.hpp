// What all handles of one engine share.
#pragma once

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

  VmConfig config;
  EngineOptions options;
  EngineExecutor executor;
  runtime::HostTable host;
  runtime::PrecompileSet precompiles;
};

} // namespace zvm::engine

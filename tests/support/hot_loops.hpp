// Loops of functions of modules that are compiled while they run, without an engine that counts.
#pragma once

#include "engine/wasm/module.hpp"

namespace zvm::test {

/// Of a module of tier auto that polls: where it does so at the head of a loop, as word code, that loop
/// is compiled, and gone on with.
inline void compile_loop(const engine::wasm::Module& module, runtime::Activation& activation) {
  engine::Tiers& tiers = module.tiers();
  const void* const loop = activation.loop;
  const std::atomic<bool> is_given_up{false};
  const auto compile = [&](const engine::HotPlace& place) {
    if (tiers.claim()) {
      tiers.compile(place, is_given_up);
      tiers.unclaim();
    }
  };
  if (loop == nullptr || !tiers.can_compile())
    return;
  if (!tiers.is_compiled())
    compile({});
  if (tiers.wants_loop(loop))
    compile({.loop = loop});
  if (const void* code = tiers.code_of_loop(loop))
    activation.loop = code;
}

} // namespace zvm::test

// LoadedCode: a code object with what was derived from its bytes, counted by frames that run it.
#pragma once

#include <atomic>
#include <memory>

#include "backend/interp/code.hpp"
#include "base/types.hpp"
#include "engine/tiers.hpp"
#include "engine/wasm/contract/contract.hpp"
#include "frontend/coverage.hpp"
#include "frontend/guest.hpp"
#include "frontend/known_stacks.hpp"

namespace zvm::engine {

struct LoadedCode final : runtime::CodeObject {
  // Of byte-coded guests.
  const frontend::Guest* guest = nullptr;
  const backend::interp::StepTable* steps = nullptr;
  Tiers tiers; ///< empty if there are too many places
  Vec<uint64_t> destinations;
  // From one lowering to the next.
  frontend::KnownStacks known_stacks;
  frontend::Coverage coverage;
  std::atomic<uint64_t> notes_bytes{0};     ///< of these two
  std::unique_ptr<wasm::Contract> contract; ///< of WASM, with its word code
  Buffer copy;                              ///< the bytes, where it must keep and pad them itself
  std::atomic<uint32_t> users{0};           ///< frames that run it, jobs of it, and the cache
  int64_t compile_at = 0;                   ///< gas in the interpreter that makes it hot
  std::atomic<bool> is_given_up{false};     ///< not worth compiling any more
  // The cache's, under its lock.
  LoadedCode* chain = nullptr; ///< next in the hash chain
  LoadedCode* newer = nullptr;
  LoadedCode* older = nullptr;
  uint64_t accounted = 0; ///< bytes

  [[nodiscard]] Tiers& tiers_of_code() {
    return contract == nullptr ? tiers : contract->module().tiers();
  }
  [[nodiscard]] frontend::Source source() const { return {bytes, size, jump_bitmap, schedule}; }
};

/// What decides, beside the bytes, how they are to be understood.
struct CodeKind {
  const frontend::Guest* guest = nullptr;
  const gas::Schedule* schedule = nullptr;
  const backend::interp::StepTable* steps = nullptr;
  bool strict = false; ///< only explicit jump destinations
  Tier tier = Tier::Auto;
  int64_t compile_gas = 0; ///< for each KB that is begun
  runtime::NativeCounts* counts = nullptr;
  backend::Watch watch{}; ///< of machine code
};

/// Null where memory ran out. The bytes are copied and padded; no reference to them is kept.
[[nodiscard]] LoadedCode* load_code(const CodeKind& kind, ByteView bytes);
[[nodiscard]] LoadedCode* load_code(const gas::Schedule& schedule,
                                    std::unique_ptr<wasm::Contract> contract, int64_t compile_gas);

} // namespace zvm::engine

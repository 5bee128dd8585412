// Lowering ahead of the first execution: traces from the entry, and from wherever they lead.
#include <algorithm>

#include "base/host_failure.hpp"
#include "engine/shared.hpp"
#include "frontend/trace.hpp"
#include "runtime/hash/batch.hpp"

namespace zvm::engine {
namespace {

/// Places in the code still to be visited, each once.
class Worklist {
 public:
  [[nodiscard]] bool prepare(uint64_t code_size) { return seen_.try_resize(code_size / 64 + 1); }
  [[nodiscard]] bool add(uint64_t pc) {
    if (pc / 64 >= seen_.size())
      return true;
    const uint64_t bit = uint64_t{1} << (pc % 64);
    if ((seen_[pc / 64] & bit) != 0)
      return true;
    seen_[pc / 64] |= bit;
    return waiting_.try_push(static_cast<uint32_t>(pc));
  }
  [[nodiscard]] bool take(uint32_t& pc) {
    if (waiting_.empty())
      return false;
    pc = waiting_.back();
    waiting_.pop();
    return true;
  }

 private:
  Vec<uint64_t> seen_;
  Vec<uint32_t> waiting_;
};

[[nodiscard]] bool lower_all(backend::Code& code) {
  for (uint32_t i = 0; i < code.source().entries; ++i) {
    if (code.compile(i) == nullptr)
      return false;
  }
  return true;
}

[[nodiscard]] bool lower_reachable(LoadedCode& code) {
  if (code.contract != nullptr)
    return lower_all(code.contract->module().code());
  backend::Code* slots = code.tiers.running();
  if (slots == nullptr)
    return true;
  if (slots->open() == nullptr)
    return false;
  Worklist work;
  if (!work.prepare(code.size) || !work.add(0))
    return false;
  const frontend::Source source = code.source();
  ir::Function trace;
  frontend::KnownStacks known; // its own may be in use
  frontend::Coverage coverage;
  coverage.prepare(code.size);
  for (uint32_t pc = 0; work.take(pc);) {
    if (slots->compile(pc) == nullptr ||
        !frontend::lower_trace(*code.guest, source, pc, {}, trace, &known, &coverage)) {
      return false;
    }
    for (const ir::Inst& inst : trace.insts) {
      bool added = true;
      if (inst.op == ir::Op::Leave)
        added = work.add(trace.states[inst.state].pc);
      if (!added)
        return false;
    }
  }
  return true;
}

} // namespace

Status Engine::warm_up(ByteView code) { return warm_up_many({&code, 1}); }

Status Engine::warm_up_many(std::span<const ByteView> codes) {
  clear_host_failure();
  if (!is_readable(codes) || !std::ranges::all_of(codes, is_readable<uint8_t>))
    return host_failed(HostCause::CodeBytes);
  constexpr size_t kBatch = 64;
  for (; !codes.empty(); codes = codes.subspan(std::min(kBatch, codes.size()))) {
    const size_t count = std::min(kBatch, codes.size());
    Bytes32 hashes[kBatch];
    runtime::keccak256_many(codes.first(count), {hashes, count});
    for (size_t i = 0; i < count; ++i) {
      LoadedCode* code = nullptr;
      ZVM_RETURN_UNLESS_SUCCESS(shared_->executor.acquire(hashes[i], codes[i], code));
      const bool done = shared_->options.tier == Tier::Step || lower_reachable(*code);
      CodeCache::release(code);
      if (!done)
        return out_of_memory();
    }
  }
  return Status::Success;
}

} // namespace zvm::engine

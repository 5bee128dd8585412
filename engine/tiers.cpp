#include "engine/tiers.hpp"

#include <new>
#include <utility>

#include "backend/interp/code.hpp"
#include "base/alloc.hpp"
#if ZVM_ASMJIT
#include "backend/asmjit/code.hpp"
#endif

namespace zvm::engine {
namespace {

#if ZVM_ASMJIT
using backend::asmjit::is_available;
using backend::asmjit::make_module_code;
using backend::asmjit::make_native_code;
#else
constexpr bool is_available() { return false; }
std::unique_ptr<backend::Code> make_native_code(const backend::Source&, bool) { return nullptr; }
std::unique_ptr<backend::Code> make_module_code(const backend::Source&,
                                                const backend::interp::ModuleSource&,
                                                const backend::Code*) {
  return nullptr;
}
#endif

} // namespace

Tiers::~Tiers() {
  delete native_.load(std::memory_order_relaxed);
  for (const Loop* loop = loops_.load(std::memory_order_relaxed); loop != nullptr;)
    delete std::exchange(loop, loop->before);
}

bool Tiers::make(const backend::Source& source, Tier tier) {
  if (tier == Tier::Asmjit && is_available()) {
    code_ = make_native_code(source, /*has_slot_code=*/false);
    return code_ != nullptr;
  }
  can_compile_ = tier == Tier::Auto && is_available();
  code_ = backend::interp::make_slot_code(source);
  return code_ != nullptr;
}

bool Tiers::make(const backend::Source& source, const backend::interp::ModuleSource& module,
                 Tier tier) {
  can_compile_ = tier == Tier::Auto && is_available();
  module_ = module;
  code_ = tier == Tier::Asmjit && is_available() ? make_module_code(source, module, nullptr)
                                                 : backend::interp::make_word_code(source, module);
  return code_ != nullptr;
}

uint64_t Tiers::bytes() const {
  const backend::Code* native = native_.load(std::memory_order_acquire);
  return (code_ == nullptr ? 0 : code_->bytes()) + (native == nullptr ? 0 : native->bytes());
}

bool Tiers::wants_trace(uint64_t pc) const {
  const backend::Code* native = native_.load(std::memory_order_acquire);
  const auto is_empty = [&](const backend::Code& code) {
    return code.entries()[pc].load(std::memory_order_relaxed) == nullptr;
  };
  return native != nullptr && native->entries() != nullptr && pc < code_->source().entries &&
         is_empty(*native) && !is_empty(*code_);
}

bool Tiers::claim() {
  if (is_claimed() || is_claimed_.exchange(true, std::memory_order_acquire))
    return false;
  if (compiles_ < kMostCompiles)
    return true;
  unclaim();
  return false;
}

std::unique_ptr<backend::Code> Tiers::make_native() const {
  if (module_)
    return make_module_code(code_->source(), *module_, code_.get());
  backend::Source source = code_->source();
  source.lower = source.lower_apart;
  return make_native_code(source, /*has_slot_code=*/true);
}

/// There are few.
const Tiers::Loop* Tiers::find_loop(const void* head) const {
  const Loop* loop = loops_.load(std::memory_order_acquire);
  while (loop != nullptr && loop->head != head)
    loop = loop->before;
  return loop;
}

void Tiers::compile_loop(backend::Code& native, const void* head) {
  const void* code = native.compile_loop(head);
  const Loop* before = loops_.load(std::memory_order_relaxed);
  const Loop* made =
      allocation_allowed(sizeof(Loop)) ? new (std::nothrow) Loop{head, code, before} : nullptr;
  if (made != nullptr)
    loops_.store(made, std::memory_order_release);
}

void Tiers::compile_module(backend::Code& native, const void* loop,
                           const std::atomic<bool>& is_given_up) {
  const bool is_loop_alone = wants_loop(loop);
  for (uint32_t i = 0; !is_loop_alone && i < code_->source().entries; ++i) {
    if (code_->has(i) && !is_given_up.load(std::memory_order_relaxed))
      (void)native.compile(i);
  }
  const int64_t goal = goal_.load(std::memory_order_relaxed);
  if (!is_loop_alone && goal <= INT64_MAX / kGoalFactor)
    goal_.store(goal * kGoalFactor, std::memory_order_relaxed);
  if (loop != nullptr && find_loop(loop) == nullptr && !is_given_up.load(std::memory_order_relaxed))
    compile_loop(native, loop);
}

/// What is compiled takes its places only once is_compiled() says so.
void Tiers::compile(const HotPlace& place, const std::atomic<bool>& is_given_up) {
  ++compiles_;
  backend::Code* native = native_.load(std::memory_order_relaxed);
  if (native == nullptr) {
    native = make_native().release();
    native_.store(native, std::memory_order_release);
  }
  const bool is_open = native != nullptr && native->open() != nullptr;
  if (is_open && module_)
    compile_module(*native, place.loop, is_given_up);
  else if (is_open)
    (void)native->compile(place.pc);
  if (is_open || compiles_ >= kMostTries)
    is_compiled_.store(true, std::memory_order_relaxed);
  if (is_open) {
    native->take_over(*code_);
    if (runtime::NativeCounts* counts = code_->source().counts)
      counts->add_shared(runtime::NativeCount::promotions);
  }
}

} // namespace zvm::engine

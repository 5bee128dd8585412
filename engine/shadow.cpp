#include "engine/shadow.hpp"

#if ZVM_ASMJIT
#include "backend/asmjit/code.hpp"
#endif

namespace zvm::engine {
namespace {

/// Gigabytes of places; what comes behind is not compared.
constexpr size_t kMostPlaces = 1 << 26;

uint64_t digest(std::span<const U256> stack) {
  uint64_t value = 0xcbf29ce484222325;
  for (const U256& item : stack) {
    for (unsigned limb = 0; limb < 4; ++limb)
      value = (value ^ item.limb(limb)) * 0x100000001b3 + (value >> 29);
  }
  return value;
}

} // namespace

Shadow::~Shadow() {
#if ZVM_ASMJIT
  backend::asmjit::observe_states(nullptr);
#endif
}

bool Shadow::begin() {
#if ZVM_ASMJIT
  backend::asmjit::observe_states(this);
  return backend::asmjit::is_available();
#else
  return false;
#endif
}

void Shadow::step(const runtime::Frame& frame, int64_t gas) {
  const std::span<const U256> stack{frame.stack, static_cast<size_t>(frame.top - frame.stack)};
  is_whole_ = is_whole_ && places_.size() < kMostPlaces &&
              places_.try_push({.depth = static_cast<uint32_t>(frame.message.depth),
                                .pc = static_cast<uint32_t>(frame.pc),
                                .height = static_cast<uint32_t>(stack.size()),
                                .gas = gas,
                                .memory = frame.memory_size,
                                .stack = digest(stack)});
}

/// Some of what step form did is not seen, since it is done in step form again. Gas tells
/// instructions of a message apart.
void Shadow::compare(const Place& now) {
  if (!difference_.empty())
    return;
  ++compared_;
  const Place* nearest = nullptr;
  size_t at = next_;
  for (; at < places_.size(); ++at) {
    const Place& then = places_[at];
    if (then.depth != now.depth || then.pc != now.pc)
      continue;
    if (then.gas == now.gas)
      break;
    if (nearest == nullptr)
      nearest = &then;
  }
  const bool is_there = at < places_.size();
  if (!is_there && !is_whole_)
    return;
  if (is_there) {
    next_ = at; // several ops of an instruction may tell of it
    nearest = &places_[at];
  }
  std::string text;
  const auto note = [&](const char* what, auto is, auto was) {
    if (is != was)
      text += std::string{", "} + what + " " + std::to_string(is) + " instead of " +
              std::to_string(was);
  };
  if (nearest == nullptr) {
    text = ", where step form does not come any more";
  } else {
    note("gas", now.gas, nearest->gas);
    note("height", now.height, nearest->height);
    note("memory", now.memory, nearest->memory);
    if (now.stack != nearest->stack && now.height == nearest->height)
      text += ", another stack";
  }
  if (!text.empty())
    difference_ = "pc " + std::to_string(now.pc) + ", depth " + std::to_string(now.depth) + text;
}

void Shadow::saw(const runtime::Frame& frame, uint32_t pc, int64_t gas,
                 std::span<const U256> stack) {
  compare({.depth = static_cast<uint32_t>(frame.message.depth),
           .pc = pc,
           .height = static_cast<uint32_t>(stack.size()),
           .gas = gas,
           .memory = frame.memory_size,
           .stack = digest(stack)});
}

} // namespace zvm::engine

#include "runtime/workspace.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/alloc.hpp"
#include "base/host_failure.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::runtime {
namespace {

constexpr uint32_t kStacks = kMaxDepth + 1;
/// One more, where a message is made that will be refused for its depth.
constexpr uint32_t kLevels = kStacks + 1;
/// Memory is made usable in steps of at least this.
constexpr uint64_t kCommitStep = uint64_t{1} << 20;
/// Guest memory kept from one execution to the next, of all frames together. What a frame used
/// beyond goes back to the system when it ends, instead of being cleared.
constexpr uint64_t kKeep = uint64_t{1} << 24;
/// The same for the return data of one frame.
constexpr size_t kKeptReturnData = size_t{1} << 16;
constexpr uint64_t kSystemPage = 4096;

uint64_t round_up(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

uint8_t* reserve(uint64_t size, int protection) {
  if (!allocation_allowed(size))
    return nullptr;
  void* at = mmap(nullptr, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? nullptr : static_cast<uint8_t*>(at);
}

} // namespace

Workspace::~Workspace() {
  if (memory_ != nullptr)
    munmap(memory_, reserved_);
  if (stacks_ != nullptr)
    munmap(stacks_, stacks_size_);
  std::destroy_n(levels_, made_);
  if (levels_ != nullptr)
    munmap(levels_, kLevels * sizeof(Level));
  std::destroy_n(activations_, activations_made_);
  if (activations_ != nullptr)
    munmap(activations_, kLevels * sizeof(Activation));
}

Status Workspace::prepare(uint64_t memory_limit) {
  // Rounded down where there is no more to round up to; the system does not have it in any case.
  const uint64_t most = UINT64_MAX / kSystemPage * kSystemPage;
  const uint64_t wanted = round_up(std::clamp(memory_limit, kSystemPage, most), kSystemPage);
  if (memory_ != nullptr && reserved_ != wanted) {
    munmap(memory_, reserved_);
    memory_ = nullptr;
  }
  if (memory_ == nullptr) {
    memory_ = reserve(wanted, PROT_NONE);
    if (memory_ == nullptr)
      return host_failed(HostCause::AddressSpace, wanted);
    reserved_ = wanted;
    committed_ = 0;
  }
  if (stacks_ == nullptr) {
    // One area more, for the alignment.
    stacks_size_ = (kStacks + 1) * kOperandArea;
    stacks_ = reserve(stacks_size_, PROT_READ | PROT_WRITE);
    if (stacks_ == nullptr)
      return host_failed(HostCause::AddressSpace, stacks_size_);
    first_stack_ =
        reinterpret_cast<U256*>(round_up(reinterpret_cast<uintptr_t>(stacks_), kOperandArea));
  }
  if (levels_ == nullptr) {
    constexpr size_t kSize = kLevels * sizeof(Level);
    levels_ = reinterpret_cast<Level*>(reserve(kSize, PROT_READ | PROT_WRITE));
    if (levels_ == nullptr)
      return host_failed(HostCause::AddressSpace, kSize);
  }
  return Status::Success;
}

Frame& Workspace::open(uint32_t depth) {
  for (; made_ <= depth + 1; ++made_)
    std::construct_at(levels_ + made_)->frame.poll = poll;
  Frame& f = frame(depth);
  f.next = &frame(depth + 1).message;
  uint8_t* begin = memory_;
  if (depth > 0) {
    const Frame& caller = frame(depth - 1);
    begin =
        memory_ + round_up(static_cast<uint64_t>(caller.memory - memory_) + caller.memory_size, 64);
  }
  const auto at = static_cast<uint64_t>(begin - memory_);
  f.memory = begin;
  f.memory_size = 0;
  f.memory_ready = at < committed_ ? committed_ - at : 0;
  f.stack = first_stack_ + depth * (kOperandArea / sizeof(U256));
  f.top = f.stack;
  return f;
}

Status Workspace::activation(uint32_t depth, Activation*& activation) {
  constexpr size_t kSize = kLevels * sizeof(Activation);
  if (activations_ == nullptr)
    activations_ = reinterpret_cast<Activation*>(reserve(kSize, PROT_READ | PROT_WRITE));
  if (activations_ == nullptr)
    return host_failed(HostCause::AddressSpace, kSize);
  for (; activations_made_ <= depth; ++activations_made_)
    std::construct_at(activations_ + activations_made_);
  activation = activations_ + depth;
  return Status::Success;
}

void Workspace::close(uint32_t depth) {
  Frame& f = frame(depth);
  const auto begin = static_cast<uint64_t>(f.memory - memory_);
  const uint64_t end = begin + f.memory_size;
  // Whole pages are dropped; the system gives zeroed ones in their place.
  const uint64_t kept = std::max(kKeep, round_up(begin, kSystemPage));
  const uint64_t cleared = std::min(end, kept);
  if (cleared > begin)
    std::memset(f.memory, 0, cleared - begin);
  if (end > cleared && madvise(memory_ + cleared, end - cleared, MADV_DONTNEED) != 0)
    std::memset(memory_ + cleared, 0, end - cleared);
  if (return_data(depth).capacity() > kKeptReturnData)
    return_data(depth) = {};
  f.memory_size = 0;
}

Status Workspace::grow(Frame& f, uint64_t size) {
  const uint64_t end = static_cast<uint64_t>(f.memory - memory_) + size;
  if (end > reserved_ || end < size)
    return host_failed(HostCause::MemoryLimit, end < size ? size : end, reserved_);
  if (end > committed_) {
    const uint64_t target =
        std::min(reserved_, round_up(std::max(end, committed_ + committed_ / 2), kCommitStep));
    if (!allocation_allowed(target - committed_) ||
        mprotect(memory_ + committed_, target - committed_, PROT_READ | PROT_WRITE) != 0) {
      return host_failed(HostCause::MemoryCommit, target - committed_);
    }
    committed_ = target;
  }
  f.memory_ready = committed_ - static_cast<uint64_t>(f.memory - memory_);
  f.memory_size = size;
  return Status::Success;
}

Status grow_memory(Frame& frame, uint64_t size) {
  return frame.execution->workspace.grow(frame, size);
}

} // namespace zvm::runtime

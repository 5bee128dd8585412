#include "backend/asmjit/code_memory.hpp"

#include <atomic>
#include <new>

#include "base/alloc.hpp"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif
#include <pthread.h>

namespace zvm::backend::asmjit {

struct CodeStock {
  ::asmjit::JitAllocator allocator;
  /// Some of it has been given back, and may be written anew.
  std::atomic<bool> is_reused{false};
  CodeStock* before = nullptr; ///< that it stands in place of

  explicit CodeStock(const ::asmjit::JitAllocator::CreateParams& params) : allocator(&params) {}
};

namespace {

std::atomic<CodeStock*> g_stock{nullptr};
std::atomic<CodeStock*> g_former{nullptr}; ///< of before the process forked: a list

#if defined(__linux__)
void barrier(int command) { (void)syscall(SYS_membarrier, command, 0, 0); }
constexpr int kRegister = MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
constexpr int kSynchronize = MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE;
#else
void barrier(int) {}
constexpr int kRegister = 0, kSynchronize = 0;
#endif

/// Code that the other process may run is left as it is.
void let_go() {
  CodeStock* const stock = g_stock.exchange(nullptr);
  if (stock == nullptr)
    return;
  stock->before = g_former.load();
  while (!g_former.compare_exchange_weak(stock->before, stock)) {
  }
}

/// Null where memory ran out. It is never taken down, as code may run until the process ends.
CodeStock* stock() {
  CodeStock* there = g_stock.load(std::memory_order_acquire);
  if (there != nullptr)
    return there;
  static const int kForks = pthread_atfork(nullptr, let_go, let_go);
  (void)kForks;
  ::asmjit::JitAllocator::CreateParams params;
  params.options = ::asmjit::JitAllocatorOptions::kUseDualMapping |
                   ::asmjit::JitAllocatorOptions::kImmediateRelease;
  params.blockSize = 1 << 20;
  auto* made = new (std::nothrow) CodeStock{params};
  if (made == nullptr || g_stock.compare_exchange_strong(there, made)) {
    barrier(kRegister);
    return made;
  }
  delete made;
  return there;
}

} // namespace

RunnableCode::~RunnableCode() {
  if (begin_ == nullptr || stock_ != g_stock.load(std::memory_order_acquire))
    return;
  stock_->is_reused.store(true, std::memory_order_relaxed);
  (void)stock_->allocator.release(begin_);
}

CodeMemoryUse code_memory_use() {
  const CodeStock* const from = stock();
  if (from == nullptr)
    return {};
  const auto all = from->allocator.statistics();
  return {all.usedSize(), all.reservedSize()};
}

bool try_publish(::asmjit::CodeHolder& code, RunnableCode& out) {
  if (code.flatten() != ::asmjit::kErrorOk || code.resolveUnresolvedLinks() != ::asmjit::kErrorOk)
    return false;
  const size_t size = code.codeSize();
  CodeStock* const from = stock();
  if (from == nullptr || size == 0 || !allocation_allowed(size))
    return false;
  void *run = nullptr, *write = nullptr;
  if (from->allocator.alloc(&run, &write, size) != ::asmjit::kErrorOk)
    return false;
  RunnableCode made;
  made.stock_ = from;
  made.begin_ = static_cast<uint8_t*>(run);
  // As the allocator counts it, in whole units.
  if (from->allocator.query(run, &run, &write, &made.size_) != ::asmjit::kErrorOk)
    made.size_ = size;
  if (code.relocateToBase(reinterpret_cast<uint64_t>(run)) != ::asmjit::kErrorOk ||
      code.copyFlattenedData(write, size) != ::asmjit::kErrorOk)
    return false;
  // Other cores may hold in their pipelines what stood there before.
  if (from->is_reused.load(std::memory_order_relaxed))
    barrier(kSynchronize);
  out = std::move(made);
  return true;
}

} // namespace zvm::backend::asmjit

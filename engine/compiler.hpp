// Machine code is made here, beside the threads that run: one bounded queue for all code of an
// engine.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "engine/code_cache.hpp"

namespace zvm::engine {

/// Thread-safe, and nobody ever waits for it: neither for its threads nor for their locks.
class Compiler {
 public:
  /// With no threads whoever asks compiles.
  Compiler(unsigned threads, CodeCache& cache) : threads_(threads), cache_(cache) {}
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;
  /// What waits is dropped, and what is being compiled given up.
  ~Compiler();

  /// Compiles the code, or of compiled code what stands at a place, unless somebody does already.
  /// Nothing happens where the queue is full: it may be asked again.
  void ask(LoadedCode& code, const HotPlace& place);

 private:
  struct Pool;
  struct Job {
    LoadedCode* code = nullptr;
    HotPlace place{};
  };

  void run(const Job& job);
  [[nodiscard]] Pool* pool();
  static void* work(void* pool);

  const unsigned threads_;
  CodeCache& cache_;
  std::mutex starting_;
  std::atomic<Pool*> pool_{nullptr};
};

} // namespace zvm::engine

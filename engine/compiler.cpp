#include "engine/compiler.hpp"

#include <pthread.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <new>

#include "base/alloc.hpp"

namespace zvm::engine {

/// A process has its own: behind a fork there are no threads, and locks are as they were.
struct Compiler::Pool {
  explicit Pool(Compiler& compiler) : owner(compiler) {}

  static constexpr uint32_t kMostJobs = 64;
  static constexpr uint32_t kMostThreads = EngineOptions::kMostCompileThreads;

  [[nodiscard]] bool start();

  Compiler& owner;
  const pid_t process = getpid();
  std::mutex mutex;
  std::condition_variable is_ready;
  // Under the mutex, which nobody holds while compiling.
  Job jobs[kMostJobs]; ///< a ring
  uint32_t first = 0, count = 0;
  LoadedCode* compiled[kMostThreads] = {}; ///< by thread, what it compiles
  bool stops = false;

  pthread_t threads[kMostThreads];
  uint32_t running = 0;
  std::atomic<uint32_t> numbers{0}; ///< given to threads
};

/// Signals are for the threads of whoever embeds us.
bool Compiler::Pool::start() {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (running < owner.threads_ && pthread_create(&threads[running], nullptr, work, this) == 0)
    ++running;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return running != 0;
}

Compiler::~Compiler() {
  Pool* const pool = pool_.load();
  if (pool == nullptr || pool->process != getpid())
    return; // of the parent: its threads are not here, and its locks may be held for ever
  {
    const std::lock_guard lock{pool->mutex};
    pool->stops = true;
    for (LoadedCode* code : pool->compiled) {
      if (code != nullptr)
        code->is_given_up.store(true, std::memory_order_relaxed);
    }
  }
  pool->is_ready.notify_all();
  for (uint32_t i = 0; i < pool->running; ++i)
    pthread_join(pool->threads[i], nullptr);
  for (; pool->count != 0; --pool->count)
    CodeCache::release(pool->jobs[pool->first++ % Pool::kMostJobs].code);
  delete pool;
}

/// Null where there is none yet.
Compiler::Pool* Compiler::pool() {
  Pool* there = pool_.load(std::memory_order_acquire);
  if (there != nullptr && there->process == getpid())
    return there;
  const std::unique_lock lock{starting_, std::try_to_lock};
  if (!lock || !allocation_allowed(sizeof(Pool)))
    return nullptr;
  there = pool_.load(std::memory_order_acquire);
  if (there != nullptr && there->process == getpid())
    return there;
  auto* made = new (std::nothrow) Pool{*this};
  if (made != nullptr && !made->start()) {
    delete made;
    return nullptr;
  }
  if (made != nullptr)
    pool_.store(made, std::memory_order_release);
  return made;
}

void Compiler::ask(LoadedCode& code, const HotPlace& place) {
  if (code.is_given_up.load(std::memory_order_relaxed) || !code.tiers_of_code().claim())
    return;
  const Job job{&code, place};
  if (threads_ == 0)
    return run(job);
  Pool* const pool = this->pool();
  if (pool != nullptr) {
    const std::unique_lock lock{pool->mutex, std::try_to_lock};
    if (lock && pool->count < Pool::kMostJobs) {
      code.users.fetch_add(1, std::memory_order_relaxed);
      pool->jobs[(pool->first + pool->count++) % Pool::kMostJobs] = job;
      pool->is_ready.notify_one();
      return;
    }
  }
  code.tiers_of_code().unclaim();
}

void Compiler::run(const Job& job) {
  Tiers& tiers = job.code->tiers_of_code();
  if (!job.code->is_given_up.load(std::memory_order_relaxed))
    tiers.compile(job.place, job.code->is_given_up);
  tiers.unclaim();
  cache_.recount(*job.code);
}

void* Compiler::work(void* argument) {
  Pool& pool = *static_cast<Pool*>(argument);
  LoadedCode*& compiled = pool.compiled[pool.numbers.fetch_add(1)];
  std::unique_lock lock{pool.mutex};
  for (;;) {
    pool.is_ready.wait(lock, [&] { return pool.stops || pool.count != 0; });
    if (pool.stops)
      return nullptr;
    const Job job = pool.jobs[pool.first++ % Pool::kMostJobs];
    --pool.count;
    compiled = job.code;
    lock.unlock();
    pool.owner.run(job);
    lock.lock();
    compiled = nullptr;
    lock.unlock();
    CodeCache::release(job.code);
    lock.lock();
  }
}

} // namespace zvm::engine

// What the tiers make of one code object, be it bytes or a module: a part of whatever the engine
// loads. A tier is added here and nowhere else.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "backend/backend.hpp"
#include "backend/interp/function/code.hpp"
#include "engine/options.hpp"

namespace zvm::engine {

/// Where code is hot.
struct HotPlace {
  uint32_t pc = 0;            ///< of byte code
  const void* loop = nullptr; ///< of a module: where word code stands, at the head of a loop
};

/// Empty until it is made; then thread-safe.
class Tiers {
 public:
  Tiers() = default;
  Tiers(const Tiers&) = delete;
  Tiers& operator=(const Tiers&) = delete;
  ~Tiers();

  /// Of byte code: its places are the entries. False where memory ran out.
  [[nodiscard]] bool make(const backend::Source& source, Tier tier);
  /// Of a module: its own functions are the entries, and open. False where memory ran out.
  [[nodiscard]] bool make(const backend::Source& source,
                          const backend::interp::ModuleSource& module, Tier tier);

  /// The code that runs; nullptr while it is empty.
  [[nodiscard]] backend::Code* running() const { return code_.get(); }
  /// Bytes that all code takes.
  [[nodiscard]] uint64_t bytes() const;

  // Tier auto: slot code is counted until machine code is made beside it.

  /// Whether machine code may stand beside what runs.
  [[nodiscard]] bool can_compile() const { return can_compile_; }
  /// Whether there is some, or has been tried to make some. What runs may have been counted wrong then.
  [[nodiscard]] bool is_compiled() const { return is_compiled_.load(std::memory_order_relaxed); }
  /// Gas that was burnt before.
  [[nodiscard]] int64_t heat() const { return heat_.load(std::memory_order_relaxed); }
  /// An update lost to a racing thread only delays things.
  void add_heat(int64_t gas) {
    const int64_t before = heat();
    heat_.store(before + std::clamp<int64_t>(gas, 0, INT64_MAX - before),
                std::memory_order_relaxed);
  }
  /// Of compiled code: whether what stands at a place, slot code, is worth compiling on its own.
  [[nodiscard]] bool wants_trace(uint64_t pc) const;
  /// Who claims it, if nobody else does, may compile. False: somebody does, or there is no use.
  [[nodiscard]] bool claim();
  void unclaim() { is_claimed_.store(false, std::memory_order_release); }
  [[nodiscard]] bool is_claimed() const { return is_claimed_.load(std::memory_order_relaxed); }
  /// Makes machine code: of byte code first of the whole, then of what stands at the place; of a
  /// module of all functions that have been called, unless there is some already, and of the loop.
  /// Gives up where `is_given_up`.
  void compile(const HotPlace& place, const std::atomic<bool>& is_given_up);
  /// Of a module: heat beyond which there may be more functions worth it.
  [[nodiscard]] bool wants_functions(int64_t compile_at) const {
    return heat() / std::max<int64_t>(compile_at, 1) >= goal_.load(std::memory_order_relaxed);
  }
  /// Of compiled code of a module: whether a loop that runs as word code is worth compiling.
  [[nodiscard]] bool wants_loop(const void* loop) const {
    return loop != nullptr && is_compiled() && find_loop(loop) == nullptr;
  }
  /// What goes on in place of that word code, if there is something.
  [[nodiscard]] const void* code_of_loop(const void* loop) const {
    const Loop* known = find_loop(loop);
    return known == nullptr ? nullptr : known->code;
  }

 private:
  /// Of one code object; what is hot behind so many is not worth more.
  static constexpr uint32_t kMostCompiles = 64;
  /// Of them, where memory is short, until there is any machine code.
  static constexpr uint32_t kMostTries = 3;

  /// As the heat that is asked for grows from one compile of a module to the next.
  static constexpr int64_t kGoalFactor = 4;

  /// A loop for which there is machine code, or it has been tried to make some.
  struct Loop {
    const void* head;
    const void* code; ///< null: it is refused
    const Loop* before;
  };

  [[nodiscard]] std::unique_ptr<backend::Code> make_native() const;
  [[nodiscard]] const Loop* find_loop(const void* head) const;
  void compile_module(backend::Code& native, const void* loop,
                      const std::atomic<bool>& is_given_up);
  void compile_loop(backend::Code& native, const void* head);

  std::unique_ptr<backend::Code> code_;                 ///< slot code, word code or machine code
  std::optional<backend::interp::ModuleSource> module_; ///< where it is one
  bool can_compile_ = false;
  std::atomic<bool> is_compiled_{false};
  std::atomic<bool> is_claimed_{false};
  std::atomic<int64_t> heat_{0};
  std::atomic<backend::Code*> native_{nullptr}; ///< machine code beside it
  uint32_t compiles_ = 0;                       ///< the claimant's
  std::atomic<int64_t> goal_{1};                ///< of a module, times what makes it hot
  std::atomic<const Loop*> loops_{nullptr};     ///< of a module, the newest
};

} // namespace zvm::engine

// Shadow: machine code beside step form. What runs in tier step, traced by a shadow, runs then in
// tier asmjit, and the shadow compares wherever that could be left, is entered, or calls. For
// debugging: it takes time, and memory for each instruction.
#pragma once

#include <string>

#include "backend/state_observer.hpp"
#include "base/vec.hpp"
#include "runtime/tracer.hpp"

namespace zvm::engine {

class Shadow final : public runtime::Tracer, public backend::StateObserver {
 public:
  Shadow() = default;
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;
  ~Shadow() override;

  // First.
  void step(const runtime::Frame& frame, int64_t gas) override;
  void enter(const runtime::Message&) override {}
  void exit(const runtime::Message&, const runtime::MessageEnd&) override {}

  /// Then code that is compiled is compared, as long as this is here. False where there is no
  /// compiler.
  [[nodiscard]] bool begin();
  /// The first place where the two differ, and in what; empty: none.
  [[nodiscard]] const std::string& difference() const { return difference_; }
  /// How many places were compared.
  [[nodiscard]] uint64_t compared() const { return compared_; }

 private:
  struct Place {
    uint32_t depth = 0, pc = 0, height = 0;
    int64_t gas = 0;
    uint64_t memory = 0, stack = 0; ///< its size; a digest
  };

  void saw(const runtime::Frame& frame, uint32_t pc, int64_t gas,
           std::span<const U256> stack) override;
  void compare(const Place& now);

  Vec<Place> places_;
  size_t next_ = 0;
  bool is_whole_ = true; ///< no place is missing
  uint64_t compared_ = 0;
  std::string difference_;
};

} // namespace zvm::engine

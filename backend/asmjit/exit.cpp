#include "backend/asmjit/exit.hpp"

#include <bit>

#include "runtime/libcalls.hpp"

namespace zvm::backend::asmjit {
namespace {

using runtime::Frame;

class Restorer {
 public:
  Restorer(Frame& frame, const Exits& exits, const Site& site, const uint64_t* saved)
      : frame_(frame), exits_(exits), site_(site), saved_(saved) {}

  void run() {
    const ir::FrameState& state = exits_.states[site_.state];
    // All of it is read before anything is written.
    for (ir::StateId s = site_.state; s != ir::kNone; s = exits_.states[s].parent)
      read(exits_.states[s], state.height);
    U256* const top = frame_.top;
    for (uint32_t i = 0; i < count_; ++i)
      top[items_[i].position] = std::bit_cast<U256>(items_[i].limbs);
    frame_.top = top + state.height;
    frame_.gas += state.unused;
    frame_.pc = state.pc;
  }

 private:
  struct Item {
    int32_t position;
    std::array<uint64_t, 4> limbs;
  };
  /// A stack has no more, and no function reaches further below its own.
  static constexpr int32_t kMost = runtime::kStackLimit;

  /// What a state says of places that none behind it has spoken of.
  void read(const ir::FrameState& s, int32_t height) {
    for (uint32_t i = s.items.begin; i < s.items.begin + s.items.count; ++i) {
      const ir::StackItem& item = exits_.items[i];
      const auto at = static_cast<uint32_t>(item.position + kMost);
      uint64_t& word = seen_[at / 64];
      const uint64_t bit = uint64_t{1} << at % 64;
      if (item.position >= height || (word & bit) != 0)
        continue;
      word |= bit;
      if (item.value != ir::kNone)
        items_[count_++] = {item.position, value(item.value)};
    }
  }

  [[nodiscard]] std::array<uint64_t, 4> value(ir::ValueId v) const {
    const Place& place = exits_.places[v];
    std::array<uint64_t, 4> limbs{};
    const auto word_at = [&](const void* base) {
      limbs = std::bit_cast<std::array<uint64_t, 4>>(
          *reinterpret_cast<const U256*>(static_cast<const uint8_t*>(base) + place.offset));
    };
    switch (place.in) {
    case Place::In::Operands:
      word_at(frame_.top);
      break;
    case Place::In::Frame:
      word_at(&frame_);
      break;
    case Place::In::Constants:
      limbs = std::bit_cast<std::array<uint64_t, 4>>(
          exits_.constants[static_cast<size_t>(place.offset)]);
      break;
    case Place::In::Nowhere:
      break;
    }
    for (unsigned limb = 0; limb < 4; ++limb) {
      if ((place.zero_limbs >> limb & 1) != 0)
        limbs[limb] = 0;
    }
    for (unsigned r = 0; r < kRegisters; ++r) {
      if (site_.registers[r] != ir::kNone && site_.registers[r] / 4 == v)
        limbs[site_.registers[r] % 4] = saved_[r];
    }
    return limbs;
  }

  Frame& frame_;
  const Exits& exits_;
  const Site& site_;
  const uint64_t* saved_;
  uint32_t count_ = 0;
  std::array<uint64_t, 2 * kMost / 64> seen_{};
  Item items_[kMost]; // no function moves more; not initialised, as it is large
};

} // namespace

Answer leave_at(Frame& frame, const Exits& exits, uint32_t number, const uint64_t* saved) {
  const Site& site = exits.sites[number];
  const Status status = site.why == Site::Why::Trap ? site.status : frame.status;
  const bool by_state = site.why == Site::Why::State ||
                        (site.why == Site::Why::Before && !is_host(status)) ||
                        (site.why == Site::Why::Pending && status == Status::Suspended);
  if (by_state && site.state != ir::kNone) {
    frame.status = Status::Success;
    Restorer{frame, exits, site, saved}.run();
    return Answer::Step;
  }
  runtime::libcall::end_message(frame, status, 0, 0);
  return Answer::Leave;
}

} // namespace zvm::backend::asmjit

#include "backend/asmjit/exit.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "backend/asmjit/code.hpp"
#include "runtime/execution.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::backend::asmjit {
namespace {

using runtime::Frame;
using runtime::NativeCount;
using Limbs = std::array<uint64_t, 4>;

StateObserver* s_observer = nullptr;

/// To `top`. All of it is read before anything is written.
void restore_stack(const Frame& frame, U256* top, const Exits& exits, const Site& site,
                   const uint64_t* saved, const uint8_t* native) {
  Limbs words[runtime::kStackLimit]; // no function moves more; not initialised, as it is large
  const auto* const base = reinterpret_cast<const uint8_t*>(frame.top);
  const ExitItem* const items = exits.items.data() + site.first_item;
  const auto limb_of = [&](const ExitItem::Limb& limb) {
    const uint8_t* from = nullptr;
    switch (limb.in) {
    case Where::In::Register:
      return saved[limb.reg];
    case Where::In::Constant:
      return exits.constants[static_cast<size_t>(limb.offset)];
    case Where::In::Operands:
      from = base;
      break;
    case Where::In::Native:
      from = native;
      break;
    default:
      from = reinterpret_cast<const uint8_t*>(&frame);
      break;
    }
    uint64_t value = 0;
    std::memcpy(&value, from + limb.offset, sizeof value);
    return value;
  };
  for (uint32_t i = 0; i < site.items; ++i) {
    for (unsigned limb = 0; limb < 4; ++limb)
      words[i][limb] = limb_of(items[i].limbs[limb]);
  }
  for (uint32_t i = 0; i < site.items; ++i)
    top[items[i].position] = std::bit_cast<U256>(words[i]);
}

/// Entries that refuse are counted where they answer.
NativeCount count_of(Site::Why why, bool goes_on) {
  if (why == Site::Why::Trap)
    return NativeCount::traps;
  if (!goes_on)
    return NativeCount::failed_libcalls;
  return why == Site::Why::State || why == Site::Why::Elsewhere ? NativeCount::left_by_state
         : why == Site::Why::Before                             ? NativeCount::left_by_libcall
                                                                : NativeCount::left_pending;
}

} // namespace

void observe_states(StateObserver* observer) { s_observer = observer; }
bool observes_states() { return s_observer != nullptr; }

void tell_at(Frame& frame, const Exits& exits, uint32_t number, const uint64_t* saved,
             const uint8_t* native) {
  const Site& site = exits.sites[number];
  const auto below = static_cast<size_t>(frame.top - frame.stack);
  const size_t height = below + static_cast<size_t>(site.height);
  std::array<U256, runtime::kStackLimit> stack;
  // What memory holds at its place is no item of the site.
  std::copy_n(frame.stack, std::max(below, height), stack.begin());
  restore_stack(frame, stack.data() + below, exits, site, saved, native);
  if (s_observer != nullptr)
    s_observer->saw(frame, site.pc, frame.gas + site.unused, {stack.data(), height});
}

Answer leave_at(Frame& frame, const Exits& exits, uint32_t number, const uint64_t* saved,
                const uint8_t* native) {
  (void)exits.is_complete.load(std::memory_order_acquire);
  const Site& site = exits.sites[number];
  const Status status = site.why == Site::Why::Trap ? site.status : frame.status;
  const bool refuses = site.why == Site::Why::Refused;
  const bool is_elsewhere = site.why == Site::Why::Elsewhere;
  const bool by_state = refuses || is_elsewhere || site.why == Site::Why::State ||
                        (site.why == Site::Why::Before && !is_host(status)) ||
                        (site.why == Site::Why::Pending && status == Status::Suspended);
  const bool goes_on = by_state && site.has_state;
  if (frame.execution != nullptr && !refuses)
    frame.execution->native.add(count_of(site.why, goes_on));
  if (!goes_on) {
    runtime::libcall::end_message(frame, status, 0, 0);
    return Answer::Leave;
  }
  frame.status = Status::Success;
  restore_stack(frame, frame.top, exits, site, saved, native);
  frame.top += site.height;
  frame.gas += site.unused;
  frame.pc = site.pc;
  return refuses ? Answer::Refused : is_elsewhere ? Answer::Place : Answer::Step;
}

} // namespace zvm::backend::asmjit

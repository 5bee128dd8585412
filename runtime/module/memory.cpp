#include "runtime/module/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/alloc.hpp"
#include "runtime/module/fault.hpp"

namespace zvm::runtime {
namespace {

constexpr uint64_t kMostPages32 = 65536; // 4 GiB
constexpr uint64_t kReach32 = kMostPages32 * kPage + kGuardedOffset + kMemoryGuard;
constexpr uint64_t kMostPages64 = uint64_t{1} << (46 - 16); // what a process can have

/// Cleared with ordinary stores when a memory is closed; what is above goes back to the system.
constexpr uint64_t kCleared = uint64_t{1} << 18;

/// Address space: zeros, of which the first `usable` bytes can be read and written.
struct Area {
  uint8_t* base = nullptr;
  uint64_t reserved = 0;
  uint64_t usable = 0;
  uint8_t* touched = nullptr;
  Bounds bounds = Bounds::Explicit;
};
Area area_of(const LinearMemory& memory) {
  return {memory.base, memory.reserved, memory.size, memory.touched, memory.bounds};
}

/// Bytes for the marks of an area, which take memory where they are set. No code writes to guards.
uint64_t marks_of(uint64_t size, Bounds bounds) {
  if (bounds == Bounds::Guard)
    return kTouchedAhead;
  const uint64_t marks = (size - kMemoryGuard) >> kTouchShift;
  return std::max(kTouchedAhead, (marks + kPage - 1) / kPage * kPage);
}

Area reserve(uint64_t size, Bounds bounds) {
  if (!allocation_allowed(size))
    return {};
  const uint64_t ahead = marks_of(size, bounds);
  void* all =
      mmap(nullptr, ahead + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (all == MAP_FAILED)
    return {};
  auto* const touched = static_cast<uint8_t*>(all);
  if (mprotect(touched, ahead, PROT_READ | PROT_WRITE) != 0 ||
      (bounds == Bounds::Guard && !guard(touched + ahead, size))) {
    munmap(all, ahead + size);
    return {};
  }
  return {touched + ahead, size, 0, touched, bounds};
}

void give_back(const Area& area) {
  if (area.bounds == Bounds::Guard)
    unguard(area.base);
  munmap(area.touched, marks_of(area.reserved, area.bounds) + area.reserved);
}

[[nodiscard]] bool make_usable(Area& area, uint64_t size) {
  if (size > area.usable) {
    const uint64_t more = size - area.usable;
    if (!allocation_allowed(more) ||
        mprotect(area.base + area.usable, more, PROT_READ | PROT_WRITE) != 0)
      return false;
  } else if (size < area.usable) {
    if (mprotect(area.base + size, area.usable - size, PROT_NONE) != 0)
      return false;
  }
  area.usable = size;
  return true;
}

/// What is usable from here on is zeros again, and nobody's memory.
void give_to_system(const Area& area, uint64_t from) {
  if (from < area.usable && madvise(area.base + from, area.usable - from, MADV_DONTNEED) != 0)
    std::memset(area.base + from, 0, area.usable - from);
}

void clear(const Area& area) {
  const uint64_t near = std::min(area.usable, kCleared);
  give_to_system(area, near);
  if (near != 0)
    std::memset(area.base, 0, near);
  std::memset(area.touched, 0, area.usable >> kTouchShift);
}

/// The first `size` bytes, a multiple of kTouchUnit, and what is noted with them; where nobody but
/// code, or with touch(), has written.
void clear_touched(const Area& area, uint64_t size) {
  uint8_t* const end = area.touched + (size >> kTouchShift);
  for (uint8_t* mark = area.touched; mark < end; ++mark) {
    mark = static_cast<uint8_t*>(std::memchr(mark, 1, static_cast<size_t>(end - mark)));
    if (mark == nullptr)
      return;
    const uint64_t unit = static_cast<uint64_t>(mark - area.touched) << kTouchShift;
    const uint64_t at = unit - std::min(unit, kTouchReach);
    const uint64_t behind = std::min(unit + kTouchUnit + kTouchReach, area.usable);
    std::memset(area.base + at, 0, behind - at);
    *mark = 0;
  }
}

/// Stands while the thread's pool does: a store may be destroyed later than the thread's own
/// things.
thread_local bool t_has_pool = false;

class Pool {
 public:
  Pool() { t_has_pool = true; }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    t_has_pool = false;
    for (size_t i = 0; i < count_; ++i)
      give_back(areas_[i]);
  }

  /// The smallest that has the room, or else a new one.
  Area take(uint64_t size, Bounds bounds) {
    Area* best = nullptr;
    for (size_t i = 0; i < count_; ++i) {
      if (areas_[i].bounds == bounds && areas_[i].reserved >= size &&
          marks_of(areas_[i].reserved, bounds) == marks_of(size, bounds) &&
          (best == nullptr || areas_[i].reserved < best->reserved))
        best = &areas_[i];
    }
    if (best == nullptr)
      return reserve(size, bounds);
    const Area taken = *best;
    *best = areas_[--count_];
    return taken;
  }
  [[nodiscard]] bool keep(const Area& area) {
    if (count_ == kKept)
      return false;
    areas_[count_++] = area;
    return true;
  }

 private:
  static constexpr size_t kKept = 32;
  Area areas_[kKept];
  size_t count_ = 0;
};

thread_local Pool t_pool;

[[nodiscard]] bool host_fails(Budget& budget, HostCause cause, uint64_t bytes) {
  budget.fail(cause, bytes);
  return false;
}

} // namespace

uint64_t largest_memory(const Sizes& pages, uint64_t limit) {
  const uint64_t most = pages.is_64 ? kMostPages64 : kMostPages32;
  return std::min({pages.max, limit / kPage, most}) * kPage;
}

bool open_memory(LinearMemory& memory, const Sizes& pages, uint64_t limit, Bounds bounds,
                 Budget& budget) {
  memory = {};
  const uint64_t max = largest_memory(pages, limit);
  if (pages.min > max / kPage)
    return false;
  const uint64_t size = pages.min * kPage;
  if (size > budget.left)
    return host_fails(budget, HostCause::StoreBytesLimit, size);
  if (pages.is_64 || !kCanGuard)
    bounds = Bounds::Explicit;
  const uint64_t reach = bounds == Bounds::Guard ? kReach32 : max + kMemoryGuard;
  Area area = t_pool.take(reach, bounds);
  if (area.base == nullptr)
    return host_fails(budget, HostCause::AddressSpace, reach);
  if (!make_usable(area, size)) {
    give_back(area);
    return host_fails(budget, HostCause::MemoryCommit, size);
  }
  budget.left -= size;
  memory = {.base = area.base,
            .size = size,
            .max = max,
            .declared_max = pages.max,
            .is_64 = pages.is_64,
            .bounds = bounds,
            .reserved = area.reserved,
            .touched = area.touched,
            .budget = &budget};
  return true;
}

void close_memory(LinearMemory& memory) {
  if (memory.base == nullptr)
    return;
  const Area area = area_of(memory);
  memory.budget->left += memory.size;
  memory = {};
  clear(area);
  if (!t_has_pool || !t_pool.keep(area))
    give_back(area);
}

bool reset_memory(LinearMemory& memory, uint64_t pages) {
  Area area = area_of(memory);
  // What it has grown by goes, so that idle memories are as small as they begin.
  const uint64_t kept = pages * kPage;
  clear_touched(area, kept);
  uint8_t* const grown = area.touched + (kept >> kTouchShift);
  const uint64_t grown_units = (area.usable - kept) >> kTouchShift;
  if (grown_units != 0 && std::memchr(grown, 1, grown_units) != nullptr) {
    give_to_system(area, kept);
    const uint64_t below = std::min(kept, kTouchReach);
    std::memset(area.base + kept - below, 0, below);
    std::memset(grown, 0, grown_units);
  }
  memory.budget->left += memory.size - kept;
  memory.size = kept;
  return make_usable(area, memory.size);
}

uint64_t grow(LinearMemory& memory, uint64_t pages) {
  const uint64_t before = memory.size / kPage;
  if (pages > (memory.max - memory.size) / kPage)
    return UINT64_MAX;
  const uint64_t more = pages * kPage;
  Area area = area_of(memory);
  if (more > memory.budget->left || !make_usable(area, memory.size + more)) {
    memory.budget->fail(
        more > memory.budget->left ? HostCause::StoreBytesLimit : HostCause::MemoryCommit, more);
    return UINT64_MAX;
  }
  memory.budget->left -= more;
  memory.size += more;
  return before;
}

} // namespace zvm::runtime

#include "backend/interp/function/fuse.hpp"

#include <array>
#include <bit>

#include "base/assert.hpp"

namespace zvm::backend::interp::word {
namespace {

/// All fusions, by what is fused. Most questions are answered no, so what is looked at first is
/// small.
class Table {
 public:
  Table() {
    for (const auto fusions : all_fusions()) {
      for (const Fusion& fusion : fusions)
        add(fusion);
    }
    ZVM_ASSERT(count_ <= kMostFusions);
  }

  [[nodiscard]] Handler find(Handler first, Handler second) const {
    const uint64_t hash = hash_of(first, second);
    for (uint32_t i = place_of(hash); places_[i].fusion != nullptr; i = (i + 1) % kPlaces) {
      const Fusion& fusion = *places_[i].fusion;
      if (fusion.first == first && fusion.second == second)
        return fusion.both;
    }
    return nullptr;
  }

 private:
  // There are always free ones, at which searching ends: what would be too many is left out.
  static constexpr uint32_t kPlaces = 8192;
  static_assert(kMostFusions <= kPlaces / 4 * 3);

  static uint64_t hash_of(Handler first, Handler second) {
    const auto a = reinterpret_cast<uintptr_t>(first), b = reinterpret_cast<uintptr_t>(second);
    return (a + std::rotl(b, 20)) * 0x9e3779b97f4a7c15;
  }
  static uint32_t place_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 51); }
  static_assert(kPlaces == 1 << (64 - 51));

  void add(const Fusion& fusion) {
    ZVM_ASSERT(find(fusion.first, fusion.second) == nullptr);
    if (++count_ > kMostFusions)
      return;
    uint32_t i = place_of(hash_of(fusion.first, fusion.second));
    while (places_[i].fusion != nullptr)
      i = (i + 1) % kPlaces;
    places_[i].fusion = &fusion;
  }

  struct Place {
    const Fusion* fusion = nullptr;
  };
  std::array<Place, kPlaces> places_{};
  size_t count_ = 0;
};

} // namespace

std::span<const std::span<const Fusion>> all_fusions() {
  static const std::array kAll{address_fusions(), memory_fusions(), integer_fusions(),
                               float_fusions(),   branch_fusions(), loop_fusions(),
                               control_fusions()};
  return kAll;
}

Handler fused(Handler first, Handler second) {
  static const Table table;
  return table.find(first, second);
}

} // namespace zvm::backend::interp::word

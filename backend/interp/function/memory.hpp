// Loads and stores of memory 0 by an i32. Bounds are checked explicitly, `memory_size` is in a
// register, or a fault tells (runtime::Bounds).
#pragma once

#include <type_traits>

#include "backend/interp/function/machine.hpp"
#include "base/plant.hpp"
#include "runtime/module/guarded.hpp"

namespace zvm::backend::interp::word {

using runtime::Bounds;

/// Where an access of memory 0 begins: the address, i32, and the offset. Their sum fits.
template <At kAddress>
[[gnu::always_inline]] inline uint64_t effective(const Regs& r) {
  const uint64_t offset = half<3>(r);
  if constexpr (kAddress == At::Number)
    return offset;
  return static_cast<uint32_t>(read<kAddress, kA>(r)) + offset;
}

// --- loads: T stands in memory, V in the register ---

template <typename T, typename V>
[[gnu::always_inline]] inline Word loaded(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return static_cast<Word>(static_cast<V>(value));
}

template <Bounds kBounds>
inline constexpr bool kFaults = kBounds == Bounds::Guard && runtime::kCanGuard;

template <Bounds kBounds, typename T, typename V, At kAddress, bool kStore>
[[gnu::always_inline]] inline bool load(Regs& r) {
  const uint64_t at = effective<kAddress>(r);
  Word value = 0;
  if constexpr (kFaults<kBounds>) {
    if (!runtime::guarded_load<T, V>(r.memory, at, value)) [[unlikely]]
      return false;
  } else {
    if (at + (is_planted(Plant::Bounds) ? 1 : sizeof(T)) > r.memory_size) [[unlikely]]
      return false;
    value = loaded<T, V>(r.memory + at);
  }
  if (kAddress == At::Acc && is_planted(Plant::Sign))
    value = static_cast<std::make_unsigned_t<T>>(value);
  write<kStore>(r, value);
  return behind<2>(r);
}

/// kSize bytes to the low lanes of a vector, zeros behind them.
template <Bounds kBounds, unsigned kSize>
[[gnu::always_inline]] inline bool load_lanes(const Regs& r, uint64_t at, Float& value) {
  if constexpr (kFaults<kBounds>)
    return runtime::guarded_load_lanes<kSize>(r.memory, at, value);
  if (at + kSize > r.memory_size) [[unlikely]]
    return false;
  value = Float{};
  std::memcpy(&value, r.memory + at, kSize);
  return true;
}

template <Bounds kBounds, typename T, At kAddress, bool kStore>
[[gnu::always_inline]] inline bool load_float(Regs& r) {
  Float value;
  if (!load_lanes<kBounds, sizeof(T)>(r, effective<kAddress>(r), value)) [[unlikely]]
    return false;
  write_float<kStore>(r, lane<T>(value));
  r.facc = value; // the same, which the compiler cannot know
  return behind<2>(r);
}

template <Bounds kBounds, At kAddress>
[[gnu::always_inline]] inline bool load_vector(Regs& r) {
  Float value;
  if (!load_lanes<kBounds, 16>(r, effective<kAddress>(r), value)) [[unlikely]]
    return false;
  std::memcpy(r.fp + field<kDst>(r), &value, 16);
  return behind<2>(r);
}

// --- stores ---

/// An access may reach into the next page; who clears this one knows.
[[gnu::always_inline]] inline void touch(const Regs& r, uint64_t at) {
  r.touched[at >> runtime::kTouchShift] = 1;
}

/// The low bytes of a value in the first field, as T.
template <typename T, At kValue>
[[gnu::always_inline]] inline T value_of(const Regs& r) {
  if constexpr (kValue == At::Number)
    return static_cast<T>(static_cast<int16_t>(field<kDst>(r)));
  return static_cast<T>(read<kValue, kDst>(r));
}

template <Bounds kBounds, typename T, At kAddress, At kValue>
[[gnu::always_inline]] inline bool store(Regs& r) {
  const uint64_t at = effective<kAddress>(r);
  const T value = value_of<T, kValue>(r);
  if constexpr (kFaults<kBounds>) {
    if (!runtime::guarded_store<sizeof(T)>(r.memory, at, value)) [[unlikely]]
      return false;
  } else {
    if (at + sizeof(T) > r.memory_size) [[unlikely]]
      return false;
    std::memcpy(r.memory + at, &value, sizeof value);
  }
  touch(r, at);
  return behind<2>(r);
}

/// The low lanes of a vector.
template <Bounds kBounds, unsigned kSize, At kAddress>
[[gnu::always_inline]] inline bool store_lanes(Regs& r, Float value) {
  const uint64_t at = effective<kAddress>(r);
  if constexpr (kFaults<kBounds>) {
    if (!runtime::guarded_store_lanes<kSize>(r.memory, at, value)) [[unlikely]]
      return false;
  } else {
    if (at + kSize > r.memory_size) [[unlikely]]
      return false;
    std::memcpy(r.memory + at, &value, kSize);
  }
  touch(r, at);
  return behind<2>(r);
}

template <Bounds kBounds, typename T, At kAddress>
[[gnu::always_inline]] inline bool store_float(Regs& r) {
  return store_lanes<kBounds, sizeof(T), kAddress>(r, r.facc);
}

template <Bounds kBounds, At kAddress>
[[gnu::always_inline]] inline bool store_vector(Regs& r) {
  Float value;
  std::memcpy(&value, r.fp + field<kDst>(r), 16);
  return store_lanes<kBounds, 16, kAddress>(r, value);
}

} // namespace zvm::backend::interp::word

// Accesses of guest memory that may fault, as this platform has them; none where kCanGuard is
// false.
#pragma once

#include "runtime/module/fault.hpp"

#if ZVM_CAN_GUARD
#include "runtime/module/guarded_x64.hpp"
#else
namespace zvm::runtime {
template <typename T, typename V>
bool guarded_load(const uint8_t* base, uint64_t at, uint64_t& value);
template <unsigned kSize, typename Vector>
bool guarded_load_lanes(const uint8_t* base, uint64_t at, Vector& value);
template <unsigned kSize>
bool guarded_store(uint8_t* base, uint64_t at, uint64_t value);
template <unsigned kSize, typename Vector>
bool guarded_store_lanes(uint8_t* base, uint64_t at, Vector value);
} // namespace zvm::runtime
#endif

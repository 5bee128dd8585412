// Assertions about ourselves. Kept in the dev, sanitizer and fuzz presets (ZVM_ASSERTIONS), gone in release.
#pragma once

#if defined(ZVM_ASSERTIONS)
#define ZVM_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#define ZVM_UNREACHABLE() __builtin_trap()
#else
#define ZVM_ASSERT(condition) ((void)sizeof(condition))
#define ZVM_UNREACHABLE() __builtin_unreachable()
#endif

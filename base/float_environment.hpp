// The floating-point environment that base/float.hpp asks for: rounding to nearest, subnormals
// kept, exceptions masked. Threads belong to the embedder, who may have other wishes for his own
// arithmetic.
#pragma once

#include <cfenv>

namespace zvm {

/// The default environment as long as it lives, then the one before. Around calls of what computes,
/// not beside computations of its own: compilers may move those past it.
class DefaultFloatEnvironment {
 public:
#if defined(                                                                                       \
    FE_DFL_MODE) // of C23: all but the flags of exceptions, which nobody asks for; 13 ns where the other has 240
  DefaultFloatEnvironment() {
    if (is_default_)
      return;
    ::fegetmode(&before_);
    ::fesetmode(FE_DFL_MODE);
  }
  ~DefaultFloatEnvironment() {
    if (!is_default_)
      ::fesetmode(&before_);
  }
#else
  DefaultFloatEnvironment() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatEnvironment() { std::fesetenv(&before_); }
#endif
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;

 private:
#if defined(FE_DFL_MODE)
  /// As nearly always. Of all others the one register is read that arithmetic goes by; six of its bits
  /// are flags.
  [[nodiscard]] static bool is_default() {
#if defined(__x86_64__)
    return (__builtin_ia32_stmxcsr() & ~0x3fu) == 0x1f80;
#else
    return false;
#endif
  }
  const bool is_default_ = is_default();
  ::femode_t before_;
#else
  std::fenv_t before_;
#endif
};

} // namespace zvm

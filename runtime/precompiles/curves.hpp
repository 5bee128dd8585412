// Precompiles out of the curve library, and what they answer where it is not built in.
#pragma once

#include "runtime/precompiles/curves/curves.h"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {

/// Whether the library is built in (the option ZVM_CURVES of the build).
#ifdef ZVM_CURVES
inline constexpr bool kHasCurves = true;
#else
inline constexpr bool kHasCurves = false;
#endif

/// A poll hook as the library asks it.
class CurvesPoll {
 public:
  explicit CurvesPoll(PollHook hook) : hook_(hook) {}
  [[nodiscard]] zvm_curves_poll get() { return {ask, this}; }
  [[nodiscard]] Status status() const { return status_; }

 private:
  static int ask(void* context) {
    auto& poll = *static_cast<CurvesPoll*>(context);
    poll.status_ = poll.hook_();
    return poll.status_ == Status::Success ? 0 : 1;
  }

  PollHook hook_;
  Status status_ = Status::Success;
};

/// Output of kSize bytes, written by kFunction(input..., bytes). The arguments are those of
/// curves.h.
template <auto* kFunction, size_t kSize, typename... Input>
[[nodiscard]] Status compute(Buffer& output, PrecompileContext& context, Input... input) {
  if constexpr (kHasCurves) {
    uint8_t bytes[kSize];
    switch (kFunction(input..., bytes)) {
    case ZVM_CURVES_OK:
      return give(output, bytes);
    case ZVM_CURVES_INVALID:
      return Status::PrecompileFailure;
    default:
      return host_failed(HostCause::CurveLibrary);
    }
  } else {
    context.needs_pairing = true;
    return host_failed(HostCause::NoCurves);
  }
}

/// The same of `count` items, with the questions of the poll hook in between.
template <auto* kFunction, size_t kSize>
[[nodiscard]] Status compute_polled(Buffer& output, PrecompileContext& context,
                                    const uint8_t* items, size_t count) {
  CurvesPoll poll{context.poll};
  const Status status = compute<kFunction, kSize>(output, context, items, count, poll.get());
  return poll.status() == Status::Success ? status : poll.status();
}

} // namespace zvm::runtime

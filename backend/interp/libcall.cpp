// The handlers of ops that are nothing but a call, one for each libcall.
#include "backend/interp/libcall.hpp"

#include <array>

#include "backend/interp/handlers.hpp"

namespace zvm::backend::interp {
namespace {

using runtime::LibcallInfo;
using runtime::Passed;

/// Whether all that it takes can stand in slots.
constexpr bool takes_slots(const LibcallInfo& call) {
  for (unsigned i = call.has(libcall_traits::Pure) ? 0 : 1; i < call.count; ++i) {
    const Passed parameter = call.parameters[i];
    if (parameter != Passed::Word && parameter != Passed::Number && parameter != Passed::WordResult)
      return false;
  }
  return call.has(libcall_traits::Pure) || call.parameters[0] == Passed::Frame;
}

template <Libcall kCall>
constexpr Handler handler_of() {
  if constexpr (takes_slots(info(kCall)))
    return calling<kCall>;
  else
    return nullptr;
}

constexpr auto kHandlers = []<size_t... kIndex>(std::index_sequence<kIndex...>) {
  return std::array<Handler, runtime::kLibcallCount>{handler_of<Libcall{kIndex}>()...};
}(std::make_index_sequence<runtime::kLibcallCount>{});

} // namespace

Handler libcall_handler(Libcall call) { return kHandlers[static_cast<uint8_t>(call)]; }

} // namespace zvm::backend::interp

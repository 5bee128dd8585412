#include "runtime/context.hpp"

#include <cstddef>
#include <type_traits>

#include "runtime/frame.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::runtime {

// Of a type with a base the standard leaves offsets to compilers; both have them.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

#define AT_ONE_OFFSET(field)                                                                       \
  static_assert(offsetof(Frame, field) == offsetof(Context, field) &&                              \
                offsetof(Activation, field) == offsetof(Context, field));
AT_ONE_OFFSET(gas)
AT_ONE_OFFSET(floor)
AT_ONE_OFFSET(memory)
AT_ONE_OFFSET(memory_size)
AT_ONE_OFFSET(host)
AT_ONE_OFFSET(status)
AT_ONE_OFFSET(poll)
static_assert(std::is_standard_layout_v<Context>);

} // namespace zvm::runtime

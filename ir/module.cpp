#include "ir/module.hpp"

#include <new>

namespace zvm::ir {

bool Module::try_add_type(std::span<const Type> parameters, std::span<const Type> results) {
  const auto first = static_cast<uint32_t>(types.size());
  const Range of_parameters{first, static_cast<uint32_t>(parameters.size())};
  const Range of_results{first + of_parameters.count, static_cast<uint32_t>(results.size())};
  return types.try_append(parameters) && types.try_append(results) &&
         function_types.try_push({of_parameters, of_results});
}

bool Module::try_make_bodies() {
  bodies.reset(new (std::nothrow) Function[own_functions()]);
  return bodies != nullptr;
}

} // namespace zvm::ir

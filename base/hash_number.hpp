// The hash function of FlatMap for keys that are numbers.
#pragma once

#include "base/hash.hpp"

namespace zvm {

struct HashNumber {
  uint64_t operator()(uint64_t number) const {
    const HashSecrets s;
    return mix(number ^ s.first, s.second);
  }
};

} // namespace zvm

#include "base/flat_map.hpp"

#include <random>

namespace zvm {

const uint64_t kHashSeed =
    (static_cast<uint64_t>(std::random_device{}()) << 32) ^ std::random_device{}() ^ 1;

} // namespace zvm

// The gas rules of precompiles.def. Costs saturate at 2^64 - 1; an input that the run will refuse
// may cost anything, since the refusal consumes all gas.
#pragma once

#include "runtime/precompiles/precompiles.hpp"

namespace zvm::runtime {

[[nodiscard]] uint64_t gas_words(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_rounds(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_pairs192(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_pairs384(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_msm_g1(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_msm_g2(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_eip198(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_eip2565(const Precompile&, ByteView input);
[[nodiscard]] uint64_t gas_eip7883(const Precompile&, ByteView input);

} // namespace zvm::runtime

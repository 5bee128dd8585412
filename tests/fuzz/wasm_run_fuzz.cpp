// WebAssembly that runs, of any bytes or generated: interp against step.
#include "tests/fuzz/oracles/wasm_differential.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  zvm::fuzz::check_wasm_tiers({data, size});
  return 0;
}

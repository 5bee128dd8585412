// EVM programs: interp against step.
#include "tests/fuzz/oracles/differential.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  zvm::fuzz::check_tiers({data, size}, zvm::Vm::Evm);
  return 0;
}

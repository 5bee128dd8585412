// The VMs. What is known of each is in vm_info.hpp, which compares this with the rows of vm.def.
#pragma once

#include <cstdint>

namespace zvm {

/// Whose instructions code consists of.
enum class Vm : uint8_t { Evm, Zvm, Wasm, Riscv };

} // namespace zvm

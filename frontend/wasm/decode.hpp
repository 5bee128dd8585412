// The binary format: bytes to a Module. Bodies and constant expressions are only located here;
// validate() reads them.
#pragma once

#include "base/result.hpp"
#include "frontend/wasm/module.hpp"
#include "frontend/wasm/profile.hpp"

namespace zvm::frontend::wasm {

/// Refuses with the offset of what is wrong: MalformedModule, Unsupported (a feature, by name),
/// LimitExceeded or OutOfMemory. Time and memory are linear in the module's size. The module refers
/// to `bytes`. WebAssembly core specification, chapter 5.
[[nodiscard]] Result<Module> decode(ByteView bytes, const Profile& profile);

} // namespace zvm::frontend::wasm

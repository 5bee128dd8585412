// WebAssembly engines, ours and foreign ones, and the kernels they run: modules that export
// run(i32) -> i64.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zvm::perf {

using WasmBytes = std::vector<uint8_t>;

/// run(n) of one instance.
using WasmRun = std::function<int64_t(int32_t)>;

struct WasmEngine {
  std::string name;
  /// A new instance; throws where the engine refuses the module. It lives as long as the function.
  std::function<WasmRun(const WasmBytes&)> load;
};

enum class OurWasm : uint8_t { Interp, Step, Unmetered, Asmjit };
/// Ours: tier interp or step with gas as in wasm-1, or tier interp without.
[[nodiscard]] WasmEngine our_wasm_engine(OurWasm form);

/// A foreign engine: a shared library with peer_name, peer_load and peer_run (perf/README.md).
/// Throws where it is none.
[[nodiscard]] WasmEngine load_wasm_peer(const std::string& library);
/// Those of $ZVM_WASM_PEERS, paths with colons between.
[[nodiscard]] std::vector<WasmEngine> load_wasm_peers();

struct WasmKernel {
  std::string name;
  int32_t n = 0; ///< what takes an interpreter 10 to 40 ms
  WasmBytes bytes;
};
/// The modules in $ZVM_WASM that kernels are known by; none where it names no folder.
[[nodiscard]] std::vector<WasmKernel> read_wasm_kernels();

/// All *.wasm below $ZVM_WASM, by name; none where it names no folder.
struct WasmFile {
  std::string name;
  WasmBytes bytes;
};
[[nodiscard]] std::vector<WasmFile> read_wasm_files();

} // namespace zvm::perf

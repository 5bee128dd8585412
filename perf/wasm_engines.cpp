#include "perf/wasm_engines.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <stdexcept>

namespace zvm::perf {
namespace {

struct Argument {
  std::string_view kernel;
  int32_t n;
};
constexpr Argument kArguments[] = {
    {"fib", 28},  {"sha256", 60}, {"keccak", 3000},  {"nbody", 20000}, {"matmul", 2},
    {"qsort", 3}, {"sieve", 5},   {"bigint", 10000}, {"parse", 80},    {"interp", 40000},
    {"mem", 60},  {"memg", 80},   {"coremark", 4},
};

template <typename Function>
Function* symbol(void* library, const std::string& path, const char* name) {
  auto* found = reinterpret_cast<Function*>(dlsym(library, name));
  if (found == nullptr)
    throw std::runtime_error(path + " has no " + name);
  return found;
}

} // namespace

WasmEngine load_wasm_peer(const std::string& path) {
  // Never closed: instances may outlive what is known of the library here.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    throw std::runtime_error(dlerror());
  auto* name = symbol<const char*()>(library, path, "peer_name");
  auto* load = symbol<void*(const uint8_t*, size_t)>(library, path, "peer_load");
  auto* run = symbol<int64_t(void*, int32_t)>(library, path, "peer_run");
  return {name(), [=](const WasmBytes& bytes) -> WasmRun {
            void* instance = load(bytes.data(), bytes.size());
            if (instance == nullptr)
              throw std::runtime_error(std::string{name()} + " refuses the module");
            return [=](int32_t n) { return run(instance, n); };
          }};
}

std::vector<WasmEngine> load_wasm_peers() {
  const char* given = std::getenv("ZVM_WASM_PEERS");
  std::vector<WasmEngine> peers;
  for (const auto part : std::views::split(std::string_view{given != nullptr ? given : ""}, ':')) {
    const std::string path{part.begin(), part.end()};
    if (!path.empty())
      peers.push_back(load_wasm_peer(path));
  }
  return peers;
}

std::vector<WasmFile> read_wasm_files() {
  const char* given = std::getenv("ZVM_WASM");
  const std::filesystem::path folder = given != nullptr ? given : "";
  std::vector<WasmFile> files;
  if (!std::filesystem::is_directory(folder))
    return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".wasm")
      continue;
    std::ifstream stream{entry.path(), std::ios::binary};
    files.push_back({entry.path().stem().string(),
                     {std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}}});
  }
  std::ranges::sort(files, {}, &WasmFile::name);
  return files;
}

std::vector<WasmKernel> read_wasm_kernels() {
  std::vector<WasmKernel> kernels;
  for (const WasmFile& file : read_wasm_files()) {
    const auto* argument = std::ranges::find(kArguments, file.name, &Argument::kernel);
    if (argument != std::end(kArguments))
      kernels.push_back({file.name, argument->n, file.bytes});
  }
  return kernels;
}

} // namespace zvm::perf

#include "cli/conformance/suites.hpp"

namespace zvm::cli {
namespace {

constexpr std::string_view kModules[] = {".wasm", ".wat"};

constexpr Suite kSuites[] = {
    {"statetest", {".json"}, state_tests},          {"blocktest", {".json"}, block_tests},
    {"contracts", {".calls.json"}, contract_tests}, {"hashes", {".json"}, hash_tests},
    {"precompiles", {".json"}, precompile_tests},   {"wast", {".json", kModules}, wast_tests},
    {"wasm-gas", {".json"}, wasm_gas_tests},
};

} // namespace

std::span<const Suite> suites() { return kSuites; }

} // namespace zvm::cli

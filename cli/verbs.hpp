// The verbs of the tool. Each adds its subcommand, which sets `chosen` if it is the one on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace zvm::cli {

/// What is done once the command line has been read; the exit code.
using Action = std::function<int()>;

void add_run(CLI::App& app, Action& chosen);
void add_evm(CLI::App& app, Action& chosen);
void add_hybrid(CLI::App& app, Action& chosen);
void add_demo(CLI::App& app, Action& chosen);
void add_asm(CLI::App& app, Action& chosen);
void add_disasm(CLI::App& app, Action& chosen);
void add_ir(CLI::App& app, Action& chosen);
void add_trace(CLI::App& app, Action& chosen);
void add_wasm(CLI::App& app, Action& chosen);
void add_hash(CLI::App& app, Action& chosen);
void add_t8n(CLI::App& app, Action& chosen);
void add_t9n(CLI::App& app, Action& chosen);
void add_statetest(CLI::App& app, Action& chosen);
void add_conformance(CLI::App& app, Action& chosen);

} // namespace zvm::cli

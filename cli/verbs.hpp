// The verbs of the tool. Each adds itself to the tool.
#pragma once

#include "cli/verb.hpp"

namespace zvm::cli {

void add_run(Tool& tool);
void add_evm(Tool& tool);
void add_hybrid(Tool& tool);
void add_demo(Tool& tool);
void add_asm(Tool& tool);
void add_disasm(Tool& tool);
void add_ir(Tool& tool);
void add_native(Tool& tool);
void add_trace(Tool& tool);
void add_wasm(Tool& tool);
void add_hash(Tool& tool);
void add_t8n(Tool& tool);
void add_t9n(Tool& tool);
void add_statetest(Tool& tool);
void add_conformance(Tool& tool);

} // namespace zvm::cli

// expect: instruction_without_price
#include "frontend/wasm/costs.hpp"

namespace zvm::frontend::wasm {

constexpr Op kLast = static_cast<Op>(kOpCount - 1);
#ifdef ZVM_MISUSE
constexpr CostRow kRows[] = {{Op::Unreachable, Op::End, gas::Cost::WasmBasic},
                             {Op::BrIf, kLast, gas::Cost::WasmBranch}};
#else
constexpr CostRow kRows[] = {{Op::Unreachable, Op::End, gas::Cost::WasmBasic},
                             {Op::Br, kLast, gas::Cost::WasmBranch}};
#endif
constexpr CostTable kTable = make_cost_table(kRows);
static_assert(kTable[static_cast<size_t>(Op::Br)] == gas::Cost::WasmBranch);

} // namespace zvm::frontend::wasm

// expect: opcode_stands_twice
#include "frontend/opcode_table.hpp"

namespace zvm::frontend {

constexpr OpcodeRow kRows[] = {
    {0x01, {"ONE", 0, 0, 0, gas::Cost::Zero, Revision::Frontier, NoFlags, "A sentence."}},
#ifdef ZVM_MISUSE
    {0x01, {"TWO", 0, 0, 0, gas::Cost::Zero, Revision::Frontier, NoFlags, "The same byte again."}},
#endif
};
constexpr OpcodeTable kTable = make_opcode_table(kRows);
static_assert(kTable[1].is_assigned());

} // namespace zvm::frontend

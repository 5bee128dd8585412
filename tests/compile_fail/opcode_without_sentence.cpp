// expect: doc_is_not_a_sentence
#include "frontend/opcode_table.hpp"

namespace zvm::frontend {

constexpr OpcodeRow kRows[] = {
    {0x01, {"ONE", 0, 0, 0, gas::Cost::Zero, Revision::Frontier, NoFlags, "A sentence."}},
#ifdef ZVM_MISUSE
    {0x02, {"TWO", 0, 0, 0, gas::Cost::Zero, Revision::Frontier, NoFlags, "no full stop"}},
#endif
};
constexpr OpcodeTable kTable = make_opcode_table(kRows);
static_assert(kTable[1].is_assigned());

} // namespace zvm::frontend

// Two tables know the vector instructions: opcodes.def as WebAssembly encodes them, base/vector.def
// as what computes.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/vector.hpp"
#include "frontend/wasm/opcodes.hpp"

namespace zvm::frontend::wasm {
namespace {

char letter(Operand operand) {
  switch (static_cast<ValType>(operand)) {
  case ValType::I32:
    return 'i';
  case ValType::I64:
    return 'l';
  case ValType::F32:
    return 'f';
  case ValType::F64:
    return 'd';
  case ValType::V128:
    return 'v';
  default:
    return '?'; // an address
  }
}
std::string signature(const OpInfo& op) {
  std::string text;
  for (unsigned i = 0; i < op.signature.parameters; ++i)
    text += letter(op.signature.parameter[i]);
  // The lanes that shuffle names are an operand of what computes it.
  if (op.immediates == Immediates::Lanes)
    text += 'v';
  text += ':';
  for (unsigned i = 0; i < op.signature.results; ++i)
    text += letter(op.signature.result[i]);
  return text;
}
bool computes(const OpInfo& op) {
  return op.prefix == kVectorPrefix && op.immediates != Immediates::Memory &&
         op.immediates != Immediates::MemoryLane && op.immediates != Immediates::V128;
}

TEST(WasmVectorRows, AreTheInstructionsThatCompute) {
  size_t computing = 0;
  for (const OpInfo& op : kOps) {
    const auto has_text = [&](const VectorInfo& row) { return row.text == op.text; };
    ASSERT_EQ(std::ranges::count_if(kVectorInfo, has_text), computes(op) ? 1 : 0) << op.text;
    if (!computes(op))
      continue;
    ++computing;
    const VectorInfo& row = *std::ranges::find_if(kVectorInfo, has_text);
    EXPECT_EQ(row.signature, signature(op)) << op.text;
    EXPECT_EQ(row.lanes, op.immediates == Immediates::Lane ? 16 / op.width : 0) << op.text;
  }
  EXPECT_EQ(computing, kVectorOpCount);
}

} // namespace
} // namespace zvm::frontend::wasm

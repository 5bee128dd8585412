#include "frontend/wasm/costs.hpp"

#include <gtest/gtest.h>

namespace zvm::frontend::wasm {
namespace {

using gas::WasmSchedule;

Costs costs(WasmSchedule schedule) {
  return make_costs(gas::make_wasm_schedule(schedule, kLatestRevision));
}

// Weights of the ABI zvm-wasm-1, a tenth of a gas each, and a gas has 1,000 sub-units.
TEST(WasmCosts, AreTheWeightsOfTheAbi) {
  const Costs c = costs(WasmSchedule::Wasm1);
  const auto weight = [&](Op op) { return c[op] / 100; };
  for (const Op op : {Op::LocalGet, Op::I32Const, Op::Drop, Op::Select, Op::I32Xor, Op::I64ShrU,
                      Op::Nop, Op::Return, Op::If, Op::Loop, Op::MemorySize, Op::I32WrapI64})
    EXPECT_EQ(weight(op), 1) << info(op).text;
  for (const Op op : {Op::Br, Op::BrIf, Op::I32x4Add, Op::V128Load})
    EXPECT_EQ(weight(op), 2) << info(op).text;
  for (const Op op : {Op::I32Load, Op::I64Store8, Op::I64Add, Op::I32Sub, Op::I32Eqz, Op::I64LtS,
                      Op::GlobalGet, Op::GlobalSet, Op::BrTable, Op::MemoryCopy, Op::TableInit})
    EXPECT_EQ(weight(op), 3) << info(op).text;
  for (const Op op : {Op::Call, Op::I32Mul, Op::F64Mul, Op::I64MulWideU})
    EXPECT_EQ(weight(op), 5) << info(op).text;
  for (const Op op : {Op::I32DivS, Op::I64RemU, Op::F32Div, Op::CallIndirect})
    EXPECT_EQ(weight(op), 8) << info(op).text;
  EXPECT_EQ(c.page, 200'000);
  EXPECT_EQ(c.bulk_word, 100);
}

TEST(WasmCosts, AreOneGasAnInstructionInV03) {
  const Costs c = costs(WasmSchedule::WasmV03);
  for (size_t i = 0; i < kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const bool is_mark = op == Op::Block || op == Op::Else || op == Op::End;
    EXPECT_EQ(c[op], is_mark ? 0 : 1) << info(op).text;
  }
}

// A loop is closed by one of these, and nothing else goes back.
TEST(WasmCosts, MakeEveryWayBackCostSomething) {
  for (const auto schedule : {WasmSchedule::Wasm1, WasmSchedule::WasmV03}) {
    const Costs c = costs(schedule);
    for (const Op op : {Op::Loop, Op::Br, Op::BrIf, Op::BrTable, Op::Call, Op::CallIndirect,
                        Op::ReturnCall, Op::ReturnCallIndirect})
      EXPECT_GT(c[op], 0) << info(op).text;
  }
}

TEST(WasmCosts, GrowWithWhatIsMoved) {
  const Costs c = costs(WasmSchedule::Wasm1);
  EXPECT_EQ(c.entry(0), 0);
  EXPECT_EQ(c.entry(64), 0);
  EXPECT_EQ(c.entry(65), 100);
  EXPECT_EQ(c.entry(68), 100);
  EXPECT_EQ(c.entry(69), 200);
  EXPECT_EQ(c.entry(50'000), 1'248'400);
  EXPECT_EQ(c.move(0), 0);
  EXPECT_EQ(c.move(4), 0);
  EXPECT_EQ(c.move(5), 50);
  EXPECT_EQ(c.move(1'000), 49'800);
}

} // namespace
} // namespace zvm::frontend::wasm

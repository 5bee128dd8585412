// What ops fail with, as their rows say, against what they do: arithmetic in the evaluator that the
// interpreter is compared with, all else in its libcall.
#include <gtest/gtest.h>

#include "backend/lowering.hpp"
#include "tests/support/ir/every_op.hpp"
#include "tests/support/ir/pure_ops.hpp"
#include "tests/unit/runtime/libcalls/fixture.hpp"
#include "tests/unit/runtime/libcalls/module_fixture.hpp"

namespace zvm::backend {
namespace {

using ir::failure;
using ir::Failures;
using ir::Op;
using runtime::Libcall;

std::string names(Failures failures) {
  std::string text;
  for (uint8_t s = 0; s < 32; ++s)
    text += (failures >> s & 1) != 0 ? std::string{name(Status{s})} + " " : "";
  return text;
}
void note(Failures& seen, Status status) {
  if (status != Status::Success)
    seen |= failure(status);
}

template <typename Visit>
void for_each_op(Visit visit) {
  for (unsigned i = 0; i < ir::kOpCount; ++i) {
    const Op op{static_cast<uint8_t>(i)};
    SCOPED_TRACE(ir::info(op).name);
    visit(op, ir::info(op));
  }
}

/// What may exit says why, unless only the host knows.
TEST(Failures, HaveAReason) {
  for_each_op([](Op op, const ir::OpInfo& info) {
    if (info.has(ir::MayExit))
      EXPECT_TRUE(info.failures() != 0 || info.has(ir::ReadsHost | ir::WritesHost));
    else
      EXPECT_EQ(info.failures(), 0u);
    EXPECT_EQ(info.failures() & (failure(Status::Success) | failure(Status::Revert)), 0u);
    if (info.has(ir::Charges) && !info.has(ir::Terminator) && op != Op::HostExt)
      EXPECT_TRUE((info.failures() & failure(Status::OutOfGas)) != 0);
  });
}

/// All pairs of numbers at the edges of a type's bits.
Failures computed(const ir::Function& f, const ir::Inst& inst) {
  const unsigned bits = ir::bits(f.type(f.args(inst)[0]));
  const U256 one{1}, ones = (one << bits) - one;
  // As floats zeros, numbers too small and too large, and none.
  const U256 edges[] = {U256{}, one, one << (bits - 1), (ones >> 1) - (one << (bits - 4)), ones};
  Failures seen = 0;
  for (const U256& a : edges) {
    for (const U256& b : edges) {
      const U256 in[] = {a, b};
      std::array<U256, 2> out;
      note(seen, test::compute(f, inst, std::span{in}.first(inst.args.count), out));
    }
  }
  return seen;
}

TEST(Failures, OfArithmetic) {
  unsigned checked = 0;
  for_each_op([&](Op op, const ir::OpInfo& info) {
    // Those of step form are the machine's own.
    if (!info.at_most_fails() || info.failures() == 0 ||
        lowering(op).how != OpLowering::How::Inline || info.name.starts_with("Step"))
      return;
    ++checked;
    Failures seen = 0;
    for (unsigned variant = 0; variant < 16; ++variant) {
      const ir::Function f = test::function_with(op, variant);
      for (const ir::Inst& inst : f.insts) {
        if (inst.op == op)
          seen |= computed(f, inst);
      }
    }
    EXPECT_EQ(names(seen), names(info.failures()));
  });
  EXPECT_EQ(checked, 6u);
}

/// Calls with the operands, then zeros: the first memory, table, segment or type.
template <typename... Rest>
Status call(Status (*function)(runtime::Activation&, Rest...), runtime::Activation& a,
            std::array<uint64_t, 6> values) {
  return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    return function(a, values[kIndex]...);
  }(std::index_sequence_for<Rest...>{});
}

class ModuleFailures : public runtime::testing::ModuleLibcallTest {
 protected:
  ModuleFailures() {
    callee_.signature = &other_;
    instance_.types = types_.data();
  }

  template <Libcall kCall>
  void run(unsigned operands, Failures& seen) {
    if constexpr (info(kCall).parameters[0] == runtime::Passed::Activation &&
                  info(kCall).result == runtime::Passed::Status) {
      constexpr uint64_t kEdges[] = {0, 1, 4, 5, runtime::kPage, UINT64_MAX};
      for (const int64_t gas : {-1, 100}) {
        for (unsigned n = 0; n < 6 * 6 * 6; ++n) {
          std::array<uint64_t, 6> values{kEdges[n % 6], kEdges[n / 6 % 6], kEdges[n / 36]};
          std::fill(values.begin() + operands, values.end(), 0);
          a_.gas = gas;
          std::fill_n(tables_[0].items, tables_[0].size, runtime::Reference{});
          tables_[0].items[1] = runtime::reference_to(&callee_);
          note(seen, call(runtime::kFunctionOf<kCall>, a_, values));
        }
      }
    }
  }

 private:
  static constexpr runtime::ValueType kTypes[] = {runtime::ValueType::I32};
  const runtime::Signature expected_{kTypes, 1, 0, 1, 0}, other_{};
  std::array<const runtime::Signature*, 1> types_{&expected_};
  runtime::Function callee_;
};

TEST_F(ModuleFailures, OfLibcalls) {
  unsigned checked = 0;
  for_each_op([&](Op op, const ir::OpInfo& info) {
    const auto libcall = lowering(op).libcall(ir::Type::I64, 0);
    if (!libcall || runtime::info(*libcall).parameters[0] != runtime::Passed::Activation ||
        runtime::info(*libcall).leaves == runtime::Leaves::Never)
      return;
    ++checked;
    const bool is_call = info.signature.contains('*'); // the libcall finds the function only
    const auto operands = static_cast<unsigned>(is_call ? 1 : info.signature.find(':'));
    Failures seen = is_call ? failure(Status::OutOfGas) | failure(Status::StackExhausted) : 0;
    [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      ((Libcall{kIndex} == *libcall ? run<Libcall{kIndex}>(operands, seen) : void()), ...);
    }(std::make_index_sequence<runtime::kLibcallCount>{});
    EXPECT_EQ(names(seen), names(info.failures()));
  });
  EXPECT_EQ(checked, 10u);
}

using MessageFailures = runtime::testing::LibcallTest;

TEST_F(MessageFailures, OfLibcalls) {
  Failures touched = 0, bounds = 0;
  for (const U256& offset : {U256{}, U256{1}, U256{UINT64_MAX}, U256{} - U256{1}}) {
    for (const U256& length : {U256{}, U256{32}, U256{} - U256{1}}) {
      note(touched, runtime::libcall::touch(frame_, offset, length));
      note(bounds, runtime::libcall::data_bounds_returndata(frame_, offset, length));
    }
  }
  EXPECT_EQ(names(touched), names(ir::info(Op::MemTouch).failures()));
  EXPECT_EQ(names(bounds), names(ir::info(Op::DataBounds).failures()));
}

} // namespace
} // namespace zvm::backend

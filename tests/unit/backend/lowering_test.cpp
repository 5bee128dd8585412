// Walks the table of lowerings: what it names must take what the op has, and be as the op's effects
// say.
#include "backend/lowering.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "ir/evaluate.hpp"

namespace zvm::backend {
namespace {

using ir::Op;
using runtime::Leaves;
using runtime::Libcall;
using runtime::LibcallInfo;
using runtime::Passed;

namespace traits = runtime::libcall_traits;

/// All libcalls of an op.
std::vector<Libcall> libcalls_of(Op op) {
  const OpLowering& how = lowering(op);
  std::vector<Libcall> all;
  for (uint64_t attribute = how.begin; attribute < std::max<uint64_t>(how.end, 1); ++attribute) {
    if (const auto call = how.libcall(ir::Type::I256, attribute))
      all.push_back(*call);
  }
  return all;
}

template <typename Visit>
void for_each_libcall(Visit visit) {
  for (unsigned i = 0; i < ir::kOpCount; ++i) {
    const Op op{static_cast<uint8_t>(i)};
    for (const Libcall call : libcalls_of(op)) {
      SCOPED_TRACE(std::string{ir::info(op).name} + " by " + std::string{info(call).name});
      visit(op, ir::info(op), info(call));
    }
  }
}

unsigned count(const LibcallInfo& call, std::initializer_list<Passed> kinds) {
  unsigned sum = 0;
  for (unsigned i = 0; i < call.count; ++i)
    sum += std::ranges::find(kinds, call.parameters[i]) != kinds.end() ? 1 : 0;
  return sum;
}

TEST(Lowering, NamesEveryLibcall) {
  std::set<Libcall> named;
  for (unsigned i = 0; i < ir::kOpCount; ++i)
    named.merge([&] {
      const auto all = libcalls_of(Op{static_cast<uint8_t>(i)});
      return std::set<Libcall>{all.begin(), all.end()};
    }());
  named.insert(Libcall::grow); // of mem.touch, for who has the end of the range at hand
  EXPECT_EQ(named.size(), runtime::kLibcallCount) << "a function that no op needs";
}

/// Operands, then numbers of the attribute, then a result; but what is run by run, and the ends of
/// messages.
TEST(Lowering, PassesWhatTheOpHas) {
  unsigned checked = 0;
  for_each_libcall([&](Op op, const ir::OpInfo& info, const LibcallInfo& call) {
    const size_t colon = info.signature.find(':');
    if (info.signature.contains('*') || call.name == "end_message")
      return;
    const bool is_chosen = lowering(op).end != 0;
    const unsigned numbers = is_chosen                                ? 0
                             : info.attribute == ir::Attribute::Index ? 1
                             : info.attribute == ir::Attribute::Pair  ? 2
                                                                      : 0;
    EXPECT_EQ(count(call, {Passed::Word, Passed::Number}), colon + numbers);
    const bool gives = info.signature.size() > colon + 1;
    // The address of a touch is its offset.
    EXPECT_EQ(count(call, {Passed::WordResult, Passed::NumberResult}),
              gives && op != Op::MemTouch ? 1u : 0u);
    ++checked;
  });
  EXPECT_GT(checked, 40u);
}

TEST(Lowering, IsAsTheEffectsSay) {
  for_each_libcall([](Op op, const ir::OpInfo& info, const LibcallInfo& call) {
    EXPECT_EQ(call.leaves == Leaves::Never, call.result == Passed::Nothing);
    EXPECT_TRUE(call.doc.ends_with('.'));
    if (op == Op::CallIndirect || op == Op::TailCallIndirect)
      return; // it finds the function only
    // Blob hashes are the transaction's: pure for who executes, read from the host by who
    // implements.
    if (!info.has(ir::Terminator) && op != Op::HostBlobHash)
      EXPECT_EQ(info.has(ir::MayExit), call.leaves != Leaves::Never);
    if (info.has(ir::Charges) || info.has(ir::ReadsHost) || info.has(ir::WritesHost)) {
      EXPECT_TRUE(call.has(traits::Gas));
      EXPECT_FALSE(call.has(traits::Leaf));
    }
    if (info.has(ir::GrowsMemory))
      EXPECT_TRUE(call.has(traits::Grows));
    if (call.has(traits::Pure))
      EXPECT_EQ(call.leaves, Leaves::Never);
  });
}

/// A message's functions take its frame, a module's its activation, pure ones nothing.
TEST(Lowering, PassesTheContextFirst) {
  for (unsigned i = 0; i < runtime::kLibcallCount; ++i) {
    const LibcallInfo& call = info(Libcall{static_cast<uint8_t>(i)});
    const unsigned contexts = count(call, {Passed::Frame, Passed::Activation});
    EXPECT_EQ(contexts, call.has(traits::Pure) ? 0u : 1u) << call.name;
    if (contexts == 1)
      EXPECT_TRUE(call.parameters[0] == Passed::Frame || call.parameters[0] == Passed::Activation);
  }
}

/// Random words, many of them narrow or near the ends.
class Words {
 public:
  U256 next() {
    U256 word;
    const unsigned limbs = static_cast<unsigned>(random_() % 5);
    for (unsigned i = 0; i < limbs; ++i)
      word.limbs[i] = random_() % 4 == 0 ? ~uint64_t{0} : random_();
    return random_() % 4 == 0 ? U256{} - word : word;
  }

 private:
  std::mt19937_64 random_{1};
};

template <Libcall kCall>
void compare_with_evaluation(Op op, Words& words) {
  constexpr auto kFunction = runtime::kFunctionOf<kCall>;
  using Function = std::remove_const_t<decltype(kFunction)>;
  const U256 a = words.next(), b = words.next(), n = words.next();
  U256 result;
  if constexpr (std::same_as<Function, void (*)(const U256&, const U256&, U256&)>)
    kFunction(a, b, result);
  else if constexpr (std::same_as<Function, void (*)(const U256&, const U256&, const U256&, U256&)>)
    kFunction(a, b, n, result);
  else
    FAIL() << "an operation of some other form";
  EXPECT_EQ(result, ir::evaluate(op, ir::Type::I256, ir::Type::I256, a, b, n)) << ir::info(op).name;
}

TEST(Lowering, ComputesWhatConstantsFoldTo) {
  Words words;
  unsigned ops = 0;
  for (unsigned i = 0; i < ir::kOpCount; ++i) {
    const Op op{static_cast<uint8_t>(i)};
    if (!ir::info(op).has(ir::Computes) || libcalls_of(op).empty())
      continue;
    const Libcall call = libcalls_of(op)[0];
    ++ops;
    for (unsigned round = 0; round < 2000; ++round) {
      [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
        ((Libcall{kIndex} == call ? compare_with_evaluation<Libcall{kIndex}>(op, words) : void()),
         ...);
      }(std::make_index_sequence<runtime::kLibcallCount>{});
    }
  }
  EXPECT_EQ(ops, 7u);
}

} // namespace
} // namespace zvm::backend

// What the analyses say of random functions, beside slow ways to find it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "ir/analysis/cfg.hpp"
#include "ir/analysis/loops.hpp"
#include "ir/analysis/uses.hpp"
#include "ir/builder.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "tests/support/ir/random_function.hpp"

namespace zvm::ir {
namespace {

using test::Choices;

/// Blocks with edges wherever chance leads them, forwards and backwards; nothing else.
Function random_graph(Choices& choices) {
  Function f;
  Builder b{f};
  const uint32_t count = 2 + choices.below(12);
  for (uint32_t i = 0; i < count; ++i)
    f.make_block();
  const auto any = [&] { return 1 + choices.below(count - 1); };
  for (BlockId i = 0; i < count; ++i) {
    b.set_block(i);
    switch (choices.below(5)) {
    case 0:
      b.stop();
      break;
    case 1:
      b.br(any());
      break;
    default:
      b.br_if(f.make_constant(Type::I32, 1), i + 1 < count && choices.one_in(2) ? i + 1 : any(),
              any());
    }
  }
  return f;
}

std::set<BlockId> reached_without(const Function& f, BlockId without) {
  std::set<BlockId> seen;
  std::vector<BlockId> open;
  if (without != 0)
    open.push_back(0);
  while (!open.empty()) {
    const BlockId b = open.back();
    open.pop_back();
    if (!seen.insert(b).second)
      continue;
    for (const Target& t : targets_of(f, b)) {
      if (t.block != without)
        open.push_back(t.block);
    }
  }
  return seen;
}

/// Blocks from which `head` is reached inside of what it dominates, by definition of a natural
/// loop.
std::set<BlockId> natural_loop(const Dominators& d, const Cfg& cfg, BlockId head) {
  std::set<BlockId> loop;
  std::vector<BlockId> open;
  for (const Edge& e : cfg.predecessors(head)) {
    if (d.dominates(head, e.block))
      open.push_back(e.block);
  }
  if (open.empty())
    return {};
  loop.insert(head);
  while (!open.empty()) {
    const BlockId b = open.back();
    open.pop_back();
    if (!loop.insert(b).second)
      continue;
    for (const Edge& e : cfg.predecessors(b))
      open.push_back(e.block);
  }
  return loop;
}

TEST(IrAnalysis, EdgesBackwardsAndOrder) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    Choices choices{seed};
    const Function f = random_graph(choices);
    Cfg cfg;
    ASSERT_TRUE(cfg.try_build(f));
    const std::set<BlockId> reached = reached_without(f, kNone);
    std::map<BlockId, std::vector<std::pair<BlockId, uint32_t>>> expected;
    for (const BlockId b : cfg.order()) {
      const auto targets = targets_of(f, b);
      for (uint32_t t = 0; t < targets.size(); ++t)
        expected[targets[t].block].emplace_back(b, t);
    }
    ASSERT_EQ(cfg.order().size(), reached.size()) << print(f);
    ASSERT_EQ(cfg.order().front(), 0u);
    for (BlockId b = 0; b < f.blocks.size(); ++b) {
      ASSERT_EQ(cfg.is_reachable(b), reached.contains(b));
      std::vector<std::pair<BlockId, uint32_t>> found;
      for (const Edge& e : cfg.predecessors(b))
        found.emplace_back(e.block, e.target);
      ASSERT_EQ(found, expected[b]) << "block " << b << '\n' << print(f);
    }
    // A block comes after those that dominate it.
    for (const BlockId b : cfg.order()) {
      for (const BlockId a : cfg.order()) {
        if (a != b && !reached_without(f, a).contains(b)) {
          ASSERT_LT(cfg.place(a), cfg.place(b)) << print(f);
        }
      }
    }
  }
}

TEST(IrAnalysis, LoopsInLoops) {
  unsigned nested = 0, irreducible = 0;
  for (uint64_t seed = 0; seed < 6000; ++seed) {
    Choices choices{seed};
    const Function f = random_graph(choices);
    Cfg cfg;
    Dominators d;
    Loops loops;
    ASSERT_TRUE(cfg.try_build(f) && d.try_build(f, cfg) && loops.try_build(f, cfg, d));
    std::map<BlockId, std::set<BlockId>> all;
    for (const BlockId head : cfg.order()) {
      if (std::set<BlockId> loop = natural_loop(d, cfg, head); !loop.empty())
        all[head] = std::move(loop);
    }
    for (const BlockId b : cfg.order()) {
      // The innermost loop has the fewest blocks of those around.
      std::vector<BlockId> around;
      for (const auto& [head, loop] : all) {
        if (loop.contains(b))
          around.push_back(head);
      }
      std::ranges::sort(around, {}, [&](BlockId head) { return all[head].size(); });
      ASSERT_EQ(loops.depth(b), around.size()) << "block " << b << '\n' << print(f);
      ASSERT_EQ(loops.innermost(b), around.empty() ? kNone : around[0]) << print(f);
      for (size_t i = 0; i < around.size(); ++i) {
        ASSERT_EQ(loops.outer(around[i]), i + 1 < around.size() ? around[i + 1] : kNone)
            << print(f);
      }
      nested += around.size() > 1 ? 1 : 0;
      bool leads_back = false;
      for (const Edge& e : cfg.predecessors(b))
        leads_back |= e.block >= b; // ids are the layout here
      ASSERT_EQ(loops.is_head(b), leads_back) << print(f);
      irreducible += leads_back && !all.contains(b) ? 1 : 0;
    }
  }
  EXPECT_GT(nested, 1000u);
  EXPECT_GT(irreducible, 1000u);
}

TEST(IrAnalysis, ALongNestOfLoopsIsLinear) {
  constexpr uint32_t kDeep = 50000;
  Function f;
  Builder b{f};
  const ValueId flag = f.make_constant(Type::I32, 1);
  for (uint32_t i = 0; i < 2 * kDeep + 2; ++i)
    f.make_block();
  // Heads on the way in, edges back on the way out.
  for (uint32_t i = 0; i < kDeep; ++i) {
    b.set_block(i);
    b.br(i + 1);
  }
  b.set_block(kDeep);
  b.br(kDeep + 1);
  for (uint32_t i = kDeep + 1; i <= 2 * kDeep; ++i) {
    b.set_block(i);
    b.br_if(flag, 2 * kDeep + 1 - i, i + 1);
  }
  b.set_block(2 * kDeep + 1);
  b.stop();
  Cfg cfg;
  Dominators d;
  Loops loops;
  ASSERT_TRUE(cfg.try_build(f) && d.try_build(f, cfg) && loops.try_build(f, cfg, d));
  EXPECT_EQ(loops.depth(kDeep), kDeep);
  EXPECT_EQ(loops.depth(1), 1u);
}

TEST(IrAnalysis, UsesAreAllThereIs) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Choices choices{seed};
    const Function f = test::random_function(choices, {.instructions = 40});
    Uses uses;
    ASSERT_TRUE(uses.try_build(f));
    size_t total = 0;
    for (ValueId v = 0; v < f.values.size(); ++v) {
      total += uses.count(v);
      for (const Use& use : uses.of(v)) {
        switch (use.kind) {
        case Use::Kind::Operand:
          ASSERT_EQ(f.args(f.insts[use.where])[use.index], v);
          break;
        case Use::Kind::Argument: {
          uint32_t n = use.index;
          const BlockId block = f.insts[use.where].block;
          const auto targets = targets_of(f, block);
          size_t t = 0;
          while (n >= targets[t].args.count)
            n -= targets[t++].args.count;
          ASSERT_EQ(f.values_of(targets[t].args)[n], v);
          break;
        }
        case Use::Kind::Item:
          ASSERT_EQ(f.stack_items[use.index].value, v);
        }
      }
    }
    size_t expected = 0;
    for (const BlockId b : layout(f)) {
      for (const InstId i : body(f, b))
        expected += f.insts[i].args.count;
      for (const Target& t : targets_of(f, b))
        expected += t.args.count;
    }
    for (const FrameState& s : f.states) // a random function names all it makes
      expected += s.items.count;
    ASSERT_EQ(total, expected) << print(f);
  }
}

} // namespace
} // namespace zvm::ir

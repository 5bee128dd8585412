// The verifier: what is right passes, and each check refuses what breaks it alone.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "ir/analysis/dominators.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/every_op.hpp"

namespace zvm::ir {
namespace {

Function read(std::string_view text) {
  auto f = parse(text);
  EXPECT_TRUE(f) << f.error().message() << '\n' << text;
  return f ? std::move(*f) : Function{};
}

/// The function's header and entry block, then `body`.
std::string with_body(std::string_view body) {
  return "function pc 0 need 2 growth 3\nblock0(v0: i256, v1: i256): pc 0\n" + std::string{body};
}

/// The same of code of one opcode.
std::string snippet_with_body(std::string_view body) {
  return "function final pc next need 2 growth 3\nblock0(v0: i256, v1: i256): pc 0\n" +
         std::string{body};
}

void expect_refused(const Function& f, std::string_view part,
                    Result<void> (*check)(const Function&) = verify) {
  const auto result = check(f);
  ASSERT_FALSE(result) << "expected: " << part << '\n' << print(f);
  EXPECT_EQ(result.error().code, ErrorCode::VerifyError);
  EXPECT_NE(result.error().detail.find(part), std::string::npos) << result.error().message() << '\n'
                                                                 << "expected: " << part;
}

TEST(IrVerify, EveryOpPasses) {
  for (unsigned op = 0; op < kOpCount; ++op) {
    for (unsigned variant = 0; variant < test::kVariants; ++variant) {
      const Op o = static_cast<Op>(op);
      const bool snippet = o == Op::StepImmediate || o == Op::StepPc || o == Op::StepDup ||
                           o == Op::StepSwap || o == Op::StepExchange;
      Function f = test::function_with(o, variant);
      if (snippet) {
        f.has_states = false;
        f.entry_pc = kNextPc;
        for (Inst& inst : f.insts)
          inst.state = kNone;
      }
      const auto result = verify(f);
      // Addresses that are parameters are not covered by a touch: the last of the checks.
      if (!result && result.error().detail.find("no touch covers") != std::string::npos)
        continue;
      EXPECT_TRUE(result) << result.error().message() << '\n' << print(f);
    }
  }
}

struct Case {
  const char* body;
  const char* part;
};

constexpr Case kWrongTypes[] = {
    {"v2 = add.i256 v0, 0x1:i64\nstop", "operand 2 is i64, must be i256"},
    {"v2 = add.i256 v0\nstop", "has 1 operands"},
    {"v2 = add.f64 0x1, 0x2\nstop", "has type f64"},
    {"v2 = zext.i256 v0\nstop", "converts from i256"},
    {"v2 = trunc.i256 0x1:i64\nstop", "converts from i64"},
    {"v2 = sext.i64 0x1:f32\nstop", "converts from f32"},
    {"v2 = load.i32[u8] 0x1:i64 {pc 0 pop 0 [] unused 0}\nstop", "a width that is not of its type"},
    {"v2 = load.i256[u32 be touched] 0x1:i32\nstop", "an address that is no touch's"},
    {"v2 = data.load[returndata] v0\nstop", "loads what calls change"},
    {"br_if 0x1", "has 0 targets"},
    {"stop\nblock1(v2: i64): pc 0\nbr block1(v0)", "argument 1 is i256, must be i64"},
    {"stop\nblock1(v2: i64): pc 0\nbr block1", "passes 0 arguments to block 1"},
    {"return v0", "returns 1 values"},
    {"v2 = call.message[create] v0, v1, block1 {pc 0 pop 0 [] unused 0}\nblock1: pc 1\nstop",
     "has 2 operands"},
    {"v2 = call.message[create] v0, v1, 0x1:i64, block1 {pc 0 pop 0 [] unused 0}\nblock1: pc 1\n"
     "stop",
     "not i256"},
    {"v2 = call.message[create] v0, v1, v1 {pc 0 pop 0 [] unused 0}", "has 0 targets"},
    {"v2 = call.message[create] v0, v1, v1, block1(v2) {pc 0 pop 0 [] unused 0}\n"
     "block1(v3: i64): pc 1\nstop",
     "argument 1 is i256, must be i64"},
    {"v2 = step.pc[1]\nstop", "outside step form"},
};

constexpr Case kWrongFlow[] = {
    {"br block1\nblock1: pc 0\nbr block0", "leads back to the entry block"},
    {"br block1\nblock1: pc 0", "which is gone"},
    {"v2 = add.i256 v0, v1", "ends its block and is no terminator"},
    {"stop\nstop", "before the end of its block"},
    {"br_if 0x1, block1, block2\nblock1: pc 0\nv2 = not.i256 v0\nbr block2\n"
     "block2: pc 0\nv3 = not.i256 v2\nstop",
     "does not dominate it"},
    {"br_if 0x1, block1, block2\nblock1: pc 0\nv2 = not.i256 v0\nbr block2\n"
     "block2: pc 0\nleave {pc 1 pop 0 [v2] unused 0}",
     "has in its state value 3, whose block 1 does not dominate it"},
    {"br_if 0x1, block1, block2\nblock1: pc 0\nv2 = not.i256 v0\nbr block2\n"
     "block2: pc 0 state {pc 1 pop 0 [v2] unused 0}\nstop",
     "does not dominate it"},
    {"br_if 0x1, block1, block2\nblock1: pc 0\nv2 = not.i256 v0\nstop\n"
     "block2: pc 0\nbr block3(v2)\nblock3(v3: i256): pc 0\nstop",
     "does not dominate it"},
};

constexpr Case kWrongStates[] = {
    {"leave", "has no frame state"},
    {"v2 = mem.touch v0, v1\nstop", "has no frame state"},
    {"v2 = add.i256 v0, v1 {pc 0 pop 0 [] unused 0}\nstop", "has a frame state"},
    {"leave {pc next pop 0 [] unused 0}", "outside step form"},
    {"leave {pc 1 pop 3 [] unused 0}", "pops more than the function needs"},
    {"leave {pc 1 pop 1 [v0, v0, v0, v0, v0] unused 0}", "grows more than the function does"},
    {"v2 = mem.touch v0, v1 {pc 0 pop 0 [] unused -1}\nstop", "negative prepaid gas"},
    {"leave.dyn[2] v0 {pc 1 pop 2 [v0] unused 0}", "takes more than the stack of its state"},
    {"br block1\nblock1: pc 0 gas 5\nstop", "charges gas or polls without a state"},
    {"br block1\nblock1: pc 0 poll\nstop", "charges gas or polls without a state"},
    {"br block1\nblock1: pc 0 gas -5\nstop", "has negative gas"},
    {"br block1\nblock1: pc 0 gas 5 state {pc 0 pop 0 [] unused 5}\nstop", "with prepaid gas"},
    {"br block1\nblock1: pc 0 final\nstop", "declared final and cannot fail"},
    {"br block1\nblock1: pc 0 gas 5 final state {pc 0 pop 0 [] unused 0}\nstop", "or has a state"},
    {"v2 = mem.touch v0, v1 final {pc 0 pop 0 [] unused 0}\nstop", "has a frame state"},
    {"v2 = add.i256 v0, v1 final\nstop", "declared final and does not fail for good"},
    {"v2 = host.sload v0 final\nstop", "declared final and does not fail for good"},
    {"leave final {pc 0 pop 0 [] unused 0}", "declared final and does not fail for good"},
    {"return.label v0", "has no frame state"},
};

// Entries beside block 0.
constexpr Case kWrongEntries[] = {
    {"br block1(v0)\nblock1(v2: i256): pc 4 entry state {pc 4 pop 1 [v2] unused 0}\nstop",
     "leads to an entry"},
    {"stop\nblock1: pc 4 entry\nstop", "is an entry without a state"},
    {"stop\nblock1(v2: i256): pc 4 entry state {pc 5 pop 1 [v2] unused 0}\nstop",
     "whose state is not its own"},
    {"stop\nblock1(v2: i256, v3: i256): pc 4 entry state {pc 4 pop 2 [v3, v2] unused 0}\nstop",
     "other parameters than the items"},
    {"stop\nblock1(v2: i256): pc 4 entry state {pc 4 pop 2 [0x0, v2] unused 0}\nstop",
     "other parameters than the items"},
    {"stop\nblock1(v2: i64): pc 4 entry state {pc 4 pop 1 [v2] unused 0}\nstop",
     "parameter that is not i256"},
    // What was found before an entry is not known behind it.
    {"v2 = add.i256 v0, v1\nbr block2\n"
     "block1: pc 4 entry state {pc 4 pop 2 [_, _] unused 0}\nbr block2\n"
     "block2: pc 4 poll state {pc 4 pop 0 [] unused 0}\nleave {pc 5 pop 0 [v2] unused 0}",
     "does not dominate it"},
    {"br block2\nblock1: pc 4 entry state {pc 4 pop 2 [_, _] unused 0}\nbr block2\n"
     "block2: pc 4\nleave {pc 5 pop 0 [v0] unused 0}",
     "does not dominate it"},
    {"v2 = mem.touch 0x0, 0x20 {pc 0 pop 0 [] unused 0}\nbr block2\n"
     "block1: pc 4 entry state {pc 4 pop 2 [_, _] unused 0}\nbr block2\n"
     "block2: pc 4\nstore.i256[u32 be touched] 0x0:i64, 0x1\nstop",
     "no touch covers"},
};

#define AT "{pc 0 pop 0 [] unused 0}\n"
constexpr Case kWrongMemory[] = {
    {"v2 = mem.touch v0, 0x1f " AT "v3 = load.i256[u32 be touched] v2\nstop", "no touch covers"},
    {"v2 = mem.touch v0, 0x3 " AT "store.i64[u4 touched] v2, 0x1\nstop", "no touch covers"},
    {"store.i256[u32 be touched] 0x40:i64, v0\nstop", "operand 1 that no touch covers"},
    {"v2 = trunc.i64 v0\nstore.i256[u32 be touched] v2, v0\nstop", "no touch covers"},
    {"v2 = mem.touch v0, 0x1f " AT "store.i256[u32 be touched] v2, v0\nstop", "no touch covers"},
    {"v2 = mem.touch v0, 0x0 " AT "store.i256[u1 touched] v2, v0\nstop", "no touch covers"},
    {"v2 = mem.touch v0, 0x40 " AT "v3 = add.i64 v2, 0x21\nstore.i256[u32 be touched] v3, v0\nstop",
     "no touch covers"},
    {"v2 = mem.touch v0, 0x20 " AT
     "v3 = add.i64 v2, 0xffffffffffffffff\nstore.i256[u32 be touched] v3, v0\nstop",
     "no touch covers"},
    {"v2 = mem.touch 0x20, 0x20 " AT "store.i256[u32 be touched] 0x21:i64, v0\nstop",
     "no touch covers"},
    {"v2 = mem.touch v0, v1 " AT "v3 = hash[keccak256] v2, 0x20\nstop", "no touch covers"},
    {"v2 = mem.touch v0, v1 " AT "mem.copy v2, 0x0, v1\nstop", "operand 2 that no touch covers"},
    {"br_if 0x1, block1, block2\nblock1: pc 0\nv2 = mem.touch 0x0, 0x20 " AT "br block2\n"
     "block2: pc 0\nstore.i256[u32 be touched] 0x0:i64, v0\nstop",
     "no touch covers"},
    // A touch far below the origin says nothing of what is above it.
    {"v2 = mem.touch v0, 0x20 " AT
     "v3 = add.i256 v0, 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0\n"
     "v4 = mem.touch v3, 0x20 " AT "v5 = add.i64 v2, 0x20\nstore.i256[u32 be touched] v5, v0\nstop",
     "no touch covers"},
};

TEST(IrVerify, EachTextualRuleIsChecked) {
  for (const auto& cases :
       {std::span<const Case>{kWrongTypes}, std::span<const Case>{kWrongFlow},
        std::span<const Case>{kWrongStates}, std::span<const Case>{kWrongEntries},
        std::span<const Case>{kWrongMemory}}) {
    for (const Case& c : cases)
      expect_refused(read(with_body(c.body)), c.part);
  }
}

TEST(IrVerify, CoveredMemoryPasses) {
  constexpr const char* kRight[] = {
      "v2 = mem.touch v0, 0x20 " AT
      "store.i256[u32 be touched] v2, v0\nv3 = load.i256[u32 be touched] v2\nstop",
      "v2 = mem.touch v0, 0x40 " AT
      "v3 = add.i64 v2, 0x20\nstore.i256[u32 be touched] v3, v0\nstop",
      "v2 = mem.touch v0, 0x4 " AT "v3 = load.i64[s4 be touched] v2\nstop",
      "v2 = mem.touch v0, v1 " AT "v3 = hash[keccak256] v2, v1\nfinish v2, v1",
      "v2 = mem.touch 0x20, 0x40 " AT
      "store.i256[u32 be touched] 0x0:i64, v0\nstore.i256[u32 be touched] 0x40:i64, v1\nstop",
      "v2 = mem.touch v0, 0x20 " AT "v3 = add.i256 v0, 0x60\nv4 = mem.touch v3, 0x20 " AT
      "v5 = add.i64 v2, 0x40\nstore.i256[u32 be touched] v5, v0\nstop",
      "v2 = trunc.i64 v0\nfinish v2, 0x0",
      "br block1\nblock1: pc 0\nv2 = mem.touch 0x0, 0x20 " AT "br block2\n"
      "block2: pc 0\nstore.i256[u32 be touched] 0x0:i64, v0\nstop",
  };
  for (const char* body : kRight) {
    const auto result = verify(read(with_body(body)));
    EXPECT_TRUE(result) << result.error().message() << '\n' << body;
  }
}

TEST(IrVerify, SnippetsNeedNoStates) {
  constexpr const char* kBody = "v2 = step.immediate[3]\nv3 = mem.touch v0, 0x20\n"
                                "leave {pc next pop 2 [v2] unused 0}";
  EXPECT_TRUE(verify(read(snippet_with_body(kBody))));
  expect_refused(read(with_body(kBody)), "outside step form");
  expect_refused(read(snippet_with_body("v3 = mem.touch v0, 0x20 " AT "stop")),
                 "has a frame state");
  expect_refused(read("function final pc next\nblock0: pc 0 gas 3\nstop"), "in step form");
}

TEST(IrVerify, LoopHeadsPollAndPaidEdgesArePaid) {
  const auto loop = [](std::string_view head) {
    return read("function final\nblock0: pc 0\nbr block1\nblock1: pc 1" + std::string{head} +
                "\nbr_if 0x1, block1, block2\nblock2: pc 2\nreturn");
  };
  EXPECT_TRUE(verify(loop(" poll")));
  expect_refused(loop(""), "leads back to block 1, which does not poll");
  expect_refused(read("function final depth 24\nblock0: pc 0\nreturn"), "entered by calls");

  const auto pay = [](std::string_view gas, std::string_view branch) {
    return read("function final\nblock0: pc 0 gas " + std::string{gas} + "\n" +
                std::string{branch} + "\nblock1: pc 1 gas 5\nreturn\nblock2: pc 2\nreturn");
  };
  EXPECT_TRUE(verify(pay("5", "br block1 paid")));
  expect_refused(pay("4", "br block1 paid"), "has not paid");
  expect_refused(pay("5", "br_if 0x1, block1 paid, block2"), "cannot be paid");
  expect_refused(read("function\nblock0: pc 0\nbr block1 paid\nblock1: pc 1\nstop"),
                 "cannot be paid");
}

TEST(IrVerify, StatesAreEverywhereOrNowhere) {
  EXPECT_TRUE(verify(read("function final\nblock0: pc 0 gas 3 poll\nstop")));
  expect_refused(read("function\nblock0: pc 0 gas 3\nstop"), "without a state");
  expect_refused(read("function final\nblock0: pc 0 gas 3 state {pc 0 pop 0 [] unused 0}\nstop"),
                 "where failing is final");
  expect_refused(read("function\nblock0(v0: i256, v1: i256): pc 0\nv2 = mem.touch v0, v1\nstop"),
                 "has no frame state");
}

/// One field of a correct function damaged.
struct Damage {
  const char* part;
  std::function<void(Function&)> apply;
};

TEST(IrVerify, DamagedStructureIsRefused) {
  const std::string text =
      with_body("v2 = add.i256 v0, 0x5\n"
                "v3 = mem.touch v2, 0x20 {pc 1 pop 0 [v2] unused 0}\n"
                "br block1(v2)\n"
                "block1(v4: i256): pc 1 gas 5 state {pc 2 pop 1 [v4] unused 0}\n"
                "stop");
  const std::vector<Damage> damages = {
      {"no entry block", [](Function& f) { f.blocks.clear(); }},
      {"no entry block", [](Function& f) { f.remove_block(0); }},
      {"does not know its last instruction",
       [](Function& f) { f.blocks[0].first = f.blocks[0].last = kNone; }},
      {"lays out a block that does not exist", [](Function& f) { f.blocks[1].next = 9; }},
      {"block 0 stands in two places", [](Function& f) { f.blocks[1].next = 0; }},
      {"block 1 does not know the one before it", [](Function& f) { f.blocks[1].prev = 1; }},
      {"does not know its last block", [](Function& f) { f.blocks[0].next = kNone; }},
      {"value in its pool", [](Function& f) { f.pool[0] = 99; }},
      {"outside its pool", [](Function& f) { f.states[0].items = {5, kNone}; }},
      {"before its parent", [](Function& f) { f.states[0].parent = 0; }},
      {"without what stands above that of its parent",
       [](Function& f) {
         // One that no instruction names, but another state comes from.
         f.states[1].parent = 0;
         f.states[0].items.count = 0;
       }},
      {"with a value that does not exist", [](Function& f) { f.stack_items[0].value = 99; }},
      {"with an item out of order", [](Function& f) { f.stack_items[0].position = 9; }},
      {"moves the stack further", [](Function& f) { f.stack_need = kNone; }},
      {"target that does not exist", [](Function& f) { f.targets[0].block = 7; }},
      {"target that does not exist", [](Function& f) { f.targets[0].args.begin = 1000; }},
      {"parameters outside", [](Function& f) { f.blocks[1].params.count = 1000; }},
      {"state that does not exist", [](Function& f) { f.blocks[1].state = 9; }},
      {"state that does not exist", [](Function& f) { f.insts[1].state = 9; }},
      {"does not exist", [](Function& f) { f.blocks[1].first = 77; }},
      {"two places", [](Function& f) { f.insts[1].next = 0; }},
      {"two places", [](Function& f) { f.blocks[1].first = f.blocks[1].last = 0; }},
      {"does not know the one before", [](Function& f) { f.insts[1].prev = 2; }},
      {"is a terminator before the end", [](Function& f) { f.blocks[0].last = 7; }},
      {"no such op", [](Function& f) { f.insts[0].op = static_cast<Op>(200); }},
      {"no such op", [](Function& f) { f.insts[0].type = static_cast<Type>(77); }},
      {"does not know its block", [](Function& f) { f.insts[0].block = 1; }},
      {"operands outside", [](Function& f) { f.insts[0].args.begin = kNone; }},
      {"targets outside", [](Function& f) { f.insts[2].targets.count = 3; }},
      {"results that do not exist", [](Function& f) { f.insts[0].result = 98; }},
      {"does not know it", [](Function& f) { f.insts[0].result = f.insts[1].result; }},
      {"parameter 1, which does not know",
       [](Function& f) { f.pool[f.blocks[1].params.begin] = 0; }},
      {"a parameter its block", [](Function& f) { f.blocks[1].params.count = 0; }},
      {"without a type", [](Function& f) { f.values[0].type = Type::None; }},
      {"of no kind", [](Function& f) { f.values[f.pool[3]].kind = static_cast<ValueKind>(9); }},
      {"definition does not exist",
       [](Function& f) {
         for (Value& v : f.values)
           v.def = v.kind == ValueKind::Constant ? 50 : v.def;
       }},
      {"does not fit its type",
       [](Function& f) {
         for (Value& v : f.values)
           v.type = v.kind == ValueKind::Constant ? Type::I32 : v.type;
         f.constants[0] = U256{1} << 40;
       }},
      {"result 1 is i64, must be i256",
       [](Function& f) { f.values[f.insts[0].result].type = Type::I64; }},
      {"has 0 results", [](Function& f) { f.insts[0].result_count = 0; }},
      {"has attribute", [](Function& f) { f.insts[0].attribute = 1; }},
      {"is not defined before it",
       [](Function& f) {
         // The two instructions change places.
         f.blocks[0].first = 1;
         f.insts[1].prev = kNone;
         f.insts[1].next = 0;
         f.insts[0].prev = 1;
         f.insts[0].next = 2;
         f.insts[2].prev = 0;
       }},
  };
  EXPECT_TRUE(verify(read(text)));
  for (const Damage& d : damages) {
    Function f = read(text);
    d.apply(f);
    const auto result = verify(f);
    ASSERT_FALSE(result) << d.part;
    EXPECT_EQ(result.error().code, ErrorCode::VerifyError);
    EXPECT_NE(result.error().detail.find(d.part), std::string::npos)
        << result.error().message() << "\nexpected: " << d.part;
  }
}

TEST(IrVerify, TheErrorNamesPlaceAndOp) {
  const auto result =
      verify(read(with_body("v2 = add.i256 v0, v1\nv3 = mul.i256 v2, 0x1:i32\nstop")));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().offset, 1u);
  EXPECT_EQ(result.error().detail, "instruction 1 (mul.i256) has operand 2 is i32, must be i256");
}

// --- dominators: against their definition, on every graph of a few blocks ---

/// Some of what no edge leads to are entries.
Function graph(unsigned blocks, uint64_t bits) {
  uint64_t has_edge = 0, chance = bits;
  std::string text = "function pc 0 need 0 growth 0\n";
  for (unsigned b = 0; b < blocks; ++b) {
    text += "block" + std::to_string(b) + ": pc 0\n";
    std::string targets;
    for (unsigned t = 1; t < blocks; ++t, bits >>= 1) {
      if ((bits & 1) == 0)
        continue;
      targets += ", block" + std::to_string(t);
      has_edge |= uint64_t{1} << t;
    }
    text += targets.empty() ? "stop\n" : "br_table 0x0" + targets + "\n";
  }
  Function f = read(text);
  for (BlockId b = 1; b < blocks; ++b, chance = chance * 5 + 3) {
    if ((has_edge >> b & 1) == 0 && (chance & 2) != 0)
      (void)f.entries.try_push(b);
  }
  return f;
}

/// Which blocks are reached without passing `without`.
uint64_t reached(const Function& f, BlockId without) {
  uint64_t seen = without == 0 ? 0 : 1;
  for (const BlockId b : f.entries)
    seen |= b != without ? uint64_t{1} << b : 0;
  for (bool more = true; more;) {
    more = false;
    for (const BlockId b : layout(f)) {
      if ((seen >> b & 1) == 0)
        continue;
      const Inst& last = f.insts[f.blocks[b].last];
      for (uint32_t t = 0; t < last.targets.count; ++t) {
        const BlockId to = f.targets[last.targets.begin + t].block;
        if (to == without || (seen >> to & 1) != 0)
          continue;
        seen |= uint64_t{1} << to;
        more = true;
      }
    }
  }
  return seen;
}

void check_dominators(const Function& f) {
  Cfg cfg;
  Dominators d;
  ASSERT_TRUE(cfg.try_build(f) && d.try_build(f, cfg));
  const uint64_t all = reached(f, kNone);
  for (const BlockId b : layout(f)) {
    ASSERT_EQ(d.is_reachable(b), (all >> b & 1) != 0) << print(f);
    if (!d.is_reachable(b))
      continue;
    for (const BlockId a : layout(f)) {
      if (!d.is_reachable(a))
        continue;
      const bool expected = a == b || (reached(f, a) >> b & 1) == 0;
      ASSERT_EQ(d.dominates(a, b), expected) << a << " over " << b << '\n' << print(f);
    }
    if (d.immediate(b) != kNone) {
      ASSERT_TRUE(d.dominates(d.immediate(b), b));
    }
  }
}

TEST(IrDominators, AllGraphsOfFourBlocks) {
  for (uint64_t bits = 0; bits < uint64_t{1} << 12; ++bits)
    check_dominators(graph(4, bits));
}

TEST(IrDominators, ManyLargerGraphs) {
  uint64_t state = 1;
  for (unsigned n = 0; n < 2000; ++n) {
    uint64_t bits = ~uint64_t{0};
    for (unsigned k = 0; k < 2 + n % 2; ++k) { // thin the edges out
      state = state * 6364136223846793005 + 1442695040888963407;
      bits &= state ^ state >> 29;
    }
    check_dominators(graph(8, bits));
  }
}

// --- gas ---

SourceRow price(const void*, uint32_t pc) {
  // Costs 3, 5, 7 … by pc; pc 20 also has words, pc 30 asks the host.
  return {static_cast<int64_t>(3 + pc / 5), static_cast<DynamicGas>(pc == 20   ? kWordsGas
                                                                    : pc == 30 ? kHostGas
                                                                               : 0)};
}

constexpr SourceStep kSteps[] = {{0, 0}, {0, 10}, {0, 20}, {1, 30}, {1, 40}};

std::string gas_text(unsigned first, unsigned unused20, unsigned unused30, std::string_view extra) {
  return "function pc 0 need 1 growth 0\n"
         "block0(v0: i256): pc 0 gas " +
         std::to_string(first) +
         " state {pc 0 pop 0 [] unused 0}\n"
         "  gas.words[3] v0 {pc 20 pop 0 [] unused " +
         std::to_string(unused20) +
         "}\n"
         "  br block1\n"
         "block1: pc 30 gas 20 state {pc 30 pop 0 [] unused 0}\n"
         "  v1 = host.sload v0 {pc 30 pop 0 [] unused " +
         std::to_string(unused30) + "}\n" + std::string{extra} +
         "  leave {pc 50 pop 0 [] unused 0}\n";
}

TEST(IrVerifyGas, SumsAndDynamicGas) {
  const GasSource source{kSteps, price, nullptr};
  const auto check = [&](const std::string& text) {
    const Function f = read(text);
    EXPECT_TRUE(verify(f));
    const auto result = verify_gas(f, source);
    return result ? std::string{} : result.error().detail;
  };
  EXPECT_EQ(check(gas_text(15, 7, 20, "")), "");
  EXPECT_EQ(check(gas_text(15, 7, 20, "  v2 = gas.left\n")), "");
  EXPECT_EQ(check(gas_text(16, 7, 20, "")), "block 0 charges 16 gas, its instructions cost 15");
  EXPECT_NE(check(gas_text(15, 8, 20, "")).find("(gas.words) gives back"), std::string::npos);
  EXPECT_NE(check(gas_text(15, 7, 0, "")).find("(host.sload) gives back"), std::string::npos);
  EXPECT_NE(check(gas_text(15, 7, 20,
                           "  v2 = gas.left\n  v3 = host.sload v2 {pc 40 pop 0 [] unused 11}\n"))
                .find("(gas.left) sees the counter without what is prepaid"),
            std::string::npos);
  EXPECT_NE(check(gas_text(15, 7, 20, "  exit {pc 40 pop 0 [] unused 0}\nblock2: pc 9\n"))
                .find("(exit) gives back"),
            std::string::npos);

  Function f = read(gas_text(15, 7, 20, ""));
  f.insts[0].op = Op::GasBytes;
  const auto result = verify_gas(f, source);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail, "block 0 lacks dynamic gas of the instruction at pc 20");
}

} // namespace
TEST(IrVerify, LoopsOfWordCodeTakeValuesByVariablesOnly) {
  const std::string text = "function final depth 24 vars i32\n"
                           "block0: pc 0 poll\n  v0 = var.get.i32[0]\n  br block1\n"
                           "block1: pc 1 poll\n  v1 = var.get.i32[0]\n  v2 = add.i32 VALUE, v1\n"
                           "  var.set.i32[0] v2\n  br_if v2, block1, block2\n"
                           "block2: pc 2\n  v3 = add.i32 v0, v0\n  return\n";
  const auto with = [&](std::string_view value) {
    std::string changed = text;
    changed.replace(changed.find("VALUE"), 5, value);
    return read(changed);
  };
  EXPECT_TRUE(verify_loops(with("v1")));
  EXPECT_TRUE(verify(with("v0")));
  expect_refused(with("v0"), "from outside the loop", verify_loops);
}

} // namespace zvm::ir

#include "runtime/block/difficulty.hpp"

#include <gtest/gtest.h>

#include "base/uint256_text.hpp"

namespace zvm::runtime {
namespace {

struct Case {
  Revision revision;
  DifficultyInput input;
  const char* difficulty;
};

/// Computed by calculate_block_difficulty of ethereum/execution-specs.
constexpr Case kCases[] = {
    {Revision::Frontier, {1, 1000001, 1000000, 131072, false}, "131136"},
    {Revision::Frontier, {100000, 1000013, 1000000, 17179869184, false}, "17171480576"},
    {Revision::Frontier, {1150000, 1000012, 1000000, 20000000000000, true}, "20009765625512"},
    {Revision::Frontier, {4500000, 1000009, 1000000, 3000000000000000, true}, "3010260936772208"},
    {Revision::Frontier, {4500000, 1002000, 1000000, 655360, false}, "8796093677248"},
    {Revision::Frontier,
     {9300000, 1000027, 1000000, 2500000000000000, false},
     "2475880078573259329095123448"},
    {Revision::Frontier,
     {12965000, 1000003, 1000000, 7742494561645080, true},
     "170141183460469231731695049990960673486"},
    {Revision::Frontier,
     {15537392, 1000030, 1000000, 11055787484078698, false},
     "11417981541647679048466287755607011480212319230"},
    {Revision::Homestead, {1, 1000001, 1000000, 131072, false}, "131136"},
    {Revision::Homestead, {100000, 1000013, 1000000, 17179869184, false}, "17179869184"},
    {Revision::Homestead, {1150000, 1000012, 1000000, 20000000000000, true}, "20000000000512"},
    {Revision::Homestead, {4500000, 1000009, 1000000, 3000000000000000, true}, "3010260936772208"},
    {Revision::Homestead, {4500000, 1002000, 1000000, 655360, false}, "8796093645888"},
    {Revision::Homestead,
     {9300000, 1000027, 1000000, 2500000000000000, false},
     "2475880078573259329095123448"},
    {Revision::Homestead,
     {12965000, 1000003, 1000000, 7742494561645080, true},
     "170141183460469231731695049990960673486"},
    {Revision::Homestead,
     {15537392, 1000030, 1000000, 11055787484078698, false},
     "11417981541647679048466287755607006081878586770"},
    {Revision::Byzantium, {1, 1000001, 1000000, 131072, false}, "131136"},
    {Revision::Byzantium, {100000, 1000013, 1000000, 17179869184, false}, "17179869184"},
    {Revision::Byzantium, {1150000, 1000012, 1000000, 20000000000000, true}, "20009765625000"},
    {Revision::Byzantium, {4500000, 1000009, 1000000, 3000000000000000, true}, "3001464843758192"},
    {Revision::Byzantium, {4500000, 1002000, 1000000, 655360, false}, "631872"},
    {Revision::Byzantium,
     {9300000, 1000027, 1000000, 2500000000000000, false},
     "2308340567807443952"},
    {Revision::Byzantium,
     {12965000, 1000003, 1000000, 7742494561645080, true},
     "158456325028536425242679391108"},
    {Revision::Byzantium,
     {15537392, 1000030, 1000000, 11055787484078698, false},
     "10633823966279326983241501473059370386"},
    {Revision::Petersburg, {1, 1000001, 1000000, 131072, false}, "131136"},
    {Revision::Petersburg, {100000, 1000013, 1000000, 17179869184, false}, "17179869184"},
    {Revision::Petersburg, {1150000, 1000012, 1000000, 20000000000000, true}, "20009765625000"},
    {Revision::Petersburg, {4500000, 1000009, 1000000, 3000000000000000, true}, "3001464843750000"},
    {Revision::Petersburg, {4500000, 1002000, 1000000, 655360, false}, "623680"},
    {Revision::Petersburg,
     {9300000, 1000027, 1000000, 2500000000000000, false},
     "2499757617005552"},
    {Revision::Petersburg,
     {12965000, 1000003, 1000000, 7742494561645080, true},
     "151115735201884238328708"},
    {Revision::Petersburg,
     {15537392, 1000030, 1000000, 11055787484078698, false},
     "10141204801825846256964442256786"},
    {Revision::Berlin, {1, 1000001, 1000000, 131072, false}, "131136"},
    {Revision::Berlin, {100000, 1000013, 1000000, 17179869184, false}, "17179869184"},
    {Revision::Berlin, {1150000, 1000012, 1000000, 20000000000000, true}, "20009765625000"},
    {Revision::Berlin, {4500000, 1000009, 1000000, 3000000000000000, true}, "3001464843750000"},
    {Revision::Berlin, {4500000, 1002000, 1000000, 655360, false}, "623680"},
    {Revision::Berlin, {9300000, 1000027, 1000000, 2500000000000000, false}, "2497558593750002"},
    {Revision::Berlin, {12965000, 1000003, 1000000, 7742494561645080, true}, "7750193030443908"},
    {Revision::Berlin,
     {15537392, 1000030, 1000000, 11055787484078698, false},
     "9234417027671389586"},
    {Revision::London, {1, 1000001, 1000000, 131072, false}, "131136"},
    {Revision::London, {100000, 1000013, 1000000, 17179869184, false}, "17179869184"},
    {Revision::London, {1150000, 1000012, 1000000, 20000000000000, true}, "20009765625000"},
    {Revision::London, {4500000, 1000009, 1000000, 3000000000000000, true}, "3001464843750000"},
    {Revision::London, {4500000, 1002000, 1000000, 655360, false}, "623680"},
    {Revision::London, {9300000, 1000027, 1000000, 2500000000000000, false}, "2497558593750000"},
    {Revision::London, {12965000, 1000003, 1000000, 7742494561645080, true}, "7750056665232260"},
    {Revision::London, {15537392, 1000030, 1000000, 11055787484078698, false}, "83102584854541714"},
};

TEST(Difficulty, IsThatOfTheSpecification) {
  for (const Case& one : kCases) {
    const gas::Schedule schedule = gas::make_evm_schedule(one.revision);
    EXPECT_EQ(block_difficulty(one.input, schedule), parse_u256(one.difficulty).value())
        << name(one.revision) << " " << one.input.number;
  }
}

TEST(Difficulty, TheBombCanBePutOffByHand) {
  // Gray Glacier (EIP-5133) has no revision of its own.
  const gas::Override later[] = {{gas::Cost::BombDelay, {11'400'000, 0}}};
  const gas::Schedule schedule = gas::make_evm_schedule(Revision::London, later);
  const DifficultyInput input{15'537'392, 30, 0, 11'055'787'484'078'698, false};
  // 41 periods, less two of grace.
  EXPECT_EQ(block_difficulty(input, schedule),
            U256{11'055'787'484'078'698 - 2 * (11'055'787'484'078'698 / 2048) + (1ull << 39)});
}

} // namespace
} // namespace zvm::runtime

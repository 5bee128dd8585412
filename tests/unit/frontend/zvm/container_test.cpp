#include "frontend/zvm/container.hpp"

#include <gtest/gtest.h>

namespace zvm::frontend::zvm {
namespace {

using Bytes = std::vector<uint8_t>;

// Code aa bb cc, ABI "{}".
const Bytes kGood = {'Z', 'V', 'M', 'C', 1, 0,    0,    0,    3,   0,  0,
                     0,   2,   0,   0,   0, 0xaa, 0xbb, 0xcc, '{', '}'};

Bytes with(size_t offset, uint8_t value) {
  Bytes bytes = kGood;
  bytes[offset] = value;
  return bytes;
}

struct Refusal {
  const char* name;
  Bytes bytes;
  ErrorCode code;
  uint64_t offset;
};

void PrintTo(const Refusal& r, std::ostream* out) { *out << r.name; }

class ContainerRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(ContainerRefusal, NamesTheOffset) {
  const auto parsed = parse_container(GetParam().bytes);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(name(parsed.error().code), name(GetParam().code));
  EXPECT_EQ(parsed.error().offset, GetParam().offset);
}

INSTANTIATE_TEST_SUITE_P(
    Container, ContainerRefusal,
    testing::Values(
        Refusal{"Empty", {}, ErrorCode::BadMagic, 0},
        Refusal{"HalfMagic", {'Z', 'V'}, ErrorCode::BadMagic, 0},
        Refusal{"WrongMagic", with(3, 'D'), ErrorCode::BadMagic, 0},
        Refusal{"HalfHeader", Bytes(kGood.begin(), kGood.begin() + 15), ErrorCode::TruncatedInput,
                15},
        Refusal{"Version0", with(4, 0), ErrorCode::BadVersion, 4},
        Refusal{"Version2", with(4, 2), ErrorCode::BadVersion, 4},
        Refusal{"Target4", with(5, 4), ErrorCode::BadTarget, 5},
        Refusal{"Target255", with(5, 255), ErrorCode::BadTarget, 5},
        Refusal{"Flag1", with(6, 2), ErrorCode::BadFlags, 6},
        Refusal{"Flag7", with(6, 0x81), ErrorCode::BadFlags, 6},
        Refusal{"StrictEvm",
                {'Z', 'V', 'M', 'C', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                ErrorCode::BadFlags,
                6},
        Refusal{"Padding", with(7, 1), ErrorCode::BadFlags, 7},
        Refusal{"CodeOverLimit", with(11, 1), ErrorCode::LimitExceeded, 8},
        Refusal{"CodeWraps",
                {'Z', 'V', 'M', 'C', 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255},
                ErrorCode::LimitExceeded,
                8},
        Refusal{"AbiOverLimit", with(15, 255), ErrorCode::LimitExceeded, 12},
        Refusal{"CodeCutOff", Bytes(kGood.begin(), kGood.begin() + 18), ErrorCode::TruncatedInput,
                18},
        Refusal{"AbiCutOff", Bytes(kGood.begin(), kGood.end() - 1), ErrorCode::TruncatedInput, 20},
        Refusal{"Trailing", with(12, 1), ErrorCode::TrailingBytes, 20}),
    [](const auto& info) { return std::string{info.param.name}; });

TEST(Container, GivesViewsOfItsParts) {
  const auto parsed = parse_container(kGood);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->target, Vm::Zvm);
  EXPECT_FALSE(parsed->is_strict());
  EXPECT_EQ(parsed->code.data(), kGood.data() + 16);
  EXPECT_EQ(parsed->code.size(), 3u);
  EXPECT_EQ(parsed->abi.data(), kGood.data() + 19);
  EXPECT_EQ(parsed->abi.size(), 2u);
}

TEST(Container, EmptyPartsAreAllowed) {
  const auto built = build_container({Vm::Wasm, 0, {}, {}});
  ASSERT_TRUE(built);
  EXPECT_EQ(*built, (Bytes{'Z', 'V', 'M', 'C', 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(parse_container(*built));
}

TEST(Container, BuildsWhatItParses) {
  const auto parsed = parse_container(kGood);
  ASSERT_TRUE(parsed);
  const auto built = build_container(*parsed);
  ASSERT_TRUE(built);
  EXPECT_EQ(*built, kGood);
}

TEST(Container, LimitsDependOnTheTarget) {
  const Bytes most(max_code_size(Vm::Evm));
  EXPECT_TRUE(build_container({Vm::Evm, 0, most, {}}));
  const Bytes over(max_code_size(Vm::Evm) + 1);
  const auto refused = build_container({Vm::Evm, 0, over, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::LimitExceeded);
  EXPECT_TRUE(build_container({Vm::Zvm, kStrictJumpdest, over, {}}));
  EXPECT_TRUE(build_container({Vm::Riscv, 0, Bytes(1 << 20), Bytes(1 << 20)}));
  EXPECT_FALSE(build_container({Vm::Zvm, 0, Bytes((1 << 20) + 1), {}}));
  EXPECT_FALSE(build_container({Vm::Zvm, 0, {}, Bytes((1 << 20) + 1)}));
}

// Every single-byte change of the header is either refused or read back the same.
TEST(Container, EveryHeaderByteMatters) {
  for (size_t offset = 0; offset < kContainerHeader; ++offset) {
    for (unsigned value = 0; value < 256; ++value) {
      const Bytes bytes = with(offset, static_cast<uint8_t>(value));
      const auto parsed = parse_container(bytes);
      if (!parsed)
        continue;
      EXPECT_EQ(build_container(*parsed).value(), bytes) << offset << " " << value;
    }
  }
}

} // namespace
} // namespace zvm::frontend::zvm

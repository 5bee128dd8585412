#include "runtime/hash/poseidon/parameters.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/uint256_text.hpp"

namespace zvm::runtime {
namespace {

/// Ends of circomlib's lists. The conformance suite `hashes` compares all of them.
TEST(PoseidonParameters, Bn254) {
  constexpr struct {
    unsigned width;
    const char* first;
    const char* last;
    const char* corner;
    const char* other_corner;
  } kKnown[] = {
      {2, "0x9c46e9ec68e9bd4fe1faaba294cba38a71aa177534cdd1b6c7dc0dbd0abd7a7",
       "0x269e4b5b7a2eb21afd567970a717ceec5bd4184571c254fdc06e03a7ff8378f0",
       "0x66f6f85d6f68a85ec10345351a23a3aaf07f38af8c952a7bceca70bd2af7ad5",
       "0x1274e649a32ed355a31a6ed69724e1adade857e86eb5c3a121bcd147943203c8"},
      {3, "0xee9a592ba9a9518d05986d656f40c2114c4993c11bb29938d21d47304cd8e6e",
       "0x1da55cc900f0d21f4a3e694391918a1b3c23b2ac773c6b3ef88e2e4228325161",
       "0x109b7f411ba0e4c9b2b70caf5c36a7b194be7c11ad24378bfedb68592ba8118b",
       "0x19a3fc0a56702bf417ba7fee3802593fa644470307043f7773279cd71d25d5e0"},
      {17, "0x2fb583762b37592c6c5a95eb1d06694b6c6f9dc4f1ad4862dd8f5e67cb7a3f5c",
       "0x2a437b970ff32645bd5303f9474b5743427333c6663d17f44d918e9f2ca005d4",
       "0x196b76cefdcc7f6a54c71d40114a0bb82694c936f1573ac7ac1ea3fcce1fe938",
       "0x1d3ee85f078fbeecda2473efc2bedd1ba7ec6f4795faaeae3b0de48d3080c625"},
  };
  for (const auto& known : kKnown) {
    const size_t rounds = kPoseidonFullRounds + bn254_partial_rounds(known.width);
    std::vector<U256> constants(rounds * known.width), matrix(known.width * known.width);
    bn254_parameters(known.width, constants, matrix);
    EXPECT_EQ(to_hex(constants.front()), known.first);
    EXPECT_EQ(to_hex(constants.back()), known.last);
    EXPECT_EQ(to_hex(matrix.front()), known.corner);
    EXPECT_EQ(to_hex(matrix.back()), known.other_corner);
  }
}

TEST(PoseidonParameters, Goldilocks) {
  std::vector<uint64_t> constants(30 * 12), matrix(144);
  goldilocks_parameters(constants, matrix);
  EXPECT_EQ(constants.front(), 0xb585f766f2144405);
  EXPECT_EQ(constants.back(), 0xbc8dfb627fe558fc);
  EXPECT_EQ(matrix[0], 25u);
  EXPECT_EQ(matrix[1], 15u);
  EXPECT_EQ(matrix[12], 20u);
}

} // namespace
} // namespace zvm::runtime

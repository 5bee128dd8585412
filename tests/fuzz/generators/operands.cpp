#include "tests/fuzz/generators/operands.hpp"

#include <algorithm>

namespace zvm::fuzz {
namespace {

struct Row {
  std::string_view name, kinds;
};

constexpr Row kKinds[] = {
    {"SHL", "nw"},
    {"SHR", "nw"},
    {"SAR", "nw"},
    {"BYTE", "iw"},
    {"SIGNEXTEND", "iw"},
    {"KECCAK256", "ol"},
    {"SHA256", "ol"},
    {"RIPEMD160", "ol"},
    {"BLAKE2B", "ol"},
    {"POSEIDON", "ol"},
    {"DEFERRED_HASH", "rol"},
    {"BALANCE", "a"},
    {"CALLDATALOAD", "d"},
    {"CALLDATACOPY", "odl"},
    {"CODECOPY", "odl"},
    {"EXTCODESIZE", "a"},
    {"EXTCODECOPY", "aodl"},
    {"RETURNDATACOPY", "orr"},
    {"EXTCODEHASH", "a"},
    {"BLOCKHASH", "b"},
    {"BLOBHASH", "r"},
    {"MLOAD", "o"},
    {"MSTORE", "ow"},
    {"MSTORE8", "ow"},
    {"MCOPY", "ool"},
    {"SLOAD", "k"},
    {"SSTORE", "kw"},
    {"TLOAD", "k"},
    {"TSTORE", "kw"},
    {"JUMP", "t"},
    {"JUMPI", "tw"},
    {"LOG0", "ol"},
    {"LOG1", "olw"},
    {"LOG2", "olww"},
    {"LOG3", "olwww"},
    {"LOG4", "olwwww"},
    {"CREATE", "vol"},
    {"CREATE2", "volr"},
    {"CALL", "gavolol"},
    {"CALLCODE", "gavolol"},
    {"DELEGATECALL", "gaolol"},
    {"STATICCALL", "gaolol"},
    {"RETURN", "ol"},
    {"REVERT", "ol"},
    {"SELFDESTRUCT", "a"},
    {"TABLEHASH", "kk"},
    {"HTS_TRANSFER", "aaaw"},
    {"HTS_MINT", "aw"},
    {"HTS_BURN", "aw"},
    {"HTS_ASSOCIATE", "aa"},
    {"HTS_DISSOCIATE", "aa"},
    {"HTS_APPROVE", "aaw"},
    {"HCS_SUBMIT", "aol"},
    {"HCS_UPDATE_TOPIC", "aol"},
    {"HCS_DELETE_TOPIC", "a"},
    {"PQ_VERIFY_DILITHIUM", "ololol"},
    {"PQ_VERIFY_FALCON", "ololol"},
    {"PQ_VERIFY_SPHINCS", "ololol"},
};
constexpr std::string_view kWords = "wwwwwwwwwwwwwwwww"; // as many as SWAP16 takes

/// Around the limits that addresses, memory and arithmetic have.
U256 limit(Choices& c) {
  constexpr unsigned kBits[] = {8, 16, 25, 31, 32, 33, 63, 64, 128, 160, 255, 256};
  const unsigned bits = c.pick(kBits);
  return (bits == 256 ? U256{} : U256{1} << bits) - U256{c.below(3)};
}

U256 offset(Choices& c) {
  constexpr uint64_t kEdges[] = {0, 1, 31, 32, 33, 63, 64, 95, 96, 0x40, 0x60, 1000, 4095, 4096};
  switch (c.below(64)) {
  case 0:
    return limit(c);
  case 1:
    return 1u << 16;
  case 2:
    return c.number(2);
  default:
    return c.one_in(2) ? c.pick(kEdges) : c.below(256);
  }
}

U256 length(Choices& c) {
  constexpr uint64_t kEdges[] = {0, 0, 1, 4, 31, 32, 32, 33, 64, 96, 128, 160, 213, 256, 500};
  switch (c.below(64)) {
  case 0:
    return limit(c);
  case 1:
    return c.number(2);
  default:
    return c.one_in(2) ? c.pick(kEdges) : c.below(100);
  }
}

} // namespace

std::string_view operand_kinds(const frontend::OpcodeInfo& info) {
  const auto* row = std::ranges::find(kKinds, info.name, &Row::name);
  return row == std::end(kKinds) ? kWords.substr(0, info.pops) : row->kinds;
}

U256 edge_word(Choices& c) {
  switch (c.below(16)) {
  case 12:
  case 13:
  case 14: { // limbs that carry, and compare equal
    constexpr uint64_t kLimbs[] = {0, 0, 1, ~0ull, ~0ull, ~0ull - 1, 1ull << 63, (1ull << 63) - 1};
    const uint64_t a = c.pick(kLimbs), b = c.pick(kLimbs), d = c.pick(kLimbs);
    return U256{a, b, d, c.pick(kLimbs)};
  }
  case 0:
    return U256{};
  case 1:
    return 1;
  case 2:
    return -U256{1u + c.below(4)};
  case 3:
    return U256{1} << c.below(256);
  case 4:
    return (U256{1} << c.below(256)) - U256{1};
  case 5:
    return -(U256{1} << c.below(256));
  case 6:
    return limit(c);
  case 7: // ones in the middle
    return ((U256{1} << c.below(256)) - U256{1}) << c.below(256);
  case 8:
    return c.number(8);
  case 9: {
    const uint64_t a = c.number(4) * 0x9e3779b97f4a7c15, b = a ^ a >> 29;
    return U256{a, b * 0xbf58476d1ce4e5b9, b * 0x94d049bb133111eb, b} >> c.below(256);
  }
  default:
    return c.below(256);
  }
}

U256 edge_operand(Choices& c, char kind) {
  constexpr uint64_t kGas[] = {0, 1, 100, 2300, 2301, 5000, 30000, 100000, 1u << 20};
  constexpr uint64_t kBlocks[] = {0, 1, 743, 744, 745, 998, 999, 1000, 1001};
  switch (kind) {
  case 'o':
    return offset(c);
  case 'l':
    return length(c);
  case 'd':
    return c.one_in(16) ? limit(c) : c.below(80);
  case 'r':
    return c.one_in(16) ? edge_word(c) : c.below(4);
  case 'i':
    return c.one_in(8) ? edge_word(c) : c.below(34);
  case 'n':
    return c.one_in(8) ? edge_word(c) : c.number(2) % 260;
  case 'k':
    return c.one_in(8) ? edge_word(c) : c.below(4);
  case 'g':
    return c.one_in(16) ? edge_word(c) : c.pick(kGas);
  case 'v':
    return c.one_in(4) ? (c.one_in(8) ? edge_word(c) : c.below(3)) : U256{};
  case 'b':
    return c.one_in(8) ? edge_word(c) : c.pick(kBlocks);
  default:
    return edge_word(c);
  }
}

} // namespace zvm::fuzz

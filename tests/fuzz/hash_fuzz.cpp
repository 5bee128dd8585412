// Hash functions and their kernels: every variant against the portable one, parts against the
// whole, many against one.
#include <vector>

#include "tests/fuzz/oracles/expect.hpp"
#include "tests/fuzz/oracles/hashes.hpp"

namespace zvm::fuzz {
namespace {

void expect_none(const std::string& complaint) { expect(complaint.empty(), complaint); }

/// As long as most messages are, at the edges of blocks, or of several windows of BLAKE3's tree.
size_t any_size(Choices& c) {
  constexpr uint32_t kEdges[] = {0, 55, 64, 136, 1024, 2048, 65536};
  if (c.one_in(4))
    return c.pick(kEdges) + c.below(3);
  return c.below(c.one_in(40) ? 200'000 : c.one_in(4) ? 5000 : 1001);
}

std::vector<uint8_t> any_bytes(Choices& c, size_t size) {
  std::vector<uint8_t> bytes(size);
  for (uint8_t& byte : bytes)
    byte = c.byte();
  return bytes;
}

void fuzz_batch(Choices& c) {
  const std::vector<uint8_t> bytes = any_bytes(c, 3000);
  // Few lengths, so that there are groups.
  const uint32_t lengths[] = {c.below(100), c.below(1100), c.below(1100), c.below(2500)};
  std::vector<ByteView> messages;
  for (unsigned n = c.below(c.one_in(8) ? 300 : 40); n > 0; --n) {
    const size_t size = c.one_in(4) ? c.below(1100) : c.pick(lengths);
    messages.push_back(
        ByteView{bytes}.subspan(c.below(static_cast<uint32_t>(bytes.size() - size)), size));
  }
  expect_none(compare_batches(messages));
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace zvm::fuzz;
  Choices c{{data, size}};
  switch (c.below(4)) {
  case 0:
    expect_none(compare_kernels(c));
    break;
  case 1:
    fuzz_batch(c);
    break;
  case 2: {
    const auto message = any_bytes(c, any_size(c));
    expect_none(compare_parts(c, message));
    break;
  }
  default:
    expect_none(compare_digests(any_bytes(c, any_size(c))));
  }
  return 0;
}

// ZVMC containers, and what is derived from ZVM code without running it. Any bytes.
#include <algorithm>

#include "engine/engine.hpp"
#include "frontend/zvm/analysis.hpp"
#include "frontend/zvm/container.hpp"
#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/generators/code_writer.hpp"
#include "tests/fuzz/oracles/expect.hpp"

namespace zvm::fuzz {
namespace {

using namespace frontend::zvm;

/// Bytes that are nearly a container.
Bytes nearly(ByteView data) {
  Choices c{data};
  const uint32_t code_size = c.below(40), abi_size = c.one_in(2) ? 0 : c.below(20);
  const auto target = static_cast<uint8_t>(c.below(kVmCount + 1)); // the last is none
  auto header = container_header(Vm::Zvm, c.one_in(3) ? c.byte() : c.below(2), code_size, abi_size);
  header[5] = target;
  Bytes bytes(header.begin(), header.end());
  for (uint32_t n = code_size + abi_size; n > 0; --n)
    bytes.push_back(c.byte());
  for (unsigned n = c.below(3); n > 0; --n)
    bytes[c.below(kContainerHeader)] ^= static_cast<uint8_t>(1u << c.below(8));
  if (c.one_in(4))
    bytes.resize(c.below(static_cast<uint32_t>(bytes.size()) + 4));
  return bytes;
}

void check_code(ByteView code, bool strict) {
  std::vector<uint64_t> bitmap(code.size() / 64 + 1);
  find_destinations(code, strict, bitmap.data());
  for (const Warning& warning : validate(code, strict)) {
    expect(warning.offset < code.size(), "a warning behind the end", warning.text);
    expect(!warning.text.empty(), "a warning without a text");
  }
}

void check(ByteView bytes) {
  static const engine::Engine both = *engine::Engine::create();
  const auto format = both.detect(bytes);
  const auto parsed = parse_container(bytes);
  Container out;
  const ContainerDefect defect = try_parse_container(bytes, out);
  expect((defect.text == nullptr) == parsed.has_value(), "the two parsers disagree");
  if (!parsed) {
    expect(parsed.error().offset <= bytes.size(), "an error behind the end");
    expect((format.status == Status::Success) == !is_container(bytes), "a broken container runs");
    return check_code(bytes, false);
  }
  const bool has_vm = is_run(out.target);
  expect((format.status == Status::Success) == has_vm, "detection and parser disagree");
  const auto built = build_container(*parsed);
  expect(built && std::ranges::equal(*built, bytes), "it is not built as it was read");
  check_code(parsed->code, parsed->is_strict());
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  zvm::fuzz::check({data, size});
  zvm::fuzz::check(zvm::fuzz::nearly({data, size}));
  return 0;
}

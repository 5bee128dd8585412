#include "frontend/wasm/locals.hpp"

#include <gtest/gtest.h>

namespace zvm::frontend::wasm {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(WasmLocals, AreRunsBehindTheParameters) {
  const Bytes bytes = {3, 1, 0x7e, 0xac, 0x02, 0x7d, 2, 0x7f}; // i64, 300 f32, 2 i32
  const ValType parameters[] = {ValType::I32, ValType::I64};
  Reader reader{bytes};
  Locals locals;
  ASSERT_TRUE(locals.read(reader, kEngineProfile, parameters));
  EXPECT_EQ(locals.count(), 305u);
  EXPECT_EQ(locals.runs().size(), 4u) << "neighbours of one type are one run";
  const auto expected = [](uint32_t index) {
    return index == 0 || index >= 303 ? ValType::I32 : index < 3 ? ValType::I64 : ValType::F32;
  };
  for (uint32_t i = 0; i < locals.count(); ++i)
    EXPECT_EQ(locals.type(i), expected(i)) << i;
}

TEST(WasmLocals, HaveALimit) {
  const Bytes bytes = {2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 1, 0x7f};
  Reader reader{bytes};
  Locals locals;
  EXPECT_FALSE(locals.read(reader, kEngineProfile, {}));
  const Error error = reader.take_error();
  EXPECT_EQ(error.code, ErrorCode::LimitExceeded);
  EXPECT_EQ(error.offset, 1u);
  EXPECT_EQ(error.detail, "too many locals: 4294967295, the limit is 50000");
}

} // namespace
} // namespace zvm::frontend::wasm

// 256-bit numbers. Operands are read before the result is written, so it may stand where one of
// them does.
#include "engine/wasm/contract/abi_routines.hpp"

namespace zvm::engine::wasm::abi {
namespace {

template <typename Function>
Status binary(HostCall& call, Function function) {
  const uint8_t* a = word_at(call, 0);
  const uint8_t* b = word_at(call, 1);
  uint8_t* out = word_at(call, 2);
  if (a == nullptr || b == nullptr || out == nullptr)
    return Status::MemoryViolation;
  function(U256::load_be(a), U256::load_be(b)).store_be(out);
  return Status::Success;
}

} // namespace

Status u256_add(HostCall& call) {
  return binary(call, [](const U256& a, const U256& b) { return a + b; });
}
Status u256_sub(HostCall& call) {
  return binary(call, [](const U256& a, const U256& b) { return a - b; });
}
Status u256_mul(HostCall& call) {
  return binary(call, [](const U256& a, const U256& b) { return a * b; });
}
Status u256_div(HostCall& call) { return binary(call, div); }
Status u256_mod(HostCall& call) { return binary(call, mod); }

Status u256_mulmod(HostCall& call) {
  const uint8_t* a = word_at(call, 0);
  const uint8_t* b = word_at(call, 1);
  const uint8_t* m = word_at(call, 2);
  uint8_t* out = word_at(call, 3);
  if (a == nullptr || b == nullptr || m == nullptr || out == nullptr)
    return Status::MemoryViolation;
  mulmod(U256::load_be(a), U256::load_be(b), U256::load_be(m)).store_be(out);
  return Status::Success;
}

Status u256_exp(HostCall& call) {
  const uint8_t* base = word_at(call, 0);
  const uint8_t* bytes = word_at(call, 1);
  uint8_t* out = word_at(call, 2);
  if (base == nullptr || bytes == nullptr || out == nullptr)
    return Status::MemoryViolation;
  const U256 exponent = U256::load_be(bytes);
  ZVM_RETURN_UNLESS_SUCCESS(charge_each(call, Cost::ExpByte, exponent.byte_width()));
  exp(U256::load_be(base), exponent).store_be(out);
  return Status::Success;
}

} // namespace zvm::engine::wasm::abi

// The ways through the host: slots warm and cold, accounts, calls, and the message that does
// nothing.
#include "perf/code.hpp"
#include "perf/families.hpp"

namespace zvm::perf {
namespace {

constexpr uint64_t kLoops = 100;
/// Of the code that is called.
Address callee_address() { return to_address(U256{0xca11ee}); }

/// A loop of this body; the callee has code that returns 32 bytes.
Case loop_case(const char* name, const Code& before, auto body) {
  Code code = before;
  code.begin_loop(kLoops);
  body(code);
  code.end_loop();
  Case c = make_case(std::string{"state/"} + name, code.bytes());
  const Code callee = Code{}.push(U256{32}).push(U256{}).op("RETURN");
  if (!c.state->put_account(callee_address(), {1, U256{}, {}}, callee.bytes()))
    std::abort();
  for (uint64_t key = 0; key < kLoops + 2; ++key) {
    if (!c.state->put_slot(contract_address(), U256{key}, U256{key + 1}))
      std::abort();
  }
  return c;
}

Code& call(Code& code, const char* kind, const Address& to, bool with_value) {
  code.push(U256{32}).push(U256{}).push(U256{}).push(U256{});
  if (with_value)
    code.push(U256{});
  return code.push(to).op("GAS").op(kind).op("POP");
}

} // namespace

Suite make_state_cases() {
  Suite suite{"state", {}, {}};
  const auto add = [&](const char* name, auto body) {
    suite.cases.push_back(loop_case(name, Code{}, body));
  };
  suite.cases.push_back(make_case("state/empty_message", {0x00}));
  add("loop_alone", [](Code&) {});
  add("sload_warm", [](Code& c) { c.push(U256{1}).op("SLOAD").op("POP"); });
  add("sload_cold", [](Code& c) { c.op("DUP1").op("SLOAD").op("POP"); });
  add("sstore_dirty", [](Code& c) { c.op("DUP1").push(U256{1}).op("SSTORE"); });
  add("sstore_cold", [](Code& c) { c.op("DUP1").op("DUP1").op("SSTORE"); });
  add("tload", [](Code& c) { c.push(U256{1}).op("TLOAD").op("POP"); });
  add("tstore", [](Code& c) { c.op("DUP1").push(U256{1}).op("TSTORE"); });
  add("balance_warm", [](Code& c) { c.push(plain_address()).op("BALANCE").op("POP"); });
  add("keccak_64", [](Code& c) { c.push(U256{64}).push(U256{}).op("KECCAK256").op("POP"); });
  add("log_1", [](Code& c) { c.op("DUP1").push(U256{32}).push(U256{}).op("LOG1"); });
  add("call_plain", [](Code& c) { call(c, "CALL", plain_address(), true); });
  add("call_code", [](Code& c) { call(c, "CALL", callee_address(), true); });
  add("staticcall_code", [](Code& c) { call(c, "STATICCALL", callee_address(), false); });
  add("delegatecall_code", [](Code& c) { call(c, "DELEGATECALL", callee_address(), false); });
  add("call_identity", [](Code& c) { call(c, "STATICCALL", to_address(U256{4}), false); });
  return suite;
}

} // namespace zvm::perf

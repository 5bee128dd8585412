#include "tests/fuzz/oracles/case_text.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "base/revision.hpp"
#include "base/uint256_text.hpp"
#include "frontend/asm/disassembler.hpp"
#include "frontend/wasm/magic.hpp"
#include "tests/fuzz/oracles/runner.hpp"

namespace zvm::fuzz {
namespace {

constexpr std::string_view kTroubles[] = {
    "none", "pending reads", "store error", "memory limit", "step limit", "cancelled", "deadline"};

} // namespace

std::string case_text(const Scenario& s, int64_t gas, const Outcome& expected) {
  const bool is_create = s.kind == Scenario::Kind::Create;
  const Vm language = s.vms.default_vm == Vm::Evm ? Vm::Evm : Vm::Zvm;
  const auto listing = [&](const Bytes& code) {
    if (frontend::wasm::is_module(code))
      return "  .hex " + to_hex(ByteView{code}) + "\n";
    return frontend::assembler::disassemble(code, {language, s.revision, true, false});
  };
  std::string out = "; Found by fuzzing; VMs" + std::string{s.vms.evm ? " evm" : ""} +
                    (s.vms.zvm ? " zvm" : "") + ", promotion at " + std::to_string(s.promote_gas) +
                    ", trouble: " + std::string{kTroubles[static_cast<size_t>(s.trouble)]} + " " +
                    std::to_string(s.trouble_at) + ".\n";
  out += "revision " + std::string{name(s.revision)} + "\n";
  if (s.zvm_1_1)
    out += "zvm-1.1\n";
  if (s.vms.wasm)
    out += "wasm\n";
  if (is_create)
    out += "kind create\n";
  if (s.kind == Scenario::Kind::Transaction)
    out += "kind transaction\n";
  const int64_t limit = gas_limit(s, gas);
  out += "gas " + std::to_string(limit) + "\n";
  if (s.reservoir != 0 && s.kind != Scenario::Kind::Transaction)
    out += "reservoir " + std::to_string(s.reservoir) + "\n";
  if (s.is_static)
    out += "static\n";
  if (!s.value.is_zero())
    out += "value " + to_decimal(s.value) + "\n";
  if (!is_create && !s.input.empty())
    out += "calldata " + to_hex(ByteView{s.input}) + "\n";
  for (size_t i = 0; i < s.contracts.size(); ++i)
    out += "address c" + std::to_string(i) + " " + to_hex(s.contracts[i].address) + "\n";
  for (size_t i = 0; i < s.contracts.size(); ++i) {
    const Contract& c = s.contracts[i];
    const bool is_self = i == 0 && !is_create;
    const std::string who = is_self ? "self" : "c" + std::to_string(i);
    out += "[account " + who + "]\nbalance " + to_decimal(c.balance) + "\nnonce " +
           std::to_string(c.nonce) + "\n";
    for (const auto& [key, value] : c.storage)
      out += "storage " + to_hex(key) + " = " + to_hex(value) + "\n";
    if (!is_self)
      out += "[code " + who + "]\n" + listing(c.code);
  }
  out += "[program]\n" + listing(is_create ? s.input : s.contracts[0].code);
  out += "[expect]\nstatus " + std::string{name(expected.status)} + "\ngas " +
         std::to_string(limit - expected.gas_left) + "\nstategas " +
         std::to_string(expected.state_gas_spent) + "\nrefund " + std::to_string(expected.refund) +
         "\noutput " + to_hex(expected.output.view()) + "\n";
  return out;
}

} // namespace zvm::fuzz

#include "perf/code.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "frontend/evm/opcodes.hpp"

namespace zvm::perf {

Code& Code::op(std::string_view name) {
  const auto& table = frontend::evm::kOpcodes;
  const auto* found = std::ranges::find(table, name, &frontend::OpcodeInfo::name);
  if (found == table.end())
    throw std::runtime_error("there is no opcode " + std::string{name});
  bytes_.push_back(static_cast<uint8_t>(found - table.begin()));
  return *this;
}

Code& Code::push(const U256& value) {
  const unsigned width = value.byte_width();
  op("PUSH" + std::to_string(width));
  uint8_t be[32];
  value.store_be(be);
  bytes_.insert(bytes_.end(), be + 32 - width, be + 32);
  return *this;
}

Code& Code::begin_loop(uint64_t count) {
  push(U256{count});
  loop_ = bytes_.size();
  return op("JUMPDEST");
}

Code& Code::end_loop() {
  return push(U256{1}).op("SWAP1").op("SUB").op("DUP1").push(U256{loop_}).op("JUMPI").op("POP");
}

} // namespace zvm::perf

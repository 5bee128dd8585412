// Which bytes of expanding memory an instruction reads and writes.
#pragma once

#include "ir/access.hpp"
#include "ir/function.hpp"

namespace zvm::ir {

/// One range: it begins at the address in operand `address`, and has `bytes` bytes or, where that
/// is 0, as many as operand `length` says.
struct MemoryAccess {
  uint8_t address;
  uint8_t length;
  uint8_t bytes;
  bool writes;
};

/// The ranges of an instruction, at most two. Ops with effects on memory that are not listed
/// (host.ext, calls) may read and write all of it, and see to their own addresses.
struct MemoryAccesses {
  MemoryAccess ranges[2];
  uint8_t count = 0;
};

[[nodiscard]] constexpr MemoryAccesses memory_accesses(const Inst& inst) {
  switch (inst.op) {
  case Op::Load:
  case Op::Store: {
    const Access access = decode_access(inst.attribute);
    if (!access.is_touched)
      return {};
    return {{{0, 0, access.width, inst.op == Op::Store}}, 1};
  }
  case Op::MemCopy:
    return {{{0, 2, 0, true}, {1, 2, 0, false}}, 2};
  case Op::DataCopy:
    return {{{0, 2, 0, true}}, 1};
  case Op::HostCodeCopy:
    return {{{1, 3, 0, true}}, 1};
  case Op::Hash:
  case Op::HostLog:
  case Op::HostDefer:
  case Op::Finish:
  case Op::Revert:
    return {{{0, 1, 0, false}}, 1};
  default:
    return {};
  }
}

} // namespace zvm::ir

// Which instructions compute what is there already. The table forgets when two share a place in it:
// it is there to be cheap, and the same function always gives the same result.
#include <algorithm>
#include <utility>

#include "base/guest.hpp"
#include "base/hash.hpp"
#include "ir/memory_access.hpp"
#include "ir/passes/merger.hpp"

namespace zvm::ir {
bool Merger::try_begin() {
  forget();
  return table_.try_prepare();
}

void Merger::forget() {
  table_.forget();
  words_.clear();
}

ValueId Merger::visit(InstId id) {
  Inst& inst = f_.insts[id];
  const OpInfo& op = info(inst.op);
  switch (inst.op) {
  case Op::Load:
    return load(inst);
  case Op::Store:
    store(inst);
    return kNone;
  case Op::Hash:
    if (!make_hash_of_words(inst))
      return look_up(id, version_);
    [[fallthrough]];
  case Op::HashWord:
  case Op::HashPair: {
    const ValueId digest = hash_of_constants(inst);
    return digest != kNone ? digest : look_up(id, 0);
  }
  case Op::CallFunction: // may change even the size of the return data
  case Op::CallIndirect:
  case Op::MessageCall:
    forget();
    ++version_;
    return kNone;
  default:
    break;
  }
  if (op.has(WritesMemory))
    forget_written(inst);
  if (!op.is_pure() || inst.result_count != 1)
    return kNone;
  return look_up(id, 0);
}

/// The same op on the same values; for reads of memory, in the same version of it.
ValueId Merger::look_up(InstId id, uint64_t version) {
  Inst& inst = f_.insts[id];
  const auto args = f_.args(inst);
  if (info(inst.op).has(Commutes) && args[0] > args[1] && !f_.is_constant(args[1]))
    std::swap(args[0], args[1]);
  uint64_t hash =
      mix(inst.attribute ^ version << 32, uint64_t{static_cast<uint8_t>(inst.op)} << 8 |
                                              static_cast<uint8_t>(inst.type) | uint64_t{1} << 63);
  for (const ValueId v : args)
    hash = mix(hash ^ v, 0x9e3779b97f4a7c15);
  MergeTable::Entry& entry = table_.at(hash);
  if (table_.is_current(entry)) {
    const Inst& other = f_.insts[entry.inst];
    if (other.op == inst.op && other.type == inst.type && other.attribute == inst.attribute &&
        entry.version == version && std::ranges::equal(f_.args(other), args))
      return other.result;
  }
  entry = {table_.epoch(), id, version};
  return kNone;
}

ValueId Merger::load(const Inst& inst) {
  if (inst.attribute != kTouchedWord)
    return kNone;
  const Place at = place_of(f_.args(inst)[0]);
  if (!at.known)
    return kNone;
  const ValueId found = words_.find(at);
  if (found == kNone)
    words_.add(at, inst.result);
  return found;
}

void Merger::store(const Inst& inst) {
  ++version_;
  const Access access = decode_access(inst.attribute);
  if (!access.is_touched)
    return words_.clear();
  const Place at = place_of(f_.args(inst)[0]);
  words_.forget(at, access.width);
  if (inst.attribute == kTouchedWord && at.known)
    words_.add(at, f_.args(inst)[1]);
}

void Merger::forget_written(const Inst& inst) {
  ++version_;
  const MemoryAccesses accesses = memory_accesses(inst);
  if (accesses.count == 0)
    return words_.clear();
  for (unsigned n = 0; n < accesses.count; ++n) {
    const MemoryAccess& access = accesses.ranges[n];
    if (!access.writes)
      continue;
    int64_t bytes = access.bytes;
    if (bytes == 0) {
      const ValueId length = f_.args(inst)[access.length];
      if (f_.is_constant(length) && f_.constant(length) < U256{kMemoryReach}) {
        bytes = static_cast<int64_t>(f_.constant(length).low64());
        if (bytes == 0)
          continue;
      }
    }
    words_.forget(place_of(f_.args(inst)[access.address]), bytes);
  }
}

/// A hash of one or two words that are known needs no memory.
bool Merger::make_hash_of_words(Inst& inst) {
  const auto args = f_.args(inst);
  if (inst.attribute != static_cast<uint64_t>(HashKind::Keccak256) || !f_.is_constant(args[1]))
    return false;
  const U256 length = f_.constant(args[1]);
  const bool is_pair = length == U256{64};
  if (!is_pair && !(length == U256{32}))
    return false;
  Place at = place_of(args[0]);
  if (!at.known)
    return false;
  const ValueId first = words_.find(at);
  at.distance += 32;
  const ValueId second = is_pair ? words_.find(at) : first;
  if (first == kNone || second == kNone)
    return false;
  inst.op = is_pair ? Op::HashPair : Op::HashWord;
  inst.attribute = 0;
  inst.args.count = is_pair ? 2 : 1;
  args[0] = first;
  args[1] = second;
  return true;
}

ValueId Merger::hash_of_constants(const Inst& inst) {
  const bool is_pair = inst.op == Op::HashPair;
  const ValueId first = f_.args(inst).front(), second = f_.args(inst).back();
  if (!f_.is_constant(first) || !f_.is_constant(second) ||
      (is_pair ? hashes_.pair == nullptr : hashes_.word == nullptr))
    return kNone;
  return f_.make_constant(Type::I256, is_pair
                                          ? hashes_.pair(f_.constant(first), f_.constant(second))
                                          : hashes_.word(f_.constant(first)));
}

} // namespace zvm::ir

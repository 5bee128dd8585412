#include "frontend/wasm/locals.hpp"

#include <algorithm>

namespace zvm::frontend::wasm {

namespace {
constexpr uint32_t kLookedUpDirectly = 64;
} // namespace

bool Locals::read(Reader& reader, const Profile& profile, std::span<const ValType> parameters) {
  runs_.clear();
  first_.clear();
  bool fits = true;
  for (const ValType type : parameters)
    fits = fits && add(type, 1);
  uint64_t total = count();
  for (uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
    const size_t offset = reader.offset();
    const uint32_t declared = reader.u32();
    const ValType type = read_value_type(reader, profile.features);
    total += declared;
    check_limit(reader, total, profile.limits.locals, offset, "locals");
    if (reader.ok())
      fits = fits && add(type, declared);
  }
  if (!fits)
    reader.refuse(ErrorCode::OutOfMemory, reader.offset(), "no memory for the locals");
  return reader.ok();
}

bool Locals::add(ValType type, uint32_t count) {
  if (count == 0)
    return true;
  for (uint32_t i = 0; i < count && first_.size() < kLookedUpDirectly; ++i) {
    if (!first_.try_push(type))
      return false;
  }
  if (!runs_.empty() && runs_.back().type == type) {
    runs_.back().end += count;
    return true;
  }
  return runs_.try_push({type, this->count() + count});
}

ValType Locals::find(uint32_t index) const {
  return std::ranges::upper_bound(runs_.view(), index, {}, &LocalRun::end)->type;
}

} // namespace zvm::frontend::wasm

#include "runtime/resource/capability.hpp"

#include <algorithm>

#include "runtime/resource/operation.hpp"

namespace zvm::runtime {
namespace {

struct Found {
  Capability capability;
  bool is_in_line = false; ///< the account that runs holds it, or one that it comes from
};

/// NotFound also where one that it comes from has been revoked.
Answer find(Frame& frame, const Bytes32& id, uint32_t number, Found& found) {
  ZVM_RETURN_UNLESS_OK(load_capability(frame, id, number, found.capability));
  for (Capability c = found.capability;;) {
    found.is_in_line = found.is_in_line || is_running(frame, c.holder.bytes);
    if (c.parent == kOwnersCapability)
      return ResourceCode::Ok;
    ZVM_RETURN_UNLESS_OK(load_capability(frame, id, c.parent, c));
  }
}

constexpr bool has(uint8_t rights, Right right) {
  return (rights & static_cast<uint8_t>(right)) != 0;
}

/// The capability by which the account that runs may do this.
Answer find_with_right(Frame& frame, const Bytes32& id, ByteView owner, uint32_t number,
                       Right right, Capability& capability) {
  if (number == kOwnersCapability) {
    capability = {running_account(frame), kAllRights, kOwnersCapability, UINT64_MAX};
    return is_running(frame, owner) ? ResourceCode::Ok : ResourceCode::AccessDenied;
  }
  Found found;
  const Answer there = find(frame, id, number, found);
  if (there.code == ResourceCode::NotFound)
    return ResourceCode::AccessDenied;
  ZVM_RETURN_UNLESS_OK(there);
  capability = found.capability;
  const bool is_good = is_running(frame, capability.holder.bytes) &&
                       has(capability.rights, right) &&
                       frame.execution->block.timestamp < capability.expiry;
  return is_good ? ResourceCode::Ok : ResourceCode::AccessDenied;
}

} // namespace

Answer check_right(Frame& frame, const Bytes32& id, ByteView owner, uint32_t capability,
                   Right right) {
  Capability with_right;
  return find_with_right(frame, id, owner, capability, right, with_right);
}

Answer delegate_capability(Frame& frame, const Bytes32& id, uint32_t capability, uint8_t rights,
                           const Address& holder, uint64_t expiry, uint32_t& number) {
  return change(frame, [&]() -> Answer {
    Register of;
    ZVM_RETURN_UNLESS_OK(load_register(frame, id, of));
    if (of.status() == RegisterStatus::Consumed)
      return ResourceCode::InvalidState;
    Capability from;
    ZVM_RETURN_UNLESS_OK(find_with_right(frame, id, of.owner(), capability, Right::Delegate, from));
    if (of.status() != RegisterStatus::Active)
      return ResourceCode::InvalidState;
    ZVM_RETURN_UNLESS_OK(number_capability(frame, id, number));
    return store_capability(frame, id, number,
                            {.holder = holder,
                             .rights = static_cast<uint8_t>(from.rights & rights),
                             .parent = capability,
                             .expiry = std::min(from.expiry, expiry)});
  });
}

Answer revoke_capability(Frame& frame, const Bytes32& id, uint32_t capability) {
  return change(frame, [&]() -> Answer {
    Register of;
    ZVM_RETURN_UNLESS_OK(load_register(frame, id, of));
    if (of.status() == RegisterStatus::Consumed)
      return ResourceCode::InvalidState;
    Found found;
    ZVM_RETURN_UNLESS_OK(find(frame, id, capability, found));
    if (!found.is_in_line && !is_running(frame, of.owner()))
      return ResourceCode::AccessDenied;
    return remove_capability(frame, id, capability);
  });
}

} // namespace zvm::runtime

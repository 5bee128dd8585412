#include "runtime/tx/authorization.hpp"

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/signature.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

constexpr uint8_t kMagic = 0x05;
constexpr uint8_t kDelegationPrefix[] = {0xef, 0x01, 0x00};

/// RLP of three short items into a fixed place.
size_t encode_signed_part(const Authorization& authorization, uint8_t (&out)[80]) {
  uint8_t content[72];
  size_t size = 0;
  const auto number = [&](const U256& value) {
    uint8_t be[32];
    value.store_be(be);
    const unsigned width = value.byte_width();
    const bool is_own_encoding = width == 1 && be[31] < 0x80;
    if (!is_own_encoding)
      size += write_rlp_header(content + size, 0x80, width);
    std::memcpy(content + size, be + 32 - width, width);
    size += width;
  };
  number(authorization.chain_id);
  size += write_rlp_header(content + size, 0x80, authorization.address.bytes.size());
  std::memcpy(content + size, authorization.address.bytes.data(),
              authorization.address.bytes.size());
  size += authorization.address.bytes.size();
  number(authorization.nonce);
  out[0] = kMagic;
  const size_t header = write_rlp_header(out + 1, 0xc0, size);
  std::memcpy(out + 1 + header, content, size);
  return 1 + header + size;
}

/// What a valid authorisation costs beyond its intrinsic gas, each part once for an account
/// (EIP-2780).
struct AuthorizationPrice {
  int64_t gas = 0;
  int64_t state_gas = 0;
  bool pays_delegation = false;
};
AuthorizationPrice runtime_price(const gas::Schedule& s, const Transaction& tx,
                                 const Account& account, bool delegates) {
  AuthorizationPrice price;
  const bool was_written =
      account.now.nonce != account.stored.nonce; // by the sender, or earlier here
  const bool is_paid_recipient = !tx.value.is_zero() && account.address == tx.to;
  if (!was_written && !is_paid_recipient)
    price.gas = s[Cost::AccountWrite];
  if (account.now.is_empty())
    price.state_gas = s.state(Cost::NewAccount);
  const bool had_delegation = account.stored.code_hash != kEmptyCodeHash;
  price.pays_delegation = delegates && !had_delegation && !account.has(Account::kDelegationPaid);
  if (price.pays_delegation)
    price.state_gas += s.state(Cost::Delegation);
  return price;
}

Status apply_one(Execution& execution, const Transaction& tx, const Authorization& authorization,
                 int64_t& gas, StateGas& state_gas) {
  Journal& journal = execution.journal;
  if (!authorization.chain_id.is_zero() && authorization.chain_id != execution.block.chain_id)
    return Status::Success;
  if (authorization.nonce == UINT64_MAX)
    return Status::Success;
  Address authority;
  if (!recover_authority(authorization, authority))
    return Status::Success;

  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(authority, account));
  ZVM_RETURN_UNLESS_SUCCESS(journal.warm(*account));
  ZVM_RETURN_UNLESS_SUCCESS(journal.load_code(*account));
  Address delegate;
  if (account->has_code() && !Journal::delegation(account->code, delegate))
    return Status::Success;
  if (account->now.nonce != authorization.nonce)
    return Status::Success;

  const gas::Schedule& schedule = *execution.evm;
  const bool takes_back = authorization.address == Address{};
  if (schedule.has(Rule::RuntimeCharges)) {
    const AuthorizationPrice price = runtime_price(schedule, tx, *account, !takes_back);
    if (gas < price.gas)
      return Status::OutOfGas;
    gas -= price.gas;
    if (!state_gas.charge(gas, price.state_gas))
      return Status::OutOfGas;
    if (price.pays_delegation) {
      ZVM_RETURN_UNLESS_SUCCESS(journal.mark_delegation_paid(*account));
    }
  } else if (account->has(Account::kExists)) {
    const int64_t overpaid = schedule[Cost::TxAuthorization] - schedule[Cost::TxAuthorizationBase];
    ZVM_RETURN_UNLESS_SUCCESS(journal.add_refund(overpaid));
  }
  uint8_t designator[sizeof kDelegationPrefix + 20];
  std::memcpy(designator, kDelegationPrefix, sizeof kDelegationPrefix);
  std::memcpy(designator + sizeof kDelegationPrefix, authorization.address.bytes.data(), 20);
  const ByteView code = takes_back ? ByteView{} : ByteView{designator, sizeof designator};
  ZVM_RETURN_UNLESS_SUCCESS(journal.set_code(*account, code));
  return journal.set_nonce(*account, authorization.nonce + 1);
}

} // namespace

bool recover_authority(const Authorization& authorization, Address& authority) {
  if (authorization.y_parity > U256{1})
    return false;
  uint8_t encoded[80];
  const size_t size = encode_signed_part(authorization, encoded);
  const EcdsaSignature signature{authorization.r, authorization.s,
                                 !authorization.y_parity.is_zero()};
  return recover_signer(keccak256({encoded, size}), signature, true, authority);
}

Status apply_authorizations(Execution& execution, const Transaction& tx, int64_t& gas,
                            StateGas& state_gas) {
  for (const Authorization& authorization : tx.authorizations) {
    ZVM_RETURN_UNLESS_SUCCESS(apply_one(execution, tx, authorization, gas, state_gas));
  }
  return Status::Success;
}

} // namespace zvm::runtime

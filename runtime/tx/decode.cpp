#include "runtime/tx/decode.hpp"

#include <utility>

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/signature.hpp"

namespace zvm::runtime {
namespace {

/// First byte of an RLP list, and so of a legacy transaction.
constexpr uint8_t kFirstList = 0xc0;

Result<void> decode_target(RlpReader& fields, Transaction& tx) {
  ZVM_TRY(const ByteView to, fields.bytes());
  tx.is_create = to.empty();
  if (!to.empty() && to.size() != tx.to.bytes.size())
    return fail(ErrorCode::BadRlp, fields.offset(), "an address has 20 bytes");
  if (!to.empty())
    std::memcpy(tx.to.bytes.data(), to.data(), to.size());
  return {};
}

Result<void> decode_access_list(RlpReader& fields, DecodedTransaction& out) {
  ZVM_TRY(RlpReader entries, fields.list());
  std::vector<size_t> counts;
  while (!entries.at_end()) {
    ZVM_TRY(RlpReader entry, entries.list());
    ZVM_TRY(const Address address, entry.address());
    ZVM_TRY(RlpReader slots, entry.list());
    const size_t first = out.slots.size();
    while (!slots.at_end()) {
      ZVM_TRY(const Bytes32 slot, slots.bytes32());
      out.slots.push_back(to_word(slot));
    }
    ZVM_CHECK(entry.end());
    out.access_list.push_back({address, {}});
    counts.push_back(out.slots.size() - first);
  }
  const U256* next = out.slots.data();
  for (size_t i = 0; i < counts.size(); ++i) {
    out.access_list[i].slots = {next, counts[i]};
    next += counts[i];
  }
  out.tx.access_list = out.access_list;
  return {};
}

Result<void> decode_blobs(RlpReader& fields, DecodedTransaction& out) {
  ZVM_TRY(out.tx.max_blob_fee, fields.u256());
  ZVM_TRY(RlpReader hashes, fields.list());
  while (!hashes.at_end()) {
    ZVM_TRY(const Bytes32 hash, hashes.bytes32());
    out.blob_hashes.push_back(hash);
  }
  out.tx.blob_hashes = out.blob_hashes;
  return {};
}

Result<void> decode_authorizations(RlpReader& fields, DecodedTransaction& out) {
  ZVM_TRY(RlpReader list, fields.list());
  while (!list.at_end()) {
    ZVM_TRY(RlpReader entry, list.list());
    Authorization a;
    ZVM_TRY(a.chain_id, entry.u256());
    ZVM_TRY(a.address, entry.address());
    ZVM_TRY(a.nonce, entry.u64());
    ZVM_TRY(a.y_parity, entry.u256());
    if (a.y_parity > U256{UINT8_MAX})
      return fail(ErrorCode::BadRlp, entry.offset(), "a y parity has at most one byte");
    ZVM_TRY(a.r, entry.u256());
    ZVM_TRY(a.s, entry.u256());
    ZVM_CHECK(entry.end());
    out.authorizations.push_back(a);
  }
  out.tx.authorizations = out.authorizations;
  return {};
}

/// Fields up to the signature, in the order that all types share.
Result<void> decode_fields(RlpReader& fields, DecodedTransaction& out) {
  Transaction& tx = out.tx;
  if (tx.type != TxType::Legacy) {
    tx.has_chain_id = true;
    ZVM_TRY(tx.chain_id, fields.u256());
  }
  ZVM_TRY(tx.nonce, fields.u64());
  if (tx.type >= TxType::FeeMarket) {
    ZVM_TRY(tx.max_priority_fee, fields.u256());
    ZVM_TRY(tx.max_fee, fields.u256());
  } else {
    ZVM_TRY(tx.max_fee, fields.u256());
    tx.max_priority_fee = tx.max_fee;
  }
  ZVM_TRY(tx.gas_limit, fields.u64());
  ZVM_CHECK(decode_target(fields, tx));
  ZVM_TRY(tx.value, fields.u256());
  ZVM_TRY(tx.data, fields.bytes());
  if (tx.type != TxType::Legacy)
    ZVM_CHECK(decode_access_list(fields, out));
  if (tx.type == TxType::Blob)
    ZVM_CHECK(decode_blobs(fields, out));
  if (tx.type == TxType::SetCode)
    ZVM_CHECK(decode_authorizations(fields, out));
  return {};
}

struct RawSignature {
  U256 v;
  U256 r;
  U256 s;
};

Result<RawSignature> decode_signature(RlpReader& fields) {
  RawSignature raw;
  ZVM_TRY(raw.v, fields.u256());
  ZVM_TRY(raw.r, fields.u256());
  ZVM_TRY(raw.s, fields.u256());
  ZVM_CHECK(fields.end());
  return raw;
}

/// Takes v apart; false where it is none that this revision knows. Sets the chain id of EIP-155.
bool read_v(const U256& v, const gas::Schedule& schedule, Transaction& tx, bool& y_parity) {
  constexpr uint64_t kPlain = 27;
  constexpr uint64_t kWithChain = 35;
  if (tx.type != TxType::Legacy) {
    y_parity = !v.is_zero();
    return v <= U256{1};
  }
  if (v == U256{kPlain} || v == U256{kPlain + 1}) {
    y_parity = v == U256{kPlain + 1};
    return true;
  }
  if (v < U256{kWithChain} || !schedule.has(gas::Rule::ReplayProtection))
    return false;
  const U256 rest = v - U256{kWithChain};
  y_parity = (rest.low64() & 1) != 0;
  tx.has_chain_id = true;
  tx.chain_id = rest >> 1;
  return true;
}

/// The hash that was signed: the fields before the signature, and for EIP-155 the chain id.
Bytes32 signing_hash(const Transaction& tx, ByteView signed_fields) {
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  if (tx.type != TxType::Legacy)
    bytes.push_back(static_cast<uint8_t>(tx.type));
  const size_t list = writer.begin_list();
  writer.raw(signed_fields);
  if (tx.type == TxType::Legacy && tx.has_chain_id) {
    writer.number(tx.chain_id);
    writer.number(0);
    writer.number(0);
  }
  writer.end_list(list);
  return keccak256(bytes);
}

Result<RawSignature> decode_all(ByteView bytes, DecodedTransaction& out, ByteView& signed_fields) {
  RlpReader whole{bytes};
  ZVM_TRY(RlpReader fields, whole.list());
  ZVM_CHECK(whole.end());
  const uint64_t first = fields.offset();
  ZVM_CHECK(decode_fields(fields, out));
  signed_fields = bytes.subspan(first, fields.offset() - first);
  return decode_signature(fields);
}

} // namespace

namespace {

TxError decode_into(ByteView bytes, const gas::Schedule& schedule, DecodedTransaction& out) {
  Transaction& tx = out.tx;
  if (bytes.empty() || !is_readable(bytes))
    return TxError::Malformed;
  tx.hash = keccak256(bytes);
  if (bytes[0] < kFirstList) {
    if (bytes[0] == 0 || bytes[0] >= kTxTypes)
      return TxError::TypeNotSupported;
    tx.type = static_cast<TxType>(bytes[0]);
    bytes = bytes.subspan(1);
  }
  ByteView signed_fields;
  const Result<RawSignature> raw = decode_all(bytes, out, signed_fields);
  if (!raw)
    return TxError::Malformed;
  EcdsaSignature signature{raw->r, raw->s, false};
  if (!read_v(raw->v, schedule, tx, signature.y_parity))
    return TxError::InvalidSignature;
  const bool low_s = schedule.has(gas::Rule::LowS);
  if (!recover_signer(signing_hash(tx, signed_fields), signature, low_s, tx.sender))
    return TxError::InvalidSignature;
  return TxError::None;
}

} // namespace

TxError decode_transaction(ByteView bytes, const gas::Schedule& schedule, DecodedTransaction& out) {
  out.clear();
  const TxError error = decode_into(bytes, schedule, out);
  if (error != TxError::None)
    out.clear();
  return error;
}

} // namespace zvm::runtime

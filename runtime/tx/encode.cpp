#include "runtime/tx/encode.hpp"

#include "runtime/hash/keccak.hpp"
#include "runtime/trie/rlp.hpp"

namespace zvm::runtime {
namespace {

void write_access_list(RlpWriter& out, const Transaction& tx) {
  const size_t list = out.begin_list();
  for (const AccessListEntry& entry : tx.access_list) {
    const size_t fields = out.begin_list();
    out.bytes(ByteView{entry.address.bytes});
    const size_t slots = out.begin_list();
    for (const U256& slot : entry.slots)
      out.bytes(ByteView{to_bytes32(slot).bytes});
    out.end_list(slots);
    out.end_list(fields);
  }
  out.end_list(list);
}

void write_blobs(RlpWriter& out, const Transaction& tx) {
  out.number(tx.max_blob_fee);
  const size_t list = out.begin_list();
  for (const Bytes32& hash : tx.blob_hashes)
    out.bytes(ByteView{hash.bytes});
  out.end_list(list);
}

void write_authorizations(RlpWriter& out, const Transaction& tx) {
  const size_t list = out.begin_list();
  for (const Authorization& a : tx.authorizations) {
    const size_t fields = out.begin_list();
    out.number(a.chain_id);
    out.bytes(ByteView{a.address.bytes});
    out.number(a.nonce);
    out.number(a.y_parity);
    out.number(a.r);
    out.number(a.s);
    out.end_list(fields);
  }
  out.end_list(list);
}

/// The fields up to the signature, in the order that all types share.
void write_fields(RlpWriter& out, const Transaction& tx) {
  if (tx.type != TxType::Legacy)
    out.number(tx.chain_id);
  out.number(tx.nonce);
  if (tx.type >= TxType::FeeMarket)
    out.number(tx.max_priority_fee);
  out.number(tx.max_fee);
  out.number(tx.gas_limit);
  out.bytes(tx.is_create ? ByteView{} : ByteView{tx.to.bytes});
  out.number(tx.value);
  out.bytes(tx.data);
  if (tx.type != TxType::Legacy)
    write_access_list(out, tx);
  if (tx.type == TxType::Blob)
    write_blobs(out, tx);
  if (tx.type == TxType::SetCode)
    write_authorizations(out, tx);
}

template <typename Write>
std::vector<uint8_t> envelope(const Transaction& tx, const Write& write_rest) {
  std::vector<uint8_t> bytes;
  RlpWriter out{bytes};
  if (tx.type != TxType::Legacy)
    bytes.push_back(static_cast<uint8_t>(tx.type));
  const size_t list = out.begin_list();
  write_fields(out, tx);
  write_rest(out);
  out.end_list(list);
  return bytes;
}

} // namespace

SignatureFields signature_fields(const Transaction& tx, const EcdsaSignature& signature) {
  constexpr uint64_t kPlain = 27;
  constexpr uint64_t kWithChain = 35;
  U256 v = uint64_t{signature.y_parity};
  if (tx.type == TxType::Legacy)
    v = v + (tx.has_chain_id ? tx.chain_id + tx.chain_id + U256{kWithChain} : U256{kPlain});
  return {v, signature.r, signature.s};
}

Bytes32 hash_to_sign(const Transaction& tx) {
  return keccak256(envelope(tx, [&](RlpWriter& out) {
    if (tx.type != TxType::Legacy || !tx.has_chain_id)
      return;
    out.number(tx.chain_id);
    out.number(0);
    out.number(0);
  }));
}

std::vector<uint8_t> encode_transaction(const Transaction& tx, const SignatureFields& signature) {
  return envelope(tx, [&](RlpWriter& out) {
    out.number(signature.v);
    out.number(signature.r);
    out.number(signature.s);
  });
}

} // namespace zvm::runtime

#include "cli/conformance/fixture_transaction.hpp"

#include "base/uint256.hpp"
#include "base/uint256_text.hpp"
#include "cli/conformance/fixture.hpp"
#include "runtime/tx/signature.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

/// secp256k1 (SEC 2, 2.4.1): the order of the group, and x of its generator, whose y is even.
constexpr U256 kOrder{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
                      0xffffffffffffffff};
constexpr U256 kGeneratorX{0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07,
                           0x79be667ef9dcbbac};

/// The lines of a comparison.
class Comparison {
 public:
  void expect(std::string_view field, const std::string& fields, const std::string& is_signed) {
    if (fields != is_signed)
      text_.append("  ")
          .append(field)
          .append(": the fields say ")
          .append(fields)
          .append(", the signed form says ")
          .append(is_signed)
          .append("\n");
  }
  void expect(std::string_view field, const U256& fields, const U256& is_signed) {
    expect(field, to_hex(fields), to_hex(is_signed));
  }
  [[nodiscard]] std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string text_of(std::span<const AccessListEntry> list) {
  std::string text = "[";
  for (const AccessListEntry& entry : list) {
    text += to_text(entry.address) + ":";
    for (const U256& slot : entry.slots)
      text += " " + to_hex(slot);
    text += "; ";
  }
  return text + "]";
}

std::string text_of(std::span<const Bytes32> hashes) {
  std::string text = "[";
  for (const Bytes32& hash : hashes)
    text += to_text(hash) + " ";
  return text + "]";
}

std::string text_of(std::span<const Authorization> list) {
  std::string text = "[";
  for (const Authorization& a : list) {
    text += "chain " + to_hex(a.chain_id) + " to " + to_text(a.address) + " nonce " +
            std::to_string(a.nonce) + " by " + to_hex(a.y_parity) + " " + to_hex(a.r) + " " +
            to_hex(a.s) + "; ";
  }
  return text + "]";
}

} // namespace

void read_access_list(const JsonView& list, FixtureTransaction& out) {
  for (const JsonView entry : list.elements()) {
    std::vector<U256>& slots = out.slots.emplace_back();
    for (const JsonView key : entry.at("storageKeys").elements())
      slots.push_back(read_word(key));
    out.access_list.push_back({read_address(entry.at("address")), slots});
  }
  out.tx.access_list = out.access_list;
}

Authorization read_authorization(const JsonView& entry) {
  Authorization a;
  a.chain_id = read_word(entry.at("chainId"));
  a.address = read_address(entry.at("address"));
  a.nonce = read_u64(entry.at("nonce"));
  const JsonView y_parity = entry.at(entry.has("yParity") ? "yParity" : "v");
  a.y_parity = read_word(y_parity);
  if (a.y_parity > U256{UINT8_MAX})
    y_parity.refuse<NumberOverflow>("a y parity of more than one byte");
  a.r = read_word(entry.at("r"));
  a.s = read_word(entry.at("s"));
  return a;
}

void read_transaction(const JsonView& fields, const JsonView& indexes, FixtureTransaction& out) {
  Transaction& tx = out.tx;
  const size_t data = read_index(indexes.at("data"));
  tx.sender = fields.has("sender") ? read_address(fields.at("sender"))
                                   : read_key_owner(fields.at("secretKey"));
  tx.nonce = read_u64(fields.at("nonce"));
  tx.gas_limit = read_u64(fields.at("gasLimit").at(read_index(indexes.at("gas"))));
  tx.value = read_word(fields.at("value").at(read_index(indexes.at("value"))));
  out.data = read_bytes(fields.at("data").at(data));
  tx.data = out.data;
  tx.is_create = fields.at("to").text().empty();
  if (!tx.is_create)
    tx.to = read_address(fields.at("to"));
  if (fields.has("maxFeePerGas")) {
    tx.type = TxType::FeeMarket;
    tx.max_fee = read_word(fields.at("maxFeePerGas"));
    tx.max_priority_fee = read_word(fields.at("maxPriorityFeePerGas"));
  } else {
    tx.max_fee = tx.max_priority_fee = read_word(fields.at("gasPrice"));
  }
  if (fields.has("accessLists") && fields.at("accessLists").at(data).is_list()) {
    if (tx.type == TxType::Legacy)
      tx.type = TxType::AccessList;
    read_access_list(fields.at("accessLists").at(data), out);
  }
  if (fields.has("maxFeePerBlobGas")) {
    tx.type = TxType::Blob;
    tx.max_blob_fee = read_word(fields.at("maxFeePerBlobGas"));
    for (const JsonView hash : fields.at("blobVersionedHashes").elements())
      out.blob_hashes.push_back(read_bytes32(hash));
    tx.blob_hashes = out.blob_hashes;
  }
  if (fields.has("authorizationList")) {
    tx.type = TxType::SetCode;
    for (const JsonView entry : fields.at("authorizationList").elements())
      out.authorizations.push_back(read_authorization(entry));
    tx.authorizations = out.authorizations;
  }
}

/// Recovery is the one thing we have of this curve, and it can multiply the generator: from a
/// signature (r, s) of the hash z it makes the public key (s R - z G) / r, where R is the point
/// with x = r. With R = G, z = 0 and s = r d that is d G.
Address read_key_owner(const JsonView& secret) {
  const U256 d = to_word(read_bytes32(secret));
  EcdsaSignature signature;
  signature.r = kGeneratorX;
  signature.s = mulmod(kGeneratorX, d, kOrder);
  signature.y_parity = false;
  Address owner;
  if (d.is_zero() || d >= kOrder || !recover_signer({}, signature, false, owner))
    secret.refuse("no secret key of secp256k1");
  return owner;
}

std::string describe_difference(const Transaction& fields, const Transaction& is_signed) {
  Comparison all;
  all.expect("type", std::to_string(static_cast<int>(fields.type)),
             std::to_string(static_cast<int>(is_signed.type)));
  all.expect("sender", to_text(fields.sender), to_text(is_signed.sender));
  all.expect("nonce", fields.nonce, is_signed.nonce);
  all.expect("gasLimit", fields.gas_limit, is_signed.gas_limit);
  all.expect("to", fields.is_create ? "none" : to_text(fields.to),
             is_signed.is_create ? "none" : to_text(is_signed.to));
  all.expect("value", fields.value, is_signed.value);
  all.expect("data", to_text(fields.data), to_text(is_signed.data));
  all.expect("maxFeePerGas", fields.max_fee, is_signed.max_fee);
  all.expect("maxPriorityFeePerGas", fields.max_priority_fee, is_signed.max_priority_fee);
  all.expect("maxFeePerBlobGas", fields.max_blob_fee, is_signed.max_blob_fee);
  all.expect("accessLists", text_of(fields.access_list), text_of(is_signed.access_list));
  all.expect("blobVersionedHashes", text_of(fields.blob_hashes), text_of(is_signed.blob_hashes));
  all.expect("authorizationList", text_of(fields.authorizations),
             text_of(is_signed.authorizations));
  return all.text();
}

} // namespace zvm::cli

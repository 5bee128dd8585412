#include "cli/t8n/transactions.hpp"

#include "cli/fixtures/fixture.hpp"
#include "cli/fixtures/fixture_transaction.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/encode.hpp"
#include "runtime/tx/sign.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

/// Legacy transactions are lists, others strings that begin with their type.
std::vector<GivenTransaction> split_list(ByteView bytes) {
  const auto check = [](const auto& result) {
    if (!result)
      throw Unreadable("no RLP list of transactions: " + result.error().message());
  };
  std::vector<GivenTransaction> all;
  RlpReader whole{bytes};
  auto list = whole.list();
  check(list);
  check(whole.end());
  while (!list->at_end()) {
    if (list->next_is_list()) {
      const uint64_t begin = list->offset();
      check(list->list());
      const ByteView encoded = bytes.subspan(begin, list->offset() - begin);
      all.push_back({{encoded.begin(), encoded.end()}, {}});
    } else {
      const auto item = list->bytes();
      check(item);
      all.push_back({{item->begin(), item->end()}, {}});
    }
  }
  return all;
}

/// The first of the names that there is.
std::optional<JsonView> field(const JsonView& tx, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (tx.has(name) && !tx.at(name).is_null())
      return tx.at(name);
  }
  return std::nullopt;
}
JsonView need(const JsonView& tx, std::initializer_list<std::string_view> names) {
  if (const auto found = field(tx, names))
    return *found;
  tx.refuse("there is no '" + std::string{*names.begin()} + "'");
}

TxType read_type(const JsonView& tx) {
  if (const auto type = field(tx, {"type"})) {
    const uint64_t number = read_u64(*type);
    if (number >= kTxTypes)
      type->refuse("there is no such type of transaction");
    return static_cast<TxType>(number);
  }
  return field(tx, {"authorizationList"})  ? TxType::SetCode
         : field(tx, {"maxFeePerBlobGas"}) ? TxType::Blob
         : field(tx, {"maxFeePerGas"})     ? TxType::FeeMarket
         : field(tx, {"accessList"})       ? TxType::AccessList
                                           : TxType::Legacy;
}

void read_fields(const JsonView& fields, const U256& chain_id, FixtureTransaction& out) {
  Transaction& tx = out.tx;
  tx.type = read_type(fields);
  const auto chain = field(fields, {"chainId"});
  tx.chain_id = chain ? read_word(*chain) : chain_id;
  tx.has_chain_id = tx.type != TxType::Legacy;
  tx.nonce = read_u64(need(fields, {"nonce"}));
  tx.gas_limit = read_u64(need(fields, {"gas", "gasLimit"}));
  tx.value = read_word(need(fields, {"value"}));
  out.data = read_bytes(need(fields, {"input", "data"}));
  tx.data = out.data;
  const auto to = field(fields, {"to"});
  tx.is_create = !to || to->text().empty();
  if (!tx.is_create)
    tx.to = read_address(*to);
  if (tx.type >= TxType::FeeMarket) {
    tx.max_fee = read_word(need(fields, {"maxFeePerGas"}));
    tx.max_priority_fee = read_word(need(fields, {"maxPriorityFeePerGas"}));
  } else {
    tx.max_fee = tx.max_priority_fee = read_word(need(fields, {"gasPrice"}));
  }
  if (const auto list = field(fields, {"accessList"}); list && tx.type != TxType::Legacy)
    read_access_list(*list, out);
  if (tx.type == TxType::Blob) {
    tx.max_blob_fee = read_word(need(fields, {"maxFeePerBlobGas"}));
    for (const JsonView hash : need(fields, {"blobVersionedHashes"}).elements())
      out.blob_hashes.push_back(read_bytes32(hash));
    tx.blob_hashes = out.blob_hashes;
  }
  if (tx.type == TxType::SetCode) {
    for (const JsonView entry : need(fields, {"authorizationList"}).elements())
      out.authorizations.push_back(read_authorization(entry));
    tx.authorizations = out.authorizations;
  }
}

/// The signature that stands there, or, where it is missing or zero and there is a key, that of the
/// key.
SignatureFields read_signature(const JsonView& fields, Transaction& tx) {
  const auto number = [&](std::initializer_list<std::string_view> names) {
    const auto found = field(fields, names);
    return found ? read_word(*found) : U256{};
  };
  const SignatureFields given{number({"v", "yParity"}), number({"r"}), number({"s"})};
  const auto key = field(fields, {"secretKey"});
  if (!key || !given.v.is_zero() || !given.r.is_zero() || !given.s.is_zero())
    return given;
  const auto is_protected = field(fields, {"protected"});
  if (tx.type == TxType::Legacy)
    tx.has_chain_id = !is_protected || is_protected->boolean();
  const auto signature = sign(hash_to_sign(tx), read_bytes32(*key));
  if (!signature)
    key->refuse("no secret key of secp256k1");
  return signature_fields(tx, *signature);
}

GivenTransaction read_object(const JsonView& object, const U256& chain_id) {
  try {
    FixtureTransaction made;
    read_fields(object, chain_id, made);
    const SignatureFields signature = read_signature(object, made.tx);
    return {encode_transaction(made.tx, signature), {}};
  } catch (const NumberOverflow& error) {
    return {{}, error.what()};
  }
}

} // namespace

std::vector<GivenTransaction> read_transactions(Inputs& inputs, const std::string& source,
                                                const U256& chain_id) {
  const bool is_input = source == kStandardInput;
  const bool is_rlp = is_input ? inputs.has(source, "txsRlp") : source.ends_with(".rlp");
  const JsonView given = inputs.read(source, is_rlp ? "txsRlp" : "txs");
  return from_source(source, [&] {
    if (is_rlp) {
      const std::vector<uint8_t> bytes = read_bytes(given);
      return split_list(bytes);
    }
    std::vector<GivenTransaction> all;
    for (const JsonView object : given.elements())
      all.push_back(read_object(object, chain_id));
    return all;
  });
}

std::string_view refusal_words(TxError error) {
  switch (error) {
#define REFUSAL(name, words)                                                                       \
  case TxError::name:                                                                              \
    return words;
#include "cli/t8n/refusals.def"
#undef REFUSAL
  default:
    return info(error).text;
  }
}

std::string refusal_text(TxError error, const Transaction& tx) {
  // go-ethereum cannot decode these at all.
  if (error == TxError::CreateNotAllowed) {
    return std::string{"rlp: input string too short for common.Address, decoding into (types."} +
           (tx.type == TxType::Blob ? "BlobTx" : "SetCodeTx") + ").To";
  }
  return std::string{refusal_words(error)} + ": address " + to_text(tx.sender);
}

std::vector<uint8_t> encode_list(const std::vector<ByteView>& transactions) {
  constexpr uint8_t kFirstList = 0xc0;
  std::vector<uint8_t> bytes;
  RlpWriter out{bytes};
  const size_t list = out.begin_list();
  for (const ByteView tx : transactions) {
    if (tx[0] >= kFirstList)
      out.raw(tx);
    else
      out.bytes(tx);
  }
  out.end_list(list);
  return bytes;
}

} // namespace zvm::cli

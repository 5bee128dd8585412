#include "runtime/block/receipt.hpp"

#include "runtime/trie/encode_log.hpp"

namespace zvm::runtime {

void encode_logs(const LogList& logs, RlpWriter& out) {
  for (size_t i = 0; i < logs.size(); ++i)
    encode_log(logs[i], out);
}

void encode_receipt(const Receipt& receipt, std::vector<uint8_t>& out) {
  if (receipt.type != TxType::Legacy)
    out.push_back(static_cast<uint8_t>(receipt.type));
  RlpWriter writer{out};
  const size_t list = writer.begin_list();
  if (receipt.has_status) {
    writer.number(receipt.succeeded ? 1 : 0);
  } else {
    writer.bytes(receipt.state_root.bytes);
  }
  writer.number(receipt.cumulative_gas);
  writer.bytes(receipt.logs_bloom);
  const size_t logs = writer.begin_list();
  encode_logs(receipt.logs, writer);
  writer.end_list(logs);
  writer.end_list(list);
}

} // namespace zvm::runtime

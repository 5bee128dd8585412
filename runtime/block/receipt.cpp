#include "runtime/block/receipt.hpp"

namespace zvm::runtime {
namespace {

void encode_log(const LogView& log, RlpWriter& out) {
  const size_t entry = out.begin_list();
  out.bytes(log.address.bytes);
  const size_t topics = out.begin_list();
  for (const U256& topic : log.topics)
    out.bytes(to_bytes32(topic).bytes);
  out.end_list(topics);
  out.bytes(log.data);
  out.end_list(entry);
}

} // namespace

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

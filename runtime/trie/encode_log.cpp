#include "runtime/trie/encode_log.hpp"

namespace zvm::runtime {

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

} // namespace zvm::runtime

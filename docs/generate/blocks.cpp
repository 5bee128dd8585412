#include "docs/generate/pages.hpp"
#include "gas/schedule.hpp"
#include "runtime/block/block_error.hpp"
#include "runtime/tx/tx_error.hpp"

namespace zvm::docs {
namespace {

struct Field {
  std::string_view name, rule, source, text;
};
constexpr Field kFields[] = {
#define HEADER_FIELD(name, type, text) {#name, "", "", text},
#include "runtime/block/header.def"
#undef HEADER_FIELD
#define HEADER_LATER(name, type, rule, source, text) {#name, #rule, source, text},
#include "runtime/block/header.def"
#undef HEADER_LATER
};

struct Contract {
  std::string_view name, address, when, source, text;
};
constexpr Contract kContracts[] = {
#define START_CALL(name, address, rule, input, source, text)                                       \
  {#name, address, "start", source, text},
#include "runtime/block/system_contracts.def"
#undef START_CALL
#define REQUEST_CALL(name, address, rule, type, source, text) {#name, address, "end", source, text},
#include "runtime/block/system_contracts.def"
#undef REQUEST_CALL
};

} // namespace

std::string blocks_page() {
  std::string page =
      page_head("Blocks and transactions",
                "`runtime/block/*.def`, `runtime/tx/tx_error.def` and `gas/blob.def`",
                "What headers consist of, whom the protocol calls, and why blocks and transactions "
                "are refused.");
  page += "\n## Header\n\nThe fields in the order of their encoding. Those with a rule "
          "([gas.md](gas.md)) are there exactly if it is on.\n";
  page += table_head({"field", "rule", "source", "meaning"});
  for (const Field& f : kFields)
    page += row({code(f.name), code(f.rule), f.source, f.text});
  page += "\n## System contracts\n\nCalled at the start or the end of every block.\n";
  page += table_head({"contract", "address", "called at", "source", "what it does"});
  for (const Contract& c : kContracts)
    page += row({code(c.name), code("0x" + std::string{c.address}), c.when, c.source, c.text});
  page += "\n## Forks of the blob schedule alone\n";
  page += table_head({"fork", "rules of", "target", "most", "update fraction"});
  for (const gas::BlobFork& f : gas::kBlobForks) {
    page += row({code(f.name), code(name(f.revision)), std::to_string(f.blobs.target),
                 std::to_string(f.blobs.max), std::to_string(f.blobs.fraction)});
  }
  page += "\n## Why a block is refused\n";
  page += table_head({"reason", "source", "meaning"});
  for (const runtime::BlockErrorInfo& e : runtime::block_errors())
    page += row({code(e.name), e.source, e.text});
  page += "\n## Why a transaction is refused\n";
  page += table_head({"reason", "source", "meaning"});
  for (const runtime::TxErrorInfo& e : runtime::tx_errors())
    page += row({code(e.name), e.source, e.text});
  return page;
}

} // namespace zvm::docs

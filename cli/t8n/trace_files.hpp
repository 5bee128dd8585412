// Traces of a transition tool: a file for each transaction.
#pragma once

#include <fstream>
#include <memory>

#include "cli/eip3155.hpp"
#include "cli/t8n/opcode_count.hpp"

namespace zvm::cli {

struct TraceFileOptions {
  bool trace = false;
  bool count = false; ///< instructions
  TraceFields fields{.return_data = false};
  std::string folder;
};

/// trace-<place among the receipts>-<hash>.jsonl, in the form of EIP-3155; its last line is
/// {"output", "gasUsed"}.
class TraceFiles {
 public:
  explicit TraceFiles(TraceFileOptions options) : options_(std::move(options)) {}

  /// Begins a transaction's file. What watches it; null where nothing is asked for.
  [[nodiscard]] Tracer* begin(size_t index, const Bytes32& hash);
  /// Ends it; one of a transaction that was refused goes.
  void end(bool was_refused);

  [[nodiscard]] const OpcodeCounter& counter() const { return counter_; }

 private:
  TraceFileOptions options_;
  OpcodeCounter counter_;
  std::string path_;
  std::ofstream file_;
  std::unique_ptr<Eip3155Tracer> tracer_;
};

} // namespace zvm::cli

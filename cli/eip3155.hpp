// A trace as EIP-3155 wants it: one JSON object a line and instruction, and a summary.
//
// What an instruction has cost is known when the next one of its message begins, when a message it
// calls does, or when its message ends; until then its line is held back, one for each depth. Where
// the EIP leaves room the lines are as go-ethereum writes them, which is what differential fuzzers
// compare with; docs/testing.md lists what differs.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/opcode_price.hpp"
#include "frontend/opcode_table.hpp"
#include "zvm/zvm.hpp"

namespace zvm::cli {

/// Fields that a trace may have or leave out.
struct TraceFields {
  bool stack = true;
  bool return_data = true;
  bool memory = false;    ///< before each instruction, which can make a trace very long
  bool state_gas = false; ///< EIP-8037: what is spent of it, and the reservoir
};

class Eip3155Tracer final : public Tracer {
 public:
  Eip3155Tracer(std::ostream& out, TraceFields fields) : out_(out), fields_(fields) {}

  void step(const Frame& frame, int64_t gas) override;
  void enter(const Message& message) override;
  void exit(const Message& message, const MessageEnd& end) override;

  /// How the outermost message ended: `"output":"…","gasUsed":"0x…"` and, where it failed, its
  /// error; the gas is the message's, without what the transaction pays before and after it. With
  /// state gas that is the sum of `"regularGasUsed"` and `"stateGasUsed"` behind it. Nothing has
  /// run: no output, no gas.
  [[nodiscard]] std::string ending() const;
  /// Whether the outermost message ended well.
  [[nodiscard]] bool succeeded() const { return status_ == Status::Success; }
  /// For another run with the same tracer.
  void reset();

 private:
  struct Line {
    const Frame* frame = nullptr;              ///< null: there is none
    int64_t gas = 0;                           ///< before the instruction
    OpcodePrice price;                         ///< what it asks for
    runtime::StateGas state_gas;               ///< before the instruction
    int64_t refund = 0;                        ///< before the instruction
    const frontend::OpcodeInfo* row = nullptr; ///< of the instruction
    std::string head;                          ///< up to gasCost
    std::string body;                          ///< behind it, up to refund
    std::string tail;                          ///< behind that
  };
  /// What an instruction has taken.
  struct Cost {
    int64_t gas = 0;       ///< execution gas
    int64_t state_gas = 0; ///< below 0 where it has given some back
  };
  /// Of the last instruction of a frame that has so much gas left.
  [[nodiscard]] static Cost cost_of(const Line& line, int64_t gas_left);
  void flush(Line& line, Cost cost, std::string_view error);

  std::ostream& out_;
  TraceFields fields_;
  std::vector<Line> lines_; ///< by depth
  Status status_ = Status::Success;
  // Of the outermost message.
  int64_t regular_gas_used_ = 0;
  int64_t state_gas_used_ = 0;
  std::string output_; ///< in hex, without 0x
};

} // namespace zvm::cli

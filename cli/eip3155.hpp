// A trace as EIP-3155 wants it: one JSON object a line and instruction, and a summary.
//
// What an instruction has cost is known when the next one of its message begins, when a message it calls
// does, or when its message ends; until then its line is held back, one for each depth.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "zvm/zvm.hpp"

namespace zvm::cli {

class Eip3155Tracer final : public Tracer {
 public:
  /// `with_memory` adds the memory of each step, which can make a trace very long.
  Eip3155Tracer(std::ostream& out, bool with_memory) : out_(out), with_memory_(with_memory) {}

  void step(const Frame& frame, int64_t gas) override;
  void enter(const Message& message) override;
  void exit(const Message& message, Status status, int64_t gas_left, ByteView output) override;

 private:
  struct Line {
    const Frame* frame = nullptr; ///< null: there is none
    int64_t gas = 0;              ///< before the instruction
    std::string head;             ///< up to gasCost
    std::string tail;             ///< behind it
  };
  void flush(Line& line, int64_t gas_after, std::string_view error);

  std::ostream& out_;
  bool with_memory_;
  std::vector<Line> lines_; ///< by depth
};

} // namespace zvm::cli

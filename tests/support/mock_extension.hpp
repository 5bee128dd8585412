// A host extension that answers every operation with one value and keeps what it was asked.
#pragma once

#include <vector>

#include "engine/payload_extension.hpp"

namespace zvm::test {

class MockExtension final : public engine::PayloadExtension {
 public:
  struct Call {
    uint8_t opcode;
    std::vector<uint8_t> payload;
  };

  explicit MockExtension(const U256& answer) : answer_(answer) {}
  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }

 protected:
  Status perform(runtime::Frame&, uint8_t opcode, ByteView payload, U256& result) override {
    calls_.push_back({opcode, {payload.begin(), payload.end()}});
    result = answer_;
    return Status::Success;
  }

 private:
  U256 answer_;
  std::vector<Call> calls_;
};

} // namespace zvm::test

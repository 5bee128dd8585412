// How often each instruction was begun, for drivers that ask what their tests reach.
#pragma once

#include <array>
#include <nlohmann/json.hpp>

#include "zvm/zvm.hpp"

namespace zvm::cli {

/// Counts, and passes all on to another tracer, which may be null.
class OpcodeCounter final : public Tracer {
 public:
  void set_next(Tracer* next) { next_ = next; }

  void step(const Frame& frame, int64_t gas) override;
  void enter(const Message& message) override;
  void exit(const Message& message, const MessageEnd& end) override;

  /// {name: count}; a byte without a name is "0x0c".
  [[nodiscard]] nlohmann::ordered_json json() const;

 private:
  Tracer* next_ = nullptr;
  std::array<uint64_t, 256> counts_{};
};

} // namespace zvm::cli

// Where 64 bits, or a vector of 128, are while code is written, and what is asked of whoever encodes instructions.
#pragma once

#include "backend/asmjit/registers_x64.hpp"

namespace zvm::backend::asmjit {

struct Where {
  enum class In : uint8_t {
    Constant,
    Register,
    Operands, ///< memory from the operand base on
    Native,   ///< the function's own frame
    Frame,    ///< the message's frame, where it stays what it is
    Saved,    ///< what Encoder::save() has put aside
  } in = In::Constant;
  Reg reg = kNoReg;
  bool is_vector = false; ///< all 128 bits are meant
  int32_t offset = 0;     ///< bytes
  uint64_t constant = 0;
  uint64_t upper = 0; ///< of a constant vector

  [[nodiscard]] bool is_memory() const {
    return in == In::Operands || in == In::Native || in == In::Frame;
  }
  /// Whether something may be written there.
  [[nodiscard]] bool changes() const {
    return in == In::Register || in == In::Operands || in == In::Native;
  }
  /// Tells those apart.
  [[nodiscard]] uint64_t key() const {
    return static_cast<uint64_t>(in) << 40 |
           (in == In::Register ? reg : static_cast<uint32_t>(offset));
  }
  friend bool operator==(const Where&, const Where&) = default;
};

/// None of what it writes changes flags.
class Encoder {
 public:
  /// To a register or memory. Between two places in memory it takes no register that holds a value.
  virtual void copy(const Where& to, const Where& from) = 0;
  /// Puts them aside, until the next.
  virtual void save(const Where& from) = 0;

 protected:
  ~Encoder() = default;
};

} // namespace zvm::backend::asmjit

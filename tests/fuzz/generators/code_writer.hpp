// CodeWriter: appends instructions of one VM, knows the height of the operand stack, fills in
// labels.
#pragma once

#include <cstdint>
#include <vector>

#include "base/types.hpp"
#include "tests/fuzz/generators/vocabulary.hpp"

namespace zvm::fuzz {

using Bytes = std::vector<uint8_t>;

class CodeWriter {
 public:
  using Label = size_t;

  explicit CodeWriter(const Vocabulary& v) : v_(v) {}

  [[nodiscard]] size_t size() const { return code_.size(); }
  /// Items on the stack, as far as it is known here.
  [[nodiscard]] int height() const { return height_; }
  void set_height(int height) { height_ = height; }

  /// An opcode without its immediate.
  void op(uint8_t opcode);
  void bytes(ByteView values) { code_.insert(code_.end(), values.begin(), values.end()); }
  /// By the narrowest push, or one that is up to `wider` bytes wider.
  void push(const U256& value, unsigned wider = 0);
  void push_label(Label label) { push_distance(kNoLabel, label); }
  void push_distance(Label begin, Label end);
  /// n is no more than the VM's reach.
  void dup(int n) { op(static_cast<uint8_t>(v_.DUP1 + n - 1)); }
  void swap(int n) { op(static_cast<uint8_t>(v_.SWAP1 + n - 1)); }

  [[nodiscard]] Label make_label();
  void place(Label label) { labels_[label] = code_.size(); }
  /// With a JUMPDEST, where the stack is that high.
  void place_destination(Label label, int height);

  /// The code with its labels filled in, cut at what a two-byte address reaches.
  [[nodiscard]] Bytes finish();

 private:
  static constexpr Label kNoLabel = SIZE_MAX;
  struct Fixup {
    size_t at;
    Label begin, end;
  };

  const Vocabulary& v_;
  Bytes code_;
  int height_ = 0;
  std::vector<size_t> labels_;
  std::vector<Fixup> fixups_;
};

} // namespace zvm::fuzz

#include "tests/fuzz/generators/code_writer.hpp"

#include <algorithm>

namespace zvm::fuzz {
namespace {

constexpr size_t kMaxSize = 65535; // what a two-byte address reaches

} // namespace

void CodeWriter::op(uint8_t opcode) {
  const frontend::OpcodeInfo& row = v_.row(opcode);
  code_.push_back(opcode);
  height_ = std::max<int>(row.pops, height_) - row.pops + row.pushes;
}

void CodeWriter::push(const U256& value, unsigned wider) {
  const uint8_t opcode = v_.pushes[std::min(value.byte_width() + wider, 32u)];
  const unsigned immediate = v_.row(opcode).immediate;
  op(opcode);
  uint8_t word[32];
  value.store_be(word);
  bytes({word + 32 - immediate, immediate});
}

void CodeWriter::push_distance(Label begin, Label end) {
  op(v_.PUSH2);
  fixups_.push_back({code_.size(), begin, end});
  code_.insert(code_.end(), 2, 0);
}

CodeWriter::Label CodeWriter::make_label() {
  labels_.push_back(0);
  return labels_.size() - 1;
}

void CodeWriter::place_destination(Label label, int height) {
  place(label);
  height_ = height;
  op(v_.JUMPDEST);
}

Bytes CodeWriter::finish() {
  for (const Fixup& f : fixups_) {
    const size_t value = labels_[f.end] - (f.begin == kNoLabel ? 0 : labels_[f.begin]);
    code_[f.at] = static_cast<uint8_t>(value >> 8);
    code_[f.at + 1] = static_cast<uint8_t>(value);
  }
  code_.resize(std::min(code_.size(), kMaxSize));
  return std::move(code_);
}

} // namespace zvm::fuzz

#include "tests/fuzz/generators/wasm/vocabulary.hpp"

#include <algorithm>

namespace zvm::fuzz::wasm {
namespace {

using frontend::wasm::Feature;
using frontend::wasm::kOpCount;
using frontend::wasm::kOps;

bool is_supported(const OpInfo& op, bool is_portable) {
  return !is_portable || op.feature != Feature::WideArithmetic;
}

bool ends_with(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

} // namespace

bool gives_any_nan(const OpInfo& op) {
  return op.text.starts_with("f") &&
         ends_with(op.text, {".ceil", ".floor", ".trunc", ".nearest", ".sqrt", ".add", ".sub",
                             ".mul", ".div", ".min", ".max", ".demote_f64", ".promote_f32",
                             ".demote_f64x2_zero", ".promote_low_f32x4"});
}

bool truncates(const OpInfo& op) { return op.text.find(".trunc_f") != std::string_view::npos; }
bool divides(const OpInfo& op) {
  return ends_with(op.text, {".div_s", ".div_u", ".rem_s", ".rem_u"}) && op.prefix == 0;
}

uint32_t bound(Op o, unsigned place) {
  switch (o) {
  case Op::MemoryInit:
    return place == 0 ? kInsideMask : kPassiveBytes / 2 - 1;
  case Op::MemoryCopy:
    return place == 2 ? 0x3ff : kInsideMask;
  case Op::MemoryFill:
    return place == 0 ? kInsideMask : place == 1 ? 0 : 0x3ff;
  case Op::MemoryGrow:
    return 1;
  case Op::TableInit:
    return place == 0 ? 3 : 1;
  case Op::TableCopy:
    return 7;
  case Op::TableFill:
    return place == 1 ? 0 : 7;
  case Op::TableGrow:
    return place == 0 ? 0 : 3;
  case Op::TableGet:
  case Op::TableSet:
    return place == 0 ? kItems - 1 : 0;
  default:
    return info(o).signature.parameter[place] == Operand::Address ? kInsideMask : 0;
  }
}

Producers::Producers(bool is_portable) {
  for (size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& op = kOps[i];
    const auto& s = op.signature;
    if (s.is_special || !is_supported(op, is_portable))
      continue;
    all.push_back(static_cast<Op>(i));
    if (s.results != 1)
      continue;
    for (size_t t = 0; t < kTypeCount; ++t) {
      const bool is_address = s.result[0] == Operand::Address &&
                              (kValueTypes[t] == ValType::I32 || kValueTypes[t] == ValType::I64);
      if (is_address || s.result[0] == static_cast<Operand>(kValueTypes[t]))
        of[t].push_back(static_cast<Op>(i));
    }
  }
}

} // namespace zvm::fuzz::wasm

#include "docs/generate/pages.hpp"
#include "ir/signature.hpp"

namespace zvm::docs {
namespace {

using namespace ir;

std::string letter_text(char letter) {
  switch (letter) {
  case 'T':
    return "T";
  case 'F':
    return "F";
  case 'X':
    return "X";
  case 'x':
    return "any";
  default:
    return std::string{name(type_of(letter, Type::None))};
  }
}

std::string side_text(const SignatureSide& side) {
  std::string text;
  for (unsigned i = 0; i < side.count; ++i)
    text += (i != 0 ? ", " : "") + letter_text(side.letters[i]);
  if (side.repeated != '\0')
    text += (text.empty() ? "" : ", ") + letter_text(side.repeated) + " …";
  return text;
}

std::string signature_text(Op op) {
  const Signature& s = signature(op);
  std::string operands = side_text(s.operands);
  const std::string results = side_text(s.results);
  if (results.empty())
    return operands;
  return operands + (operands.empty() ? "→ " : " → ") + results;
}

constexpr std::string_view kAttributes[] = {"",     "rate",   "space",  "field", "access",
                                            "kind", "count",  "status", "ext",   "index",
                                            "pair", "vector", "hash"};
static_assert(std::size(kAttributes) == static_cast<size_t>(Attribute::Hash) + 1);

std::string effects_text(Effects effects) {
  constexpr struct {
    Effects bit;
    std::string_view text;
  } kNames[] = {
      {MayExit, "may exit"},
      {Charges, "charges"},
      {ReadsMemory, "reads memory"},
      {WritesMemory, "writes memory"},
      {GrowsMemory, "grows memory"},
      {ReadsHost, "reads host"},
      {WritesHost, "writes host"},
      {ReadsGas, "reads gas"},
      {ReadsVariables, "reads variables"},
      {WritesVariables, "writes variables"},
      {ReadsModule, "reads module"},
      {WritesModule, "writes module"},
      {Terminator, "ends block"},
      {Commutes, "commutes"},
  };
  std::string text = (effects & kAllEffects) == 0 ? "pure" : "";
  for (const auto& n : kNames) {
    if ((effects & n.bit) != 0)
      text += (text.empty() ? "" : ", ") + std::string{n.text};
  }
  return text;
}

std::string failures_text(Failures failures) {
  std::string text;
  for (unsigned s = 0; s < std::size(kStatusInfo); ++s) {
    if (s < 32 && (failures >> s & 1) != 0)
      text += (text.empty() ? "" : ", ") + std::string{kStatusInfo[s].name};
  }
  return text;
}

} // namespace

std::string ir_page() {
  std::string page = page_head(
      "IR ops", "`ir/opcodes.def`",
      "What the words mean is in [../ir.md](../ir.md). T (an integer), F (f32 or f64) and X "
      "(any) are the\ninstruction's own type, written behind "
      "the op (`add.i256`); the attribute stands in brackets "
      "(`ctx[caller]`). Operands are called a, b,\n"
      "c, d in their order. Where failing is final, an op fails with what stands there; if it asks "
      "the host, also with\nwhat that answers, and if it calls, with what the callee fails with. A "
      "touched access neither "
      "exits nor fails.");
  page += table_head({"op", "operands → results", "attribute", "effects", "fails with", "meaning"});
  for (unsigned i = 0; i < kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const OpInfo& o = info(op);
    page += row({code(o.text), signature_text(op), kAttributes[static_cast<size_t>(o.attribute)],
                 effects_text(o.effects), failures_text(o.failures()), o.doc});
  }
  return page;
}

} // namespace zvm::docs

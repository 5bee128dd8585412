#include "engine/wasm/contract/explain.hpp"

#include <algorithm>

#include "engine/wasm/contract/imports.hpp"
#include "frontend/wasm/decode.hpp"

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;

namespace {

constexpr uint32_t kNone = UINT32_MAX;

/// The function in whose body the offset is.
uint32_t function_at(const fe::Module& m, uint64_t offset) {
  const auto body = std::ranges::find_if(m.bodies, [&](const fe::Range& range) {
    return range.offset <= offset && offset < range.end();
  });
  return body == m.bodies.end()
             ? kNone
             : m.imported_functions + static_cast<uint32_t>(body - m.bodies.begin());
}

/// The first function whose type has more than integers, or than numbers.
uint32_t function_of_foreign_type(const fe::Module& m, const ContractRules& rules) {
  const auto is_foreign = [&](fe::ValType type) {
    const bool is_float = type == fe::ValType::F32 || type == fe::ValType::F64;
    return is_float ? !rules.allows_floats : type != fe::ValType::I32 && type != fe::ValType::I64;
  };
  for (uint32_t i = m.imported_functions; i < m.functions.size(); ++i) {
    if (m.functions[i].type >= m.types.size())
      continue;
    const fe::FunctionType& type = m.type_of_function(i);
    if (std::ranges::any_of(m.parameters(type), is_foreign) ||
        std::ranges::any_of(m.results(type), is_foreign))
      return i;
  }
  return kNone;
}

/// `function 7 "parse"`, by the name section or what it is exported as.
std::string describe(const fe::Module& m, uint32_t function) {
  std::string text = "function " + std::to_string(function);
  const auto named = std::ranges::find(m.names.functions, function, &fe::IndexName::index);
  if (named != m.names.functions.end())
    return text + " \"" + std::string{named->name} + "\"";
  for (const fe::Export& entry : m.exports) {
    if (entry.kind == fe::ExternKind::Function && entry.index == function)
      return text + " \"" + std::string{entry.name} + "\"";
  }
  return text;
}

} // namespace

std::string explain(ByteView bytes, const ContractRules& rules, const Error& refusal) {
  const auto decoded = fe::decode(bytes, fe::kEngineProfile);
  if (!decoded)
    return refusal.detail;
  const fe::Module& m = *decoded;
  if (const uint32_t function = function_at(m, refusal.offset); function != kNone)
    return refusal.detail + "; this is in " + describe(m, function);
  // The types come before what has them.
  const bool is_type = refusal.code == ErrorCode::Unsupported && !m.functions.empty() &&
                       refusal.offset < m.functions[0].offset;
  if (!is_type)
    return refusal.detail;
  for (const fe::Import& import : m.imports) {
    const bool is_function = import.kind == fe::ExternKind::Function;
    if (is_function && m.functions[import.index].type >= m.types.size())
      return refusal.detail;
    if (const auto row = resolve_import(m, import, rules); !row)
      return row.error().detail; // which says more
  }
  if (const uint32_t function = function_of_foreign_type(m, rules); function != kNone)
    return refusal.detail + "; this is in the type of " + describe(m, function);
  return refusal.detail;
}

} // namespace zvm::engine::wasm

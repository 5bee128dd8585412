#include "engine/wasm/extern.hpp"

#include "base/assert.hpp"

namespace zvm::engine::wasm {
namespace {

namespace fe = frontend::wasm;

std::string list(std::span<const runtime::ValueType> types) {
  std::string text = "(";
  for (const runtime::ValueType type : types) {
    if (text.size() > 1)
      text += ' ';
    text += runtime::name(type);
  }
  return text + ')';
}

std::string describe(const runtime::Sizes& sizes) {
  std::string text = sizes.is_64 ? "i64 " : "";
  text += std::to_string(sizes.min) + "..";
  return sizes.max == runtime::kNoMax ? text : text + std::to_string(sizes.max);
}

bool matches(const runtime::Sizes& found, const runtime::Sizes& wanted) {
  return found.is_64 == wanted.is_64 && found.min >= wanted.min && found.max <= wanted.max;
}

} // namespace

bool is_missing(const Extern& item) {
  switch (item.kind) {
  case ExternKind::Function:
    return item.function == nullptr || item.function->signature == nullptr;
  case ExternKind::Table:
    return item.table == nullptr;
  case ExternKind::Memory:
    return item.memory == nullptr;
  case ExternKind::Global:
    return item.global == nullptr;
  }
  return true;
}

ExternType type_of(const Extern& item) {
  ExternType type{.kind = item.kind};
  switch (item.kind) {
  case ExternKind::Function:
    type.signature = item.function->signature;
    break;
  case ExternKind::Table:
    type.type = item.table->type;
    type.sizes = {item.table->size, item.table->declared_max, item.table->is_64};
    break;
  case ExternKind::Memory:
    type.sizes = {item.memory->size / runtime::kPage, item.memory->declared_max,
                  item.memory->is_64};
    break;
  case ExternKind::Global:
    type.type = item.global->type;
    type.is_mutable = item.global->is_mutable;
    break;
  }
  return type;
}

ExternType type_of(const Module& module, const fe::Import& import) {
  const fe::Module& m = module.decoded();
  ExternType type{.kind = import.kind};
  switch (import.kind) {
  case ExternKind::Function:
    type.signature = &module.signature_of_function(import.index);
    break;
  case ExternKind::Table:
    type.type = value_type(m.tables[import.index].item);
    type.sizes = sizes_of(m.tables[import.index].limits);
    break;
  case ExternKind::Memory:
    type.sizes = sizes_of(m.memories[import.index].limits);
    break;
  case ExternKind::Global:
    type.type = value_type(m.globals[import.index].type);
    type.is_mutable = m.globals[import.index].is_mutable;
    break;
  }
  return type;
}

bool matches(const ExternType& found, const ExternType& wanted) {
  if (found.kind != wanted.kind)
    return false;
  switch (wanted.kind) {
  case ExternKind::Function:
    return runtime::is_same(*found.signature, *wanted.signature);
  case ExternKind::Table:
    return found.type == wanted.type && matches(found.sizes, wanted.sizes);
  case ExternKind::Memory:
    return matches(found.sizes, wanted.sizes);
  case ExternKind::Global:
    return found.type == wanted.type && found.is_mutable == wanted.is_mutable;
  }
  ZVM_UNREACHABLE();
}

std::string describe(const ExternType& type) {
  std::string text{fe::kExternNames[static_cast<size_t>(type.kind)]};
  text += ' ';
  switch (type.kind) {
  case ExternKind::Function:
    text += list(type.signature->parameters()) + " -> " + list(type.signature->results());
    break;
  case ExternKind::Table:
    text += describe(type.sizes) + ' ';
    text += runtime::name(type.type);
    break;
  case ExternKind::Memory:
    text += describe(type.sizes);
    break;
  case ExternKind::Global:
    text += type.is_mutable ? "mut " : "";
    text += runtime::name(type.type);
    break;
  }
  return text;
}

} // namespace zvm::engine::wasm

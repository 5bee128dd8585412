#include "engine/wasm/module.hpp"

#include <algorithm>
#include <new>

#include "base/assert.hpp"
#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/lower.hpp"
#include "runtime/module/fault.hpp"

namespace zvm::engine::wasm {
namespace {

namespace fe = frontend::wasm;
using runtime::Signature;
using runtime::ValueType;

bool lower(void* module, uint32_t index, ir::Function& out) {
  const auto& m = *static_cast<const Module*>(module);
  return fe::lower(m.decoded(), m.facts(), index, {m.options().profile, m.options().costs}, out);
}

std::unexpected<Error> no_memory() {
  return fail(ErrorCode::OutOfMemory, 0, "no memory to load the module");
}

uint32_t slots_of(std::span<const ValueType> types) {
  uint32_t slots = 0;
  for (const ValueType type : types)
    slots += runtime::slots_of(type);
  return slots;
}

} // namespace

runtime::ValueType value_type(fe::ValType type) {
  switch (type) {
  case fe::ValType::I32:
    return ValueType::I32;
  case fe::ValType::I64:
    return ValueType::I64;
  case fe::ValType::F32:
    return ValueType::F32;
  case fe::ValType::F64:
    return ValueType::F64;
  case fe::ValType::V128:
    return ValueType::V128;
  case fe::ValType::FuncRef:
    return ValueType::FuncRef;
  case fe::ValType::ExternRef:
    return ValueType::ExternRef;
  case fe::ValType::Unknown:
    break; // of no value
  }
  ZVM_UNREACHABLE();
}

runtime::Sizes sizes_of(const fe::SizeLimits& limits) {
  return {limits.min, limits.has_max ? limits.max : runtime::kNoMax, limits.is_64};
}

Result<std::unique_ptr<Module>> Module::load(ByteView bytes, const ModuleOptions& options) {
  if (!is_readable(bytes))
    return fail(ErrorCode::BadArgument, 0, "the bytes have a size and no address");
  std::unique_ptr<Module> module{new (std::nothrow) Module{options}};
  if (module == nullptr || !module->bytes_.try_assign(bytes))
    return no_memory();
  ZVM_TRY(module->decoded_, fe::decode(module->bytes_.view(), options.profile));
  ZVM_TRY(module->facts_, fe::validate(module->decoded_, options.profile));
  const auto functions = static_cast<uint32_t>(module->decoded_.bodies.size());
  if (!module->make_signatures() || !module->sort_exports() ||
      !module->tiers_.make({.lower = lower,
                            .owner = module.get(),
                            .entries = functions,
                            .counts = options.counts,
                            .watch = options.watch,
                            .hash = &module->options_.hash},
                           module->source(), options.tier))
    return no_memory();
  return module;
}

runtime::Bounds Module::bounds() const {
  const bool can = runtime::kCanGuard && options_.tier != Tier::Step &&
                   !decoded_.memories.empty() && !decoded_.memories[0].limits.is_64;
  return can && options_.bounds == runtime::Bounds::Guard ? runtime::Bounds::Guard
                                                          : runtime::Bounds::Explicit;
}

bool Module::make_signatures() {
  const size_t count = decoded_.types.size();
  Vec<uint32_t> order;
  if (!value_types_.try_resize(decoded_.value_types.size()) || !distinct_.try_resize(count) ||
      !signatures_.try_resize(count) || !order.try_resize(count))
    return false;
  std::ranges::transform(decoded_.value_types, value_types_.begin(), value_type);
  for (uint32_t i = 0; i < count; ++i) {
    const fe::FunctionType& type = decoded_.types[i];
    Signature& s = distinct_[i];
    s = {.types = value_types_.data() + type.first,
         .parameter_count = type.parameters,
         .result_count = type.results};
    s.parameter_slots = slots_of(s.parameters());
    s.result_slots = slots_of(s.results());
    order[i] = i;
  }
  // Equal ones are neighbours now, the first of them in front.
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
    const Signature &x = distinct_[a], &y = distinct_[b];
    if (x.parameter_count != y.parameter_count)
      return x.parameter_count < y.parameter_count;
    if (x.result_count != y.result_count)
      return x.result_count < y.result_count;
    const uint32_t size = x.parameter_count + x.result_count;
    const int differ = size == 0 ? 0 : std::memcmp(x.types, y.types, size);
    return differ != 0 ? differ < 0 : a < b;
  });
  const Signature* last = nullptr;
  for (const uint32_t i : order) {
    if (last == nullptr || !runtime::is_same(*last, distinct_[i]))
      last = &distinct_[i];
    signatures_[i] = last;
  }
  return true;
}

bool Module::sort_exports() {
  if (!export_order_.try_resize(decoded_.exports.size()))
    return false;
  for (uint32_t i = 0; i < export_order_.size(); ++i)
    export_order_[i] = i;
  std::ranges::sort(export_order_, {}, [&](uint32_t i) { return decoded_.exports[i].name; });
  return true;
}

const fe::Export* Module::find_export(std::string_view name) const {
  const auto name_of = [&](uint32_t i) { return decoded_.exports[i].name; };
  const auto* found = std::ranges::lower_bound(export_order_, name, {}, name_of);
  if (found == export_order_.end() || name_of(*found) != name)
    return nullptr;
  return &decoded_.exports[*found];
}

} // namespace zvm::engine::wasm

#include "frontend/wasm/validate.hpp"

#include <algorithm>

#include "frontend/wasm/expression.hpp"

namespace zvm::frontend::wasm {
namespace {

constexpr uint64_t kMaxPages = uint64_t{1} << 16;   // 4 GiB of 64 KiB
constexpr uint64_t kMaxPages64 = uint64_t{1} << 48; // 2^64 bytes

class Validator {
 public:
  Validator(const Module& module, const Profile& profile)
      : module_(module), profile_(profile), reader_(module.bytes),
        checker_(module, profile, reader_) {}

  Result<Vec<FunctionFacts>> validate() {
    if (declared_.try_resize(module_.functions.size() / 64 + 1) &&
        facts_.try_resize(module_.bodies.size()))
      check_module();
    else
      refuse_memory();
    if (!reader_.ok())
      return std::unexpected{reader_.take_error()};
    return std::move(facts_);
  }

 private:
  void check_module() {
    check_functions();
    check_tables();
    check_memories();
    check_globals();
    check_elements();
    check_exports();
    check_start();
    check_data();
    check_bodies(); // last: by now it is known which functions code may refer to
  }

  void check_functions() {
    for (const Function& function : module_.functions) {
      if (function.type >= module_.types.size())
        return refuse_index("type", function.type, function.offset);
    }
  }

  void check_tables() {
    if (module_.tables.size() > 1 && !profile_.features.has(Feature::ReferenceTypes))
      refuse("multiple tables", module_.tables[1].offset);
    for (const Table& table : module_.tables) {
      if (!table.limits.is_64 && std::max(table.limits.min, table.limits.max) > UINT32_MAX)
        refuse("table size must be at most 2^32-1", table.offset);
      check_order(table.limits, table.offset);
    }
  }

  void check_memories() {
    if (module_.memories.size() > 1 && !profile_.features.has(Feature::MultiMemory))
      refuse("multiple memories", module_.memories[1].offset);
    for (const Memory& memory : module_.memories) {
      const SizeLimits& limits = memory.limits;
      if (std::max(limits.min, limits.max) > (limits.is_64 ? kMaxPages64 : kMaxPages))
        refuse(limits.is_64 ? "memory size must be at most 2^48 pages"
                            : "memory size must be at most 65536 pages (4GiB)",
               memory.offset);
      check_order(limits, memory.offset);
    }
  }

  void check_order(const SizeLimits& limits, uint32_t offset) {
    if (limits.has_max && limits.min > limits.max)
      refuse("size minimum must not be greater than maximum", offset);
  }

  void check_globals() {
    for (uint32_t i = module_.imported_globals; i < module_.globals.size() && reader_.ok(); ++i)
      check_constant(module_.globals[i].initial, module_.globals[i].type, i);
  }

  void check_elements() {
    for (const ElementSegment& segment : module_.elements) {
      if (!reader_.ok())
        return;
      if (segment.mode == SegmentMode::Active) {
        if (segment.table >= module_.tables.size())
          return refuse_index("table", segment.table, segment.offset);
        const Table& table = module_.tables[segment.table];
        if (table.item != segment.type)
          return refuse("type mismatch: a table of " + std::string{name(table.item)} +
                            ", a segment of " + std::string{name(segment.type)},
                        segment.offset);
        check_constant(segment.destination, table.limits.address());
      }
      check_items(segment);
    }
  }
  void check_items(const ElementSegment& segment) {
    if (segment.has_expressions) {
      for (const Range& item :
           module_.item_expressions.view().subspan(segment.first, segment.count))
        check_constant(item, segment.type);
      return;
    }
    for (const uint32_t function :
         module_.item_functions.view().subspan(segment.first, segment.count)) {
      if (function >= module_.functions.size())
        return refuse_index("function", function, segment.offset);
      declare(function);
    }
  }

  void check_exports() {
    for (const Export& entry : module_.exports) {
      const size_t counts[] = {module_.functions.size(), module_.tables.size(),
                               module_.memories.size(), module_.globals.size()};
      constexpr std::string_view kNames[] = {"function", "table", "memory", "global"};
      const auto kind = static_cast<size_t>(entry.kind);
      if (entry.index >= counts[kind])
        return refuse_index(kNames[kind], entry.index, entry.offset);
      if (entry.kind == ExternKind::Function)
        declare(entry.index);
    }
    check_export_names();
  }
  void check_export_names() {
    Vec<uint32_t> order;
    if (!order.try_resize(module_.exports.size()))
      return refuse_memory();
    for (uint32_t i = 0; i < order.size(); ++i)
      order[i] = i;
    const auto key = [&](uint32_t i) { return std::pair{module_.exports[i].name, i}; };
    std::ranges::sort(order, {}, key);
    for (uint32_t i = 1; i < order.size(); ++i) {
      if (module_.exports[order[i]].name == module_.exports[order[i - 1]].name)
        return refuse("duplicate export name", module_.exports[order[i]].offset);
    }
  }

  void check_start() {
    if (!module_.start || !reader_.ok())
      return;
    const auto [function, offset] = *module_.start;
    if (function >= module_.functions.size())
      return refuse_index("function", function, offset);
    const FunctionType& type = module_.type_of_function(function);
    if (type.parameters != 0 || type.results != 0)
      refuse("start function: it takes nothing and has no result", offset);
  }

  void check_data() {
    for (const DataSegment& segment : module_.data) {
      if (segment.mode != SegmentMode::Active)
        continue;
      if (segment.memory >= module_.memories.size())
        return refuse_index("memory", segment.memory, segment.offset);
      check_constant(segment.destination, module_.memories[segment.memory].limits.address());
    }
  }

  void check_bodies() {
    for (size_t i = 0; i < module_.bodies.size() && reader_.ok(); ++i) {
      const auto index = static_cast<uint32_t>(module_.imported_functions + i);
      checker_.check_body(module_.type_of_function(index), module_.bodies[i], declared_.view(),
                          facts_[i]);
    }
  }

  /// Since extended constant expressions a constant may read the module's own globals, those in
  /// front of it.
  void check_constant(Range expression, ValType type) {
    check_constant(expression, type, static_cast<uint32_t>(module_.globals.size()));
  }
  void check_constant(Range expression, ValType type, uint32_t globals) {
    if (!profile_.features.has(Feature::ExtendedConstants))
      globals = module_.imported_globals;
    checker_.check_constant(expression, type, globals, {declared_.data(), declared_.size()});
  }

  void declare(uint32_t function) { declared_[function / 64] |= uint64_t{1} << (function % 64); }

  void refuse(std::string text, uint32_t offset) {
    reader_.refuse(ErrorCode::InvalidModule, offset, std::move(text));
  }
  void refuse_index(std::string_view what, uint32_t index, uint32_t offset) {
    refuse("unknown " + std::string{what} + " " + std::to_string(index), offset);
  }
  void refuse_memory() {
    reader_.refuse(ErrorCode::OutOfMemory, 0, "no memory to check the module");
  }

  const Module& module_;
  const Profile& profile_;
  Reader reader_; ///< keeps the first refusal
  ExpressionChecker checker_;
  Vec<uint64_t> declared_; ///< a bit for each function that code may refer to
  Vec<FunctionFacts> facts_;
};

} // namespace

Result<Vec<FunctionFacts>> validate(const Module& module, const Profile& profile) {
  return Validator{module, profile}.validate();
}

} // namespace zvm::frontend::wasm

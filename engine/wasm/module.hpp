// A loaded module: decoded, validated, and with the code that its functions become as they are
// called. Instances of all stores share it.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "engine/tiers.hpp"
#include "frontend/wasm/costs.hpp"
#include "frontend/wasm/module.hpp"
#include "frontend/wasm/profile.hpp"
#include "frontend/wasm/validate.hpp"
#include "runtime/module/sizes.hpp"

namespace zvm::engine::wasm {

struct ModuleOptions {
  frontend::wasm::Profile profile = frontend::wasm::kEngineProfile;
  const frontend::wasm::Costs* costs = nullptr;    ///< outlive the module; null: nothing is charged
  Tier tier = Tier::Auto;                          ///< Step: one handler for each op, nothing fused
  runtime::Bounds bounds = runtime::Bounds::Guard; ///< of memory 0; see Module::bounds()
  runtime::NativeCounts* counts = nullptr;         ///< of machine code; may be null
  backend::Watch watch{};                          ///< of it
  Bytes32 hash{};                                  ///< what they call the module by
};

/// Thread-safe. It must outlive the stores that have instances of it.
class Module {
 public:
  /// The bytes are copied. Refuses as frontend/wasm's decode and validate do.
  [[nodiscard]] static Result<std::unique_ptr<Module>> load(ByteView bytes,
                                                            const ModuleOptions& options = {});
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  [[nodiscard]] const frontend::wasm::Module& decoded() const { return decoded_; }
  [[nodiscard]] const ModuleOptions& options() const { return options_; }
  /// What its code relies on. Guard only where the options say so, the platform can, and there is
  /// an i32 to address memory 0 by; the reference tier compares always.
  [[nodiscard]] runtime::Bounds bounds() const;
  [[nodiscard]] std::span<const frontend::wasm::FunctionFacts> facts() const {
    return facts_.view();
  }
  /// Of a type index; equal types have one signature.
  [[nodiscard]] const runtime::Signature& signature(uint32_t type) const {
    return *signatures_[type];
  }
  [[nodiscard]] const runtime::Signature& signature_of_function(uint32_t index) const {
    return signature(decoded_.functions[index].type);
  }
  /// In logarithmic time; nullptr where there is none.
  [[nodiscard]] const frontend::wasm::Export* find_export(std::string_view name) const;
  /// By type index, as code addresses them.
  [[nodiscard]] const runtime::Signature* const* signatures() const { return signatures_.data(); }
  /// What its code relies on.
  [[nodiscard]] backend::interp::ModuleSource source() const {
    return {decoded_.imported_functions, options_.tier == Tier::Step, bounds()};
  }
  [[nodiscard]] backend::Code& code() const { return *tiers_.running(); }
  [[nodiscard]] Tiers& tiers() const { return tiers_; }
  /// Bytes of what was lowered.
  [[nodiscard]] uint64_t code_bytes() const { return tiers_.bytes(); }

 private:
  explicit Module(const ModuleOptions& options) : options_(options) {}
  [[nodiscard]] bool make_signatures();
  [[nodiscard]] bool sort_exports();

  ModuleOptions options_;
  Buffer bytes_;
  frontend::wasm::Module decoded_;
  Vec<frontend::wasm::FunctionFacts> facts_;
  Vec<runtime::ValueType> value_types_; ///< what the signatures point to
  Vec<runtime::Signature> distinct_;
  Vec<const runtime::Signature*> signatures_; ///< by type index
  Vec<uint32_t> export_order_;                ///< by name
  mutable Tiers tiers_;
};

[[nodiscard]] runtime::ValueType value_type(frontend::wasm::ValType type);
[[nodiscard]] runtime::Sizes sizes_of(const frontend::wasm::SizeLimits& limits);

} // namespace zvm::engine::wasm

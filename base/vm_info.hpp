// What is known of each VM, from the rows of vm.def.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/table.hpp"
#include "base/vm.hpp"

namespace zvm {

enum class VmKind : uint8_t {
  Bytecode, ///< each opcode is a byte: there are mnemonics, and step form
  Module,   ///< functions, types and structured control
  Reserved, ///< there are containers for it, and no engine runs them
};

struct VmInfo {
  Vm vm;
  std::string_view name;
  std::string_view title;
  uint8_t tag;
  VmKind kind;
  std::string_view doc;
};

inline constexpr VmInfo kVmInfo[] = {
#define VM(name, spelling, title, tag, kind, doc)                                                  \
  {Vm::name, spelling, title, tag, VmKind::kind, doc},
#include "base/vm.def"
#undef VM
};
inline constexpr size_t kVmCount = std::size(kVmInfo);

inline constexpr VmInfo kNoVm{Vm::Evm, "?", "?", 0, VmKind::Reserved, "No VM has this number."};

[[nodiscard]] constexpr const VmInfo& info(Vm vm) { return row_of(kVmInfo, vm, kNoVm); }
/// "?" where it is none.
[[nodiscard]] constexpr std::string_view name(Vm vm) { return info(vm).name; }
/// Whether engines run it, and it is not a number cast to it.
[[nodiscard]] constexpr bool is_run(Vm vm) { return info(vm).kind != VmKind::Reserved; }
[[nodiscard]] constexpr bool is_bytecode(Vm vm) { return info(vm).kind == VmKind::Bytecode; }

[[nodiscard]] constexpr std::optional<Vm> find_vm(std::string_view name) {
  const auto* row = std::ranges::find(kVmInfo, name, &VmInfo::name);
  return row != std::end(kVmInfo) ? std::optional{row->vm} : std::nullopt;
}
[[nodiscard]] constexpr std::optional<Vm> vm_of_tag(uint8_t tag) {
  const auto* row = std::ranges::find(kVmInfo, tag, &VmInfo::tag);
  return row != std::end(kVmInfo) ? std::optional{row->vm} : std::nullopt;
}

static_assert(std::ranges::all_of(kVmInfo, [](const VmInfo& row) {
  return &row == kVmInfo + static_cast<size_t>(row.vm) && find_vm(row.name) == row.vm &&
         vm_of_tag(row.tag) == row.vm && row.doc.ends_with('.');
}));

} // namespace zvm

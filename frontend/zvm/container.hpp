// The ZVMC container: code for one VM, with flags and an ABI, as it is deployed and stored.
//
//   offset        size       field
//   0             4          magic "ZVMC"
//   4             1          version, 1
//   5             1          target VM, by its tag in base/vm.def
//   6             1          flags
//   7             1          padding, 0
//   8             4          code size, little-endian
//   12            4          ABI size, little-endian
//   16            code size  code
//   16+code size  ABI size   ABI, JSON in UTF-8 by convention; its text is not looked at
//
// Parsing is strict: whatever is not of this form is refused, with the offset of what is wrong.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/vm_info.hpp"

namespace zvm::frontend::zvm {

inline constexpr size_t kContainerHeader = 16;
inline constexpr uint8_t kContainerVersion = 1;

/// Flag, for the ZVM only: jumps may go to JUMPDEST instructions only.
inline constexpr uint8_t kStrictJumpdest = 1 << 0;

/// Largest code of a target and largest ABI, in bytes.
[[nodiscard]] constexpr uint32_t max_code_size(Vm target) {
  return target == Vm::Evm ? 1 << 16 : 1 << 20; // EIP-7954: what the last revision lets be deployed
}
inline constexpr uint32_t kMaxAbiSize = 1 << 20;

/// A view of a container's parts.
struct Container {
  Vm target = Vm::Zvm;
  uint8_t flags = 0;
  ByteView code;
  ByteView abi;

  [[nodiscard]] bool is_strict() const { return (flags & kStrictJumpdest) != 0; }
};

/// True where the bytes begin with the magic number: they are a container, or a broken one.
[[nodiscard]] bool is_container(ByteView bytes);

/// What is wrong with a container, without an allocation, for the execution path.
struct ContainerDefect {
  ErrorCode code = ErrorCode::BadMagic;
  uint64_t offset = 0;
  const char* text = nullptr; ///< nullptr: nothing is wrong
};
/// Fills `out` with views into `bytes`; on a defect `out` is unchanged.
[[nodiscard]] ContainerDefect try_parse_container(ByteView bytes, Container& out);

/// The same as a Result.
[[nodiscard]] Result<Container> parse_container(ByteView bytes);

/// The first bytes of a container whose parts have these sizes.
[[nodiscard]] std::array<uint8_t, kContainerHeader>
container_header(Vm target, uint8_t flags, uint32_t code_size, uint32_t abi_size);

/// The bytes of a container; refused where parse_container would refuse them.
[[nodiscard]] Result<std::vector<uint8_t>> build_container(const Container& parts);

} // namespace zvm::frontend::zvm

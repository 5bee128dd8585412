#include "frontend/zvm/container.hpp"

#include <algorithm>
#include <array>

namespace zvm::frontend::zvm {
namespace {

constexpr std::array<uint8_t, 4> kMagic = {'Z', 'V', 'M', 'C'};

uint32_t load_le32(const uint8_t* p) {
  return uint32_t{p[0]} | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16 | uint32_t{p[3]} << 24;
}

} // namespace

bool is_container(ByteView bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

ContainerDefect try_parse_container(ByteView bytes, Container& out) {
  if (!is_container(bytes))
    return {ErrorCode::BadMagic, 0, "a container begins with the bytes 5a 56 4d 43, \"ZVMC\""};
  if (bytes.size() < kContainerHeader)
    return {ErrorCode::TruncatedInput, bytes.size(), "the header has 16 bytes"};
  if (bytes[4] != kContainerVersion)
    return {ErrorCode::BadVersion, 4, "the version must be 1"};
  const std::optional<Vm> target = vm_of_tag(bytes[5]);
  static_assert(kVmCount == 4); // which the sentence names
  if (!target)
    return {ErrorCode::BadTarget, 5, "the target must be 0 (zvm), 1 (evm), 2 (wasm) or 3 (riscv)"};
  const uint8_t flags = bytes[6];
  if ((flags & ~kStrictJumpdest) != 0)
    return {ErrorCode::BadFlags, 6, "the only flag is bit 0, STRICT_JUMPDEST"};
  if (flags != 0 && *target != Vm::Zvm)
    return {ErrorCode::BadFlags, 6, "STRICT_JUMPDEST is a flag of target zvm only"};
  if (bytes[7] != 0)
    return {ErrorCode::BadFlags, 7, "the padding byte must be 0"};
  const uint32_t code_size = load_le32(&bytes[8]);
  const uint32_t abi_size = load_le32(&bytes[12]);
  if (code_size > max_code_size(*target))
    return {ErrorCode::LimitExceeded, 8,
            "the code is larger than 64 KiB for target evm, 1 MiB for others"};
  if (abi_size > kMaxAbiSize)
    return {ErrorCode::LimitExceeded, 12, "the ABI is larger than 1 MiB"};
  const size_t body = bytes.size() - kContainerHeader;
  if (body < code_size)
    return {ErrorCode::TruncatedInput, bytes.size(), "the code ends before its declared size"};
  if (body - code_size < abi_size)
    return {ErrorCode::TruncatedInput, bytes.size(), "the ABI ends before its declared size"};
  if (body - code_size != abi_size)
    return {ErrorCode::TrailingBytes, kContainerHeader + code_size + abi_size,
            "bytes follow the ABI"};
  out = {*target, flags, bytes.subspan(kContainerHeader, code_size),
         bytes.subspan(kContainerHeader + code_size, abi_size)};
  return {};
}

Result<Container> parse_container(ByteView bytes) {
  Container container;
  const ContainerDefect defect = try_parse_container(bytes, container);
  if (defect.text != nullptr)
    return fail(defect.code, defect.offset, defect.text);
  return container;
}

std::array<uint8_t, kContainerHeader> container_header(Vm target, uint8_t flags, uint32_t code_size,
                                                       uint32_t abi_size) {
  std::array<uint8_t, kContainerHeader> header{};
  std::copy(kMagic.begin(), kMagic.end(), header.begin());
  header[4] = kContainerVersion;
  header[5] = info(target).tag;
  header[6] = flags;
  for (unsigned i = 0; i < 4; ++i) {
    header[8 + i] = static_cast<uint8_t>(code_size >> (8 * i));
    header[12 + i] = static_cast<uint8_t>(abi_size >> (8 * i));
  }
  return header;
}

Result<std::vector<uint8_t>> build_container(const Container& parts) {
  if (parts.code.size() > UINT32_MAX || parts.abi.size() > UINT32_MAX)
    return fail(ErrorCode::LimitExceeded, 8, "code and ABI have at most 1 MiB");
  const auto header =
      container_header(parts.target, parts.flags, static_cast<uint32_t>(parts.code.size()),
                       static_cast<uint32_t>(parts.abi.size()));
  std::vector<uint8_t> bytes(header.begin(), header.end());
  bytes.reserve(kContainerHeader + parts.code.size() + parts.abi.size());
  bytes.insert(bytes.end(), parts.code.begin(), parts.code.end());
  bytes.insert(bytes.end(), parts.abi.begin(), parts.abi.end());
  ZVM_CHECK(parse_container(bytes));
  return bytes;
}

} // namespace zvm::frontend::zvm

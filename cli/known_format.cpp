#include "cli/known_format.hpp"

#include <algorithm>

namespace zvm::cli {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kElf = "\x7f"
                                  "ELF"sv;

constexpr KnownFormat kFormats[] = {
    {kElf, "an ELF file"},
    {"ZVMC"sv, "a ZVMC container"},
    {"\0asm"sv, "a module of WebAssembly"},
    {"\xef\x00"sv, "a container of the EVM Object Format (EIP-3540)"},
    {"\xef\x01\x00"sv, "a delegation (EIP-7702)"},
    {"\x1f\x8b"sv, "a gzip file"},
    {"PK\x03\x04"sv, "a zip file"},
    {"\x28\xb5\x2f\xfd"sv, "a zstd file"},
    {"\xfd"
     "7zXZ"sv,
     "an xz file"},
    {"BZh"sv, "a bzip2 file"},
    {"!<arch>\n"sv, "an ar archive"},
    {"BC\xc0\xde"sv, "LLVM bitcode"},
    {"MZ"sv, "a program for Windows"},
    {"%PDF"sv, "a PDF file"},
    {"\x89PNG"sv, "a PNG image"},
    {"{\""sv, "JSON"},
    {"{ "sv, "JSON"},
    {"{\n"sv, "JSON"},
    {"{\r\n"sv, "JSON"},
    {"[\""sv, "JSON"},
    {"[{"sv, "JSON"},
    {"[\n"sv, "JSON"},
    {"0x"sv, "hexadecimal text"},
};

bool begins_with(ByteView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::ranges::equal(magic, bytes.first(magic.size()),
                            [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

} // namespace

const KnownFormat* find_known_format(ByteView bytes) {
  const auto* found = std::ranges::find_if(
      kFormats, [bytes](const KnownFormat& format) { return begins_with(bytes, format.begins); });
  return found != std::end(kFormats) ? found : nullptr;
}

bool is_elf(ByteView bytes) { return begins_with(bytes, kElf); }

} // namespace zvm::cli

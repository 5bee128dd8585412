// Programs from files: raw bytes, hexadecimal text, ZVMC containers, modules of WebAssembly,
// assembler text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/revision.hpp"
#include "base/types.hpp"
#include "cli/verb.hpp"
#include "gas/schedule.hpp"

namespace zvm::cli {

/// How the content of a file is to be read.
enum class Format : uint8_t { Auto, Raw, Hex, Asm };

struct ProgramOptions {
  std::string file;            ///< "-": standard input
  std::string vm = "auto";     ///< auto, evm, zvm, wasm
  std::string format = "auto"; ///< auto, raw, hex, asm
  std::string revision{name(kLatestRevision)};
  bool zvm_1_1 = false; ///< ZVM code may use the opcodes of zvm-1.1

  /// Adds FILE, --format, --revision and --zvm-1.1, and --vm unless the verb decides that.
  void add_to(Verb& verb, bool with_vm = true);
  [[nodiscard]] Revision parsed_revision() const;
};

struct Program {
  std::vector<uint8_t> bytes; ///< as they are stored: bare code, or a container around it
  std::optional<Vm> vm;       ///< whose code it is, where it was said or the bytes show it
  bool is_container = false;
  bool is_strict = false;   ///< only JUMPDEST instructions may be jumped to
  std::string_view form;    ///< what the file was: "raw bytes", "hexadecimal text" …
  uint64_t code_offset = 0; ///< of the bare code in `bytes`
  uint64_t code_size = 0;   ///< bytes

  [[nodiscard]] ByteView code() const { return ByteView{bytes}.subspan(code_offset, code_size); }
};

/// The content of a file, or UsageError: it is not there, is no file, is empty, is too large,
/// cannot be read.
[[nodiscard]] std::string read_file(const std::string& path);
/// The same of any size, also of none.
[[nodiscard]] std::string read_any_file(const std::string& path);
/// UsageError where it cannot be written.
void write_file(const std::string& path, std::string_view content);

/// UsageError says what in the file is wrong, and where.
[[nodiscard]] Program load_program(const ProgramOptions& options);

/// Reads the name of a VM that is run; "auto" is nullopt.
[[nodiscard]] std::optional<Vm> parse_vm(const std::string& text);

} // namespace zvm::cli

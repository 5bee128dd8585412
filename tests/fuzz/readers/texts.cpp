// Files of programs, and the words of options and of lists of names.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/hex.hpp"
#include "cli/conformance/suite.hpp"
#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "cli/t8n/fork_name.hpp"
#include "gas/schedule.hpp"
#include "tests/fuzz/generators/worse_json.hpp"
#include "tests/fuzz/readers/reader.hpp"

namespace zvm::fuzz {
namespace {

namespace fs = std::filesystem;

std::string text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A file with these bytes, in memory where there is such a folder.
class ShortFile {
 public:
  ShortFile() {
    const fs::path shared = "/dev/shm";
    const fs::path folder = fs::is_directory(shared) ? shared : fs::temp_directory_path();
    path_ = folder / ("zvm-readers-" + std::to_string(getpid()));
  }
  ShortFile(const ShortFile&) = delete;
  ShortFile& operator=(const ShortFile&) = delete;
  ~ShortFile() { fs::remove(path_); }

  const fs::path& write(const std::string& text) const {
    std::ofstream{path_, std::ios::binary} << text;
    return path_;
  }

 private:
  fs::path path_;
};

const ShortFile& short_file() {
  static const ShortFile kFile;
  return kFile;
}

/// Hexadecimal text, assembler text, containers.
Reading read_program(Choices& c) {
  constexpr const char* kStarts[] = {"", "0x", "ZVMC\1\0\0", "0x5a564d43010000000400000000000000",
                                     "start: JUMPDEST PUSH @start JUMP\n"};
  constexpr const char* kFormats[] = {"auto", "raw", "hex", "asm"};
  constexpr const char* kVms[] = {"auto", "evm", "zvm", "wasm"};
  cli::ProgramOptions options;
  options.format = c.pick(kFormats);
  options.vm = c.pick(kVms);
  options.zvm_1_1 = c.one_in(2);
  const std::string text = c.pick(kStarts) + text_of(c.rest());
  options.file = short_file().write(text).string();
  try {
    const cli::Program program = cli::load_program(options);
    (void)to_hex(program.code());
    return Reading::Understood;
  } catch (const cli::UsageError&) {
    return Reading::Refused; // and it says what is wrong with the file
  }
}

/// Numbers, addresses and names, as options have them; a line of them, as lists of slow cases have
/// it.
Reading read_words(Choices& c) {
  constexpr const char* kWords[] = {
      "0",
      "0x",
      "0x1f",
      "115792089237316195423570985008687907853269984665640564039457584007913129639936",
      "1/20",
      "99999/1",
      "/",
      "0x00000000000000000000000000000000000000f1",
      "osaka",
      "BPO1",
      "GrayGlacier",
      "EIP150",
      "zvm",
      "evm",
      "riscv",
      "auto",
      "wasm-1",
      "wasm-v03",
      "3.0",
      "latest",
      "# a comment",
      "interp",
      ""};
  std::string text = c.pick(kWords);
  make_worse(text, c);
  bool understood = false;
  const auto note = [&](bool is_read) { understood = understood || is_read; };
  note(parse_hex(text).has_value());
  note(parse_u256(text).has_value());
  note(parse_address(text).has_value());
  note(parse_revision(text).has_value());
  note(gas::parse_wasm_schedule(text).has_value());
  note(cli::find_wasm_version(text) != nullptr);
  cli::ConformanceOptions options;
  note(cli::parse_sample(text, options));
  for (const auto& read :
       {+[](const std::string& word) { (void)cli::parse_vm(word); },
        +[](const std::string& word) { (void)cli::read_fork_name("--state.fork", word); }}) {
    try {
      read(text);
      understood = true;
    } catch (const cli::UsageError&) {
      // Another may read it.
    }
  }
  if (c.one_in(16)) {
    options.slow_list = short_file().write(text + "\n" + text_of(c.rest()));
    (void)cli::SlowList{options}.contains(text);
  }
  return understood ? Reading::Understood : Reading::Refused;
}

} // namespace

std::vector<Reader> text_readers() { return {{"program", read_program}, {"words", read_words}}; }

} // namespace zvm::fuzz

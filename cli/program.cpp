#include "cli/program.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/hex.hpp"
#include "cli/errors.hpp"
#include "cli/known_format.hpp"
#include "frontend/asm/assembler.hpp"
#include "frontend/wasm/magic.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
namespace assembler = frontend::assembler;
namespace container = frontend::zvm;

/// The VMs that this version runs, for sentences: "evm, zvm and wasm".
std::string run_vms(std::string_view last) {
  std::vector<std::string_view> names;
  for (const VmInfo& row : kVmInfo) {
    if (is_run(row.vm))
      names.push_back(row.name);
  }
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    text += i == 0 ? "" : i + 1 == names.size() ? last : ", ";
    text += names[i];
  }
  return text;
}
std::string it_runs() { return "it runs " + run_vms(" and "); }

/// Largest file that is read: no program can be longer, written in any form.
constexpr size_t kMaxFile = size_t{64} << 20;

struct Extension {
  std::string_view suffix;
  std::optional<Vm> vm;
};
/// Names of assembler files, and the VM they are for unless --vm says another.
constexpr Extension kAssemblerFiles[] = {
    {".zasm", Vm::Zvm}, {".easm", Vm::Evm}, {".asm", std::nullopt}};

Format parse_format(const std::string& text) {
  constexpr std::string_view kNames[] = {"auto", "raw", "hex", "asm"};
  const auto* found = std::ranges::find(kNames, text);
  if (found == std::end(kNames))
    throw UsageError("--format: there is no format '" + text + "'; there are: auto, raw, hex, asm");
  return static_cast<Format>(found - kNames);
}

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_text(std::string_view content) {
  return std::ranges::all_of(content, [](char c) { return is_white(c) || (c >= ' ' && c <= '~'); });
}

/// Hexadecimal digits over any number of lines.
std::vector<uint8_t> read_hex(const std::string& path, std::string_view content) {
  std::string digits;
  size_t line = 1;
  size_t line_begin = 0;
  for (size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (c == '\n') {
      ++line;
      line_begin = i + 1;
    }
    if (is_white(c))
      continue;
    const bool is_prefix = digits == "0" && (c == 'x' || c == 'X');
    if (!is_prefix && std::isxdigit(static_cast<unsigned char>(c)) == 0) {
      throw UsageError(path + ": line " + std::to_string(line) + ", column " +
                       std::to_string(i - line_begin + 1) + ": " +
                       (c > ' ' && c <= '~'
                            ? std::string{'\''} + c + '\''
                            : to_hex(ByteView{reinterpret_cast<const uint8_t*>(&c), 1})) +
                       " is no hexadecimal digit (assembler text is told by its name, .zasm or "
                       ".easm, or by --format asm; raw bytes by --format raw)");
    }
    digits += c;
  }
  return value_or_throw(parse_hex(digits), path);
}

void find_code(Program& program, const std::string& path) {
  program.code_offset = 0;
  program.code_size = program.bytes.size();
  if (!program.is_container)
    return;
  const Result<container::Container> parts = container::parse_container(program.bytes);
  if (!parts) {
    throw UsageError(path + ": not a valid ZVMC container: " + parts.error().detail +
                     " (at offset " + std::to_string(parts.error().offset) + ")");
  }
  const Vm target = parts->target;
  if (!is_run(target)) {
    throw UsageError(path + ": the container is for " + std::string{name(target)} +
                     ", which this version cannot run; " + it_runs());
  }
  if (program.vm && *program.vm != target) {
    throw UsageError(path + ": the container is for " + std::string{name(target)} +
                     ", and --vm says " + std::string{name(*program.vm)});
  }
  program.vm = target;
  program.is_strict = parts->is_strict();
  program.code_offset = static_cast<uint64_t>(parts->code.data() - program.bytes.data());
  program.code_size = parts->code.size();
}

/// Refuses what is meant for a VM that is not there yet; names what is run as code and hardly is
/// any.
void question_format(const Program& program, const ProgramOptions& options) {
  const ByteView code = program.code();
  const bool is_meant = options.format == "raw" && options.vm != "auto";
  if (is_elf(code) && !is_meant) {
    throw UsageError(options.file +
                     ": this is an ELF file, and programs for RISC-V are not run by "
                     "this version; " +
                     it_runs() + " (--format raw with --vm takes it for code)");
  }
  const KnownFormat* known = find_known_format(code);
  if (known != nullptr && program.vm != Vm::Wasm) {
    std::cerr << "zvm: warning: " << options.file << " begins like " << known->what
              << ", and is taken for bare code\n";
  }
}

std::string read_all(std::istream& stream, const std::string& path, size_t limit) {
  std::string content;
  char chunk[64 * 1024];
  while (stream.read(chunk, sizeof chunk) || stream.gcount() > 0) {
    content.append(chunk, static_cast<size_t>(stream.gcount()));
    if (content.size() > limit) {
      throw UsageError(path + ": larger than " + std::to_string(limit >> 20) +
                       " MiB, the most that a program may take");
    }
  }
  if (stream.bad())
    throw UsageError(path + ": reading failed: " + std::strerror(errno));
  return content;
}

/// UsageError where there is more than `limit` bytes.
std::string read_up_to(const std::string& path, size_t limit) {
  if (path == "-")
    return read_all(std::cin, "standard input", limit);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    throw UsageError(path + ": there is no such file");
  if (fs::is_directory(status))
    throw UsageError(path + ": this is a directory, not a file");
  errno = 0;
  std::ifstream stream{path, std::ios::binary};
  if (!stream)
    throw UsageError(path + ": cannot be opened: " + std::strerror(errno));
  return read_all(stream, path, limit);
}

} // namespace

void ProgramOptions::add_to(Verb& verb, bool with_vm) {
  verb.add_option(
          "FILE", file,
          "program: raw bytes, hexadecimal text, a ZVMC container, a module of WebAssembly, or "
          "assembler text (.zasm, .easm, .asm); - is standard input")
      .required();
  if (with_vm)
    verb.add_option("--vm", vm,
                    "whose code it is: auto, evm, zvm, wasm (auto: as the file shows, else evm)");
  verb.add_option("--format", format, "how the file is written: auto, raw, hex, asm");
  verb.add_option("--revision", revision, "Ethereum revision, frontier to amsterdam");
  verb.add_flag("--zvm-1.1", zvm_1_1, "the ZVM has the opcodes of zvm-1.1, too");
}

Revision ProgramOptions::parsed_revision() const {
  return value_or_throw(parse_revision(revision), "--revision");
}

std::optional<Vm> parse_vm(const std::string& text) {
  if (text == "auto")
    return std::nullopt;
  const std::optional<Vm> vm = find_vm(text);
  if (!vm)
    throw UsageError("--vm: there is no VM '" + text + "'; there are: auto, " + run_vms(", "));
  if (!is_run(*vm))
    throw UsageError("--vm: " + text + " is known, and not supported by this version; " +
                     it_runs());
  return vm;
}

std::string read_file(const std::string& path) {
  std::string content = read_up_to(path, kMaxFile);
  if (content.empty())
    throw UsageError((path == "-" ? "standard input" : path) + ": the file is empty");
  return content;
}

std::string read_any_file(const std::string& path) { return read_up_to(path, SIZE_MAX); }

void write_file(const std::string& path, std::string_view content) {
  errno = 0;
  std::ofstream stream{path, std::ios::binary};
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  stream.close();
  if (!stream)
    throw UsageError(path + ": cannot be written: " + std::strerror(errno));
}

Program load_program(const ProgramOptions& options) {
  Format format = parse_format(options.format);
  const Revision revision = options.parsed_revision();
  Program program;
  program.vm = parse_vm(options.vm);
  const std::string content = read_file(options.file);

  const std::string suffix = fs::path{options.file}.extension().string();
  const auto* named = std::ranges::find(kAssemblerFiles, suffix, &Extension::suffix);
  const bool is_named = named != std::end(kAssemblerFiles);
  if (format == Format::Auto)
    format = is_named ? Format::Asm : is_text(content) ? Format::Hex : Format::Raw;

  switch (format) {
  case Format::Asm: {
    if (program.vm == Vm::Wasm)
      throw UsageError(options.file + ": assembler text is for evm and zvm; a module of "
                                      "WebAssembly is read in its binary format");
    std::optional<Vm> vm = program.vm;
    if (!vm && is_named)
      vm = named->vm;
    assembler::AssembleOptions asm_options;
    asm_options.language = vm.value_or(Vm::Zvm);
    asm_options.revision = revision;
    assembler::Program assembled =
        value_or_throw(assembler::assemble(content, asm_options), options.file);
    program.bytes = std::move(assembled.bytes);
    program.is_container = assembled.is_container;
    if (!program.is_container) {
      if (program.vm && assembled.language != *program.vm) {
        throw UsageError(options.file + ": the text says .vm " +
                         std::string{name(assembled.language)} + ", and --vm says " + options.vm);
      }
      program.vm = assembled.language;
    }
    program.form = "assembler text";
    break;
  }
  case Format::Hex:
    if (content[0] == '{' || content[0] == '[') {
      throw UsageError(options.file +
                       ": this looks like JSON; what is run is the code in it alone, "
                       "as hexadecimal text or raw bytes");
    }
    program.bytes = read_hex(options.file, content);
    program.form = "hexadecimal text";
    program.is_container = container::is_container(program.bytes);
    break;
  case Format::Raw:
  case Format::Auto:
    program.bytes.assign(content.begin(), content.end());
    program.form = "raw bytes";
    program.is_container = container::is_container(program.bytes);
    break;
  }
  if (program.bytes.empty())
    throw UsageError(options.file + ": there is no code in the file");
  // To EVM code a container's magic number is two instructions like any others.
  if (program.is_container && format == Format::Raw && options.format == "raw" &&
      program.vm == Vm::Evm)
    program.is_container = false;
  find_code(program, options.file);
  const bool is_module = frontend::wasm::is_module(program.code());
  if (!program.vm && is_module)
    program.vm = Vm::Wasm;
  if (format != Format::Asm)
    question_format(program, options);
  if (program.vm == Vm::Wasm && !is_module) {
    throw UsageError(options.file +
                     ": this is no module of WebAssembly; one begins with the bytes 00 61 73 6d");
  }
  return program;
}

} // namespace zvm::cli

#include "cli/watch.hpp"

#include <filesystem>
#include <sstream>

#include "base/hex.hpp"
#include "cli/errors.hpp"
#include "cli/native_rows.hpp"

namespace zvm::cli {

void WatchOptions::add_to(Verb& verb) {
  verb.add_flag("--perf-map", perf_map, "names machine code for perf, in /tmp/perf-PID.map");
  verb.add_flag("--gdb-jit", gdb_jit, "names machine code for gdb and lldb");
  verb.add_option("--dump", dump,
                  "a folder, for the IR and machine code of all that is compiled: a file .txt and "
                  "its bytes, .bin, named by the hash of the code; nothing unless given");
}

backend::Watch WatchOptions::told(NativeDump& to) const {
  return {perf_map, gdb_jit, to.is_there() ? &to : nullptr};
}

NativeDump::NativeDump(const std::string& folder) : folder_(folder) {
  std::error_code error;
  if (folder.empty() || std::filesystem::is_directory(folder, error))
    return;
  if (!std::filesystem::create_directories(folder, error))
    throw UsageError("--dump: " + folder + " cannot be made: " + error.message());
}

void NativeDump::finish() const {
  if (has_failed_.load(std::memory_order_relaxed))
    throw UsageError("--dump: " + folder_ + ": not all could be written");
}

/// No exception passes the engine.
void NativeDump::made(const backend::NativeMade& code) {
  try {
    const std::string path = folder_ + "/" + to_hex(code.hash).substr(2) + "-" +
                             std::string{code.kind} + "-" + std::to_string(code.number);
    std::vector<NativeFunction> functions;
    for (const ir::Function& f : code.functions)
      functions.push_back({.ir = &f});
    std::ostringstream text;
    print_rows(text, make_rows(functions, code.listing), code.listing.bytes);
    write_file(path + ".txt", text.view());
    write_file(path + ".bin", {reinterpret_cast<const char*>(code.listing.bytes.data()),
                               code.listing.bytes.size()});
  } catch (...) {
    has_failed_.store(true, std::memory_order_relaxed);
  }
}

} // namespace zvm::cli

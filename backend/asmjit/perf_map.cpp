#include "backend/asmjit/perf_map.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string>

namespace zvm::backend::asmjit {
namespace {

std::string hexadecimal(uint64_t number) {
  char text[16];
  return {text, std::to_chars(text, text + sizeof text, number, 16).ptr};
}

} // namespace

/// One write for a line, so that threads do not mix theirs.
void note_in_perf_map(const void* begin, size_t size, std::string_view name) {
  const std::string path = "/tmp/perf-" + std::to_string(getpid()) + ".map";
  std::string line = hexadecimal(reinterpret_cast<uintptr_t>(begin)) + " " + hexadecimal(size);
  (line += " ").append(name) += "\n";
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  (void)!write(file, line.data(), line.size());
  close(file);
}

} // namespace zvm::backend::asmjit

#include "backend/asmjit/perf_map.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace zvm::backend::asmjit {
namespace {

/// A short line; what does not fit is left out.
class Line {
 public:
  Line& add(const char* text) {
    const size_t size = std::min(std::strlen(text), static_cast<size_t>(end() - at_));
    std::memcpy(at_, text, size);
    at_ += size;
    return *this;
  }
  Line& add(uint64_t number, int base) {
    at_ = std::to_chars(at_, end(), number, base).ptr;
    return *this;
  }
  [[nodiscard]] const char* text() {
    *at_ = 0;
    return bytes_;
  }
  [[nodiscard]] size_t size() const { return static_cast<size_t>(at_ - bytes_); }

 private:
  [[nodiscard]] char* end() { return bytes_ + sizeof bytes_ - 1; }

  char bytes_[128];
  char* at_ = bytes_;
};

} // namespace

/// One write for a line, so that threads do not mix theirs.
void note_in_perf_map(const void* begin, size_t size, const Bytes32& hash, const char* what,
                      uint32_t pc) {
  Line path, line;
  path.add("/tmp/perf-").add(static_cast<uint64_t>(getpid()), 10).add(".map");
  uint32_t name = 0;
  for (int i = 0; i < 4; ++i)
    name = name << 8 | hash.bytes[i];
  line.add(reinterpret_cast<uintptr_t>(begin), 16).add(" ").add(size, 16).add(" zvm_");
  line.add(name, 16).add("_").add(what).add("_").add(pc, 10).add("\n");
  const int file = open(path.text(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  (void)!write(file, line.text(), line.size());
  close(file);
}

} // namespace zvm::backend::asmjit

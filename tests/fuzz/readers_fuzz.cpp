// Readers of files that people write. The first byte chooses the reader, unless ZVM_READER names
// one; at the end a line for each says what came of its inputs.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/readers/reader.hpp"

namespace zvm::fuzz {
namespace {

struct Row {
  Reader reader;
  std::array<uint64_t, kReadings> counts{};
};

class Readers {
 public:
  Readers() {
    add(text_readers());
    add(suite_readers());
    add(tool_readers());
    if (const char* only = std::getenv("ZVM_READER"))
      std::erase_if(rows_, [only](const Row& row) { return row.reader.name != only; });
    if (rows_.empty()) {
      std::fputs("there is no reader of the name in ZVM_READER\n", stderr);
      std::exit(1);
    }
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;
  ~Readers() {
    for (const Row& row : rows_)
      report(row);
  }

  void run(uint8_t choice, ByteView data) {
    Row& row = rows_[choice % rows_.size()];
    Choices choices{data};
    ++row.counts[static_cast<size_t>(row.reader.run(choices))];
  }

 private:
  void add(std::vector<Reader> readers) {
    for (Reader& reader : readers)
      rows_.push_back({std::move(reader)});
  }
  static void report(const Row& row) {
    constexpr const char* kWords[kReadings] = {"no JSON", "refused", "passed over", "understood"};
    std::fprintf(stderr, "%.*s:", static_cast<int>(row.reader.name.size()), row.reader.name.data());
    for (size_t i = 0; i < kReadings; ++i)
      std::fprintf(stderr, "%s %" PRIu64 " %s", i == 0 ? "" : ",", row.counts[i], kWords[i]);
    std::fputs("\n", stderr);
  }

  std::vector<Row> rows_;
};

Readers& all_readers() {
  static Readers readers;
  return readers;
}

} // namespace
} // namespace zvm::fuzz

/// Before the first input, whose time is measured: seeds are many.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  (void)zvm::fuzz::all_readers();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size != 0)
    zvm::fuzz::all_readers().run(data[0], {data + 1, size - 1});
  return 0;
}

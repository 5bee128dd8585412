// zvm hash: the hash functions of the runtime on a file, and how fast they are.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "runtime/hash/algorithms.hpp"

namespace zvm::cli {
namespace {

using runtime::HashAlgorithm;

struct HashOptions {
  std::string algorithm;
  std::string file;
  std::optional<size_t> length;
  bool bench = false;
  bool json = false;
};

std::string names() {
  std::string text;
  for (const HashAlgorithm& one : runtime::hash_algorithms())
    text += (text.empty() ? "" : ", ") + std::string{one.name};
  return text;
}

const HashAlgorithm& find(const std::string& name) {
  const HashAlgorithm* found = runtime::find_hash_algorithm(name);
  if (found == nullptr)
    throw UsageError("there is no hash function '" + name + "'; there are: " + names());
  return *found;
}

/// "32 bytes", "8 to 64 bytes", "any number of bytes".
std::string describe_range(size_t least, size_t most, const char* of) {
  if (most == SIZE_MAX)
    return "any number of" + std::string{of};
  const std::string to = least == most ? "" : std::to_string(least) + " to ";
  return to + std::to_string(most) + of;
}

int hash_file(const HashOptions& options) {
  const HashAlgorithm& algorithm = find(options.algorithm);
  const size_t length = options.length.value_or(algorithm.digest);
  if (!algorithm.accepts_output(length))
    throw UsageError("--length: " + options.algorithm + " gives " +
                     describe_range(algorithm.shortest, algorithm.longest, " bytes"));
  if (length > size_t{1} << 30)
    throw UsageError("--length: more than 1 GiB");
  const std::string content = read_any_file(options.file);
  if (!algorithm.accepts_input(content.size())) {
    const std::string of = " elements of " + std::to_string(algorithm.unit) + " bytes";
    throw UsageError(options.file + ": " + std::to_string(content.size()) + " bytes; " +
                     options.algorithm + " takes " +
                     describe_range(algorithm.least, algorithm.most, of.c_str()));
  }
  std::vector<uint8_t> digest(length);
  algorithm.hash({reinterpret_cast<const uint8_t*>(content.data()), content.size()}, digest);
  const std::string hex = to_hex(ByteView{digest});
  if (options.json) {
    nlohmann::ordered_json out;
    out["algorithm"] = algorithm.name;
    out["size"] = content.size();
    out["digest"] = hex;
    std::cout << out.dump() << '\n';
  } else {
    std::cout << hex << '\n';
  }
  return kDone;
}

/// Nanoseconds for one message: the best of some rounds, each of which takes a millisecond or more.
double measure(const HashAlgorithm& algorithm, size_t size) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 7;
  constexpr double kRound = 1e6; // ns
  std::vector<uint8_t> data(size, 0x5a), digest(algorithm.digest);
  const auto run = [&](size_t count) {
    const auto began = Clock::now();
    for (size_t i = 0; i < count; ++i) {
      algorithm.hash(data, digest);
      data[0] ^= digest[0]; // each message needs the one before
    }
    return std::chrono::duration<double, std::nano>(Clock::now() - began).count();
  };
  run(1); // what is computed at the first use
  size_t count = 1;
  while (run(count) < kRound)
    count *= 2;
  double best = run(count);
  for (int round = 1; round < kRounds; ++round)
    best = std::min(best, run(count));
  return best / static_cast<double>(count);
}

int bench(const HashOptions& options) {
  const HashAlgorithm* only = options.algorithm.empty() ? nullptr : &find(options.algorithm);
  if (!options.json)
    std::cout << "algorithm                bytes     ns/message       MB/s\n";
  for (const HashAlgorithm& algorithm : runtime::hash_algorithms()) {
    if (only != nullptr && only != &algorithm)
      continue;
    for (const size_t size : runtime::kMeasuredSizes) {
      if (!algorithm.accepts_input(size))
        continue;
      const double time = measure(algorithm, size);
      const double speed = static_cast<double>(size) / time * 1e3;
      if (options.json) {
        nlohmann::ordered_json out;
        out["algorithm"] = algorithm.name;
        out["bytes"] = size;
        out["ns"] = time;
        out["mb_per_s"] = speed;
        std::cout << out.dump() << '\n' << std::flush;
      } else {
        std::cout << std::left << std::setw(20) << algorithm.name << std::right << std::setw(10)
                  << size << std::fixed << std::setprecision(1) << std::setw(15) << time
                  << std::setw(11) << speed << '\n'
                  << std::flush;
      }
    }
  }
  return kDone;
}

int run(const HashOptions& options) {
  if (options.bench) {
    if (!options.file.empty() || options.length)
      throw UsageError("--bench measures messages of its own: it takes no FILE and no --length");
    return bench(options);
  }
  if (options.algorithm.empty())
    throw UsageError("ALG is required");
  if (options.file.empty())
    throw UsageError("FILE is required");
  return hash_file(options);
}

} // namespace

void add_hash(Tool& tool) {
  auto options = std::make_shared<HashOptions>();
  Verb verb = tool.add_verb("hash", "hash functions: the digest of a file as hexadecimal "
                                    "text");
  verb.add_option("ALG", options->algorithm, "one of the names below");
  verb.add_option("FILE", options->file, "raw bytes; - is standard input");
  verb.add_option(
      "--length", options->length,
      "bytes of output, where the function has a choice; as many as is usual unless given");
  verb.add_flag("--bench", options->bench, "a table of speed at several lengths, of ALG or of all");
  verb.add_flag("--json", options->json, "a JSON object, with --bench one a line");
  std::string footer;
  for (const HashAlgorithm& one : runtime::hash_algorithms()) {
    std::string name{one.name};
    name.resize(22, ' ');
    footer += (footer.empty() ? "  " : "\n  ") + name + std::string{one.text};
  }
  verb.add_to_help(footer);
  verb.does([options] { return run(*options); });
}

} // namespace zvm::cli

// Lists of hash vectors, one function a file, told by the file's name.
#include <algorithm>
#include <array>
#include <functional>

#include "base/uint256_text.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/fixtures/fixture.hpp"
#include "runtime/hash/algorithms.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;

using Bytes = std::vector<uint8_t>;

/// What came out and what should have, one line each; nothing where they are the same.
std::string compare(std::string_view what, const std::string& expected, const std::string& actual) {
  if (expected == actual)
    return {};
  return "  " + std::string{what} + ": expected " + expected + ", got " + actual + "\n";
}
std::string compare(std::string_view what, const Bytes& expected, const Bytes& actual) {
  return compare(what, to_text(ByteView{expected}), to_text(ByteView{actual}));
}

Bytes text_bytes(const JsonView& value) {
  const std::string& text = value.text();
  return {text.begin(), text.end()};
}

/// NIST's longest message has 2^30 bytes.
constexpr uint64_t kMaxBytes = uint64_t{1} << 31;

/// A number of bytes, or of parts of `part` bytes each.
size_t read_size(const JsonView& value, size_t part = 1) {
  const uint64_t size = value.natural();
  if (part != 0 && size > kMaxBytes / part)
    value.refuse("more than 2^31 bytes");
  return size;
}

Bytes read_message(const JsonView& vector) {
  if (!vector.has("repeat"))
    return read_bytes(vector.at("msg"));
  const Bytes part = read_bytes(vector.at("repeat"));
  const size_t count = read_size(vector.at("count"), part.size());
  Bytes message;
  message.reserve(part.size() * count);
  for (size_t i = 0; i < count && !part.empty(); ++i)
    message.insert(message.end(), part.begin(), part.end());
  return message;
}

/// msg, md, out_len where the length is free.
std::string check_digest(const HashAlgorithm& algorithm, const JsonView& vector) {
  const Bytes expected = read_bytes(vector.at("md"));
  const size_t size = vector.has("out_len") ? read_size(vector.at("out_len")) : expected.size();
  if (!algorithm.accepts_output(size))
    return "  " + std::string{algorithm.name} + " has no digest of " + std::to_string(size) +
           " bytes\n";
  Bytes digest(size);
  algorithm.hash(read_message(vector), digest);
  return compare(algorithm.name, expected, digest);
}

std::string check_blake2b(const JsonView& vector) {
  const size_t size = read_size(vector.at("out_len"));
  const Bytes key = read_bytes(vector.at("key"));
  if (size == 0 || size > 64 || key.size() > 64)
    return "  there is no digest of this length, or under a key of this length\n";
  Bytes digest(size);
  blake2b(read_message(vector), digest, key);
  return compare("blake2b", read_bytes(vector.at("md")), digest);
}

/// The three modes over the authors' message: byte i is i mod 251.
std::string check_blake3(const JsonView& vector) {
  Bytes data(read_size(vector.at("input_len")));
  for (size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<uint8_t>(i % 251);
  const auto check = [&](const char* field, auto hash) {
    const Bytes expected = read_bytes(vector.at(field));
    Bytes out(expected.size());
    hash(std::span{out});
    return compare(field, expected, out);
  };
  const Bytes key = text_bytes(vector.at("key"));
  if (key.size() != 32)
    return "  the key has not 32 bytes\n";
  const auto context = vector.at("context_string").text();
  return check("hash", [&](std::span<uint8_t> out) { blake3(data, out); }) +
         check(
             "keyed_hash",
             [&](std::span<uint8_t> out) { blake3_keyed(std::span{key}.first<32>(), data, out); }) +
         check("derive_key",
               [&](std::span<uint8_t> out) { blake3_derive_key(context, data, out); });
}

/// With or without 0x.
uint64_t read_hex_u64(const JsonView& value) {
  const std::string& text = value.text();
  const Result<U256> word = parse_u256(text.starts_with("0x") ? text : "0x" + text);
  if (!word || !word->fits_u64())
    value.refuse("not a number of 64 bits: " + text);
  return word->low64();
}

template <size_t kSize>
std::array<uint64_t, kSize> read_numbers(const JsonView& list) {
  if (list.size() != kSize)
    list.refuse("not " + std::to_string(kSize) + " numbers");
  std::array<uint64_t, kSize> numbers;
  for (size_t i = 0; i < kSize; ++i)
    numbers[i] = read_hex_u64(list.at(i));
  return numbers;
}
std::string describe(std::span<const uint64_t> numbers) {
  std::string text;
  for (const uint64_t number : numbers)
    text += (text.empty() ? "" : " ") + to_hex(U256{number});
  return text;
}

/// All 24 rounds, and the last 12 alone.
std::string check_permutation(const JsonView& vector) {
  const std::array<uint64_t, 25> state = read_numbers<25>(vector.at("state_in"));
  const auto check = [&](const char* field, void (*permute)(uint64_t(&)[25])) {
    uint64_t lanes[25];
    std::ranges::copy(state, lanes);
    permute(lanes);
    return compare(field, describe(read_numbers<25>(vector.at(field))), describe(lanes));
  };
  return check("state_out", keccak_f1600) + check("state_out_12_rounds", keccak_p1600_12);
}

std::vector<U256> read_words(const JsonView& list) {
  std::vector<U256> words;
  for (const JsonView word : list.elements())
    words.push_back(read_word(word));
  return words;
}
std::string describe(std::span<const U256> words) {
  std::string text;
  for (const U256& word : words)
    text += (text.empty() ? "" : " ") + to_hex(word);
  return text;
}

std::string check_poseidon_bn254(const JsonView& vector) {
  std::vector<U256> state = read_words(vector.at("inputs"));
  state.insert(state.begin(), read_word(vector.at("init_state")));
  if (state.size() < kMinBn254Width || state.size() > kMaxBn254Width ||
      state.size() != read_u64(vector.at("t")))
    return "  there is no such width\n";
  const U256 hash = poseidon_bn254(std::span{state}.subspan(1), state[0]);
  poseidon_bn254_permute(state);
  return compare("hash", to_hex(read_word(vector.at("hash"))), to_hex(hash)) +
         compare("state_out", describe(read_words(vector.at("state_out"))), describe(state));
}

std::string check_poseidon_goldilocks(const JsonView& vector) {
  auto state = read_numbers<kGoldilocksWidth>(vector.at("state_in"));
  poseidon_goldilocks_permute(state);
  const auto expected = read_numbers<kGoldilocksWidth>(vector.at("state_out"));
  return compare("state_out", describe(expected), describe(state));
}

/// Where the cases of one file go.
class HashFile {
 public:
  HashFile(std::string label, FileReport& report) : label_(std::move(label)), report_(report) {}

  /// One case; `check` gives what is wrong, or nothing.
  void add(const std::string& name, auto check) {
    const std::string label = label_ + " [" + name + "]";
    std::string wrong;
    try {
      wrong = check();
    } catch (const std::exception& error) {
      report_.fail(label, error.what());
      return;
    }
    report_.add(judge(label, std::move(wrong)));
  }

 private:
  std::string label_;
  FileReport& report_;
};

/// The constants of the instances: ours are generated, these are what others have written down.
void check_parameters(const JsonView& document, HashFile& file) {
  if (document.has("C") && document.has("M")) {
    for (unsigned width = kMinBn254Width; width <= kMaxBn254Width; ++width) {
      file.add("parameters of width " + std::to_string(width), [&] {
        const size_t index = width - kMinBn254Width;
        std::vector<U256> constants((kPoseidonFullRounds + bn254_partial_rounds(width)) * width);
        std::vector<U256> matrix(width * width), expected;
        bn254_parameters(width, constants, matrix);
        for (const JsonView row : document.at("M").at(index).elements()) {
          const std::vector<U256> words = read_words(row);
          expected.insert(expected.end(), words.begin(), words.end());
        }
        return compare("constants", describe(read_words(document.at("C").at(index))),
                       describe(constants)) +
               compare("matrix", describe(expected), describe(matrix));
      });
    }
  } else if (document.has("round_constants")) {
    file.add("parameters", [&] {
      constexpr size_t kRounds = kPoseidonFullRounds + kGoldilocksPartialRounds;
      std::array<uint64_t, kRounds * kGoldilocksWidth> constants;
      std::array<uint64_t, kGoldilocksWidth * kGoldilocksWidth> matrix;
      goldilocks_parameters(constants, matrix);
      const auto expected =
          read_numbers<kRounds * kGoldilocksWidth>(document.at("round_constants"));
      return compare("constants", describe(expected), describe(constants));
    });
  }
}

/// Files whose name begins with `name`; the first of these rows, or else a function of the table.
struct Reader {
  std::string_view name;
  std::string (*check)(const JsonView& vector);
};
constexpr Reader kReaders[] = {
    {"blake2b_var", check_blake2b},
    {"blake3", check_blake3},
    {"keccak_f1600", check_permutation},
    {"poseidon_bn254", check_poseidon_bn254},
    {"poseidon_goldilocks", check_poseidon_goldilocks},
};

/// Every function of that name: `sha256.json` holds of `sha256` and of `sha256_portable`.
std::vector<const HashAlgorithm*> algorithms_of(const std::string& file_name) {
  std::vector<const HashAlgorithm*> found;
  for (const HashAlgorithm& one : hash_algorithms()) {
    if (file_name.starts_with(one.name.substr(0, one.name.find("_portable"))))
      found.push_back(&one);
  }
  return found;
}

/// How the vectors of one file are checked, as its name says; nothing where that is no function's.
std::function<std::string(const JsonView&)> checker_of(const std::string& file_name) {
  const auto* reader = std::ranges::find_if(
      kReaders, [&](const Reader& one) { return file_name.starts_with(one.name); });
  if (reader != std::end(kReaders))
    return reader->check;
  const std::vector<const HashAlgorithm*> algorithms = algorithms_of(file_name);
  if (algorithms.empty())
    return nullptr;
  return [algorithms](const JsonView& vector) {
    std::string wrong;
    for (const HashAlgorithm* one : algorithms)
      wrong += check_digest(*one, vector);
    return wrong;
  };
}

void run_file(const std::string& path, const JsonView& document, FileReport& report) {
  HashFile file{path, report};
  if (document.is_object()) {
    check_parameters(document, file);
    return;
  }
  if (!document.is_list())
    return;
  const auto check = checker_of(std::filesystem::path{path}.filename().string());
  if (check == nullptr) {
    report.pass_over(path, "no hash function's name");
    return;
  }
  size_t number = 0;
  for (const JsonView vector : document.elements())
    file.add(std::to_string(number++), [&] { return check(vector); });
}

} // namespace

RunFile hash_tests(const ConformanceOptions&) {
  return [](Transactor&, const SlowList&, const std::string& file, const JsonView& document,
            FileReport& report) { run_file(file, document, report); };
}

} // namespace zvm::cli

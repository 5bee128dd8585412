// Lists of hash vectors, one function a file, told by the file's name.
#include <algorithm>
#include <array>

#include "base/uint256_text.hpp"
#include "cli/conformance/fixture.hpp"
#include "cli/conformance/suite.hpp"
#include "runtime/hash/algorithms.hpp"
#include "runtime/hash/blake2.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"

namespace zvm::cli {
namespace {

using namespace runtime;
using nlohmann::json;

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

Bytes text_bytes(const json& value) {
  const auto text = value.get<std::string>();
  return {text.begin(), text.end()};
}

Bytes read_message(const json& vector) {
  if (!vector.contains("repeat"))
    return read_bytes(vector.at("msg"));
  const Bytes part = read_bytes(vector.at("repeat"));
  Bytes message;
  for (size_t i = read_index(vector.at("count")); i > 0; --i)
    message.insert(message.end(), part.begin(), part.end());
  return message;
}

/// msg, md, out_len where the length is free.
std::string check_digest(const HashAlgorithm& algorithm, const json& vector) {
  const Bytes expected = read_bytes(vector.at("md"));
  const size_t size =
      vector.contains("out_len") ? read_index(vector.at("out_len")) : expected.size();
  if (!algorithm.accepts_output(size))
    return "  " + std::string{algorithm.name} + " has no digest of " + std::to_string(size) +
           " bytes\n";
  Bytes digest(size);
  algorithm.hash(read_message(vector), digest);
  return compare(algorithm.name, expected, digest);
}

std::string check_blake2b(const json& vector) {
  const size_t size = read_index(vector.at("out_len"));
  const Bytes key = read_bytes(vector.at("key"));
  if (size == 0 || size > 64 || key.size() > 64)
    return "  there is no digest of this length, or under a key of this length\n";
  Bytes digest(size);
  blake2b(read_message(vector), digest, key);
  return compare("blake2b", read_bytes(vector.at("md")), digest);
}

/// The three modes over the authors' message: byte i is i mod 251.
std::string check_blake3(const json& vector) {
  Bytes data(read_index(vector.at("input_len")));
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
  const auto context = vector.at("context_string").get<std::string>();
  return check("hash", [&](std::span<uint8_t> out) { blake3(data, out); }) +
         check(
             "keyed_hash",
             [&](std::span<uint8_t> out) { blake3_keyed(std::span{key}.first<32>(), data, out); }) +
         check("derive_key",
               [&](std::span<uint8_t> out) { blake3_derive_key(context, data, out); });
}

template <size_t kSize>
std::array<uint64_t, kSize> read_numbers(const json& list) {
  if (list.size() != kSize)
    throw std::runtime_error("not " + std::to_string(kSize) + " numbers");
  std::array<uint64_t, kSize> numbers;
  for (size_t i = 0; i < kSize; ++i) {
    const auto text = list[i].get<std::string>();
    numbers[i] = read_u64(text.starts_with("0x") ? text : "0x" + text);
  }
  return numbers;
}
std::string describe(std::span<const uint64_t> numbers) {
  std::string text;
  for (const uint64_t number : numbers)
    text += (text.empty() ? "" : " ") + to_hex(U256{number});
  return text;
}

/// All 24 rounds, and the last 12 alone.
std::string check_permutation(const json& vector) {
  const std::array<uint64_t, 25> state = read_numbers<25>(vector.at("state_in"));
  const auto check = [&](const char* field, void (*permute)(uint64_t(&)[25])) {
    uint64_t lanes[25];
    std::ranges::copy(state, lanes);
    permute(lanes);
    return compare(field, describe(read_numbers<25>(vector.at(field))), describe(lanes));
  };
  return check("state_out", keccak_f1600) + check("state_out_12_rounds", keccak_p1600_12);
}

std::vector<U256> read_words(const json& list) {
  std::vector<U256> words;
  for (const json& word : list)
    words.push_back(read_word(word));
  return words;
}
std::string describe(std::span<const U256> words) {
  std::string text;
  for (const U256& word : words)
    text += (text.empty() ? "" : " ") + to_hex(word);
  return text;
}

std::string check_poseidon_bn254(const json& vector) {
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

std::string check_poseidon_goldilocks(const json& vector) {
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
    CaseReport one{Verdict::Passed, label_ + " [" + name + "]", {}};
    try {
      one.detail = check();
    } catch (const std::exception& error) {
      one.detail = std::string{"  unreadable: "} + error.what() + "\n";
    }
    if (!one.detail.empty()) {
      one.verdict = Verdict::Failed;
      one.detail.pop_back();
    }
    report_.add(std::move(one));
  }

 private:
  std::string label_;
  FileReport& report_;
};

/// The constants of the instances: ours are generated, these are what others have written down.
void check_parameters(const json& document, HashFile& file) {
  if (document.contains("C") && document.contains("M")) {
    for (unsigned width = kMinBn254Width; width <= kMaxBn254Width; ++width) {
      file.add("parameters of width " + std::to_string(width), [&] {
        const size_t index = width - kMinBn254Width;
        std::vector<U256> constants((kPoseidonFullRounds + bn254_partial_rounds(width)) * width);
        std::vector<U256> matrix(width * width), expected;
        bn254_parameters(width, constants, matrix);
        for (const json& row : document.at("M").at(index)) {
          const std::vector<U256> words = read_words(row);
          expected.insert(expected.end(), words.begin(), words.end());
        }
        return compare("constants", describe(read_words(document.at("C").at(index))),
                       describe(constants)) +
               compare("matrix", describe(expected), describe(matrix));
      });
    }
  } else if (document.contains("round_constants")) {
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
  std::string_view field; ///< what a vector has
  std::string (*check)(const json& vector);
};
constexpr Reader kReaders[] = {
    {"blake2b_var", "out_len", check_blake2b},
    {"blake3", "input_len", check_blake3},
    {"keccak_f1600", "state_in", check_permutation},
    {"poseidon_bn254", "inputs", check_poseidon_bn254},
    {"poseidon_goldilocks", "state_in", check_poseidon_goldilocks},
};

void run_file(const std::string& path, const json& document, FileReport& report) {
  HashFile file{path, report};
  if (document.is_object()) {
    check_parameters(document, file);
    return;
  }
  if (!document.is_array())
    return;
  const std::string name = std::filesystem::path{path}.filename().string();
  const auto* reader =
      std::ranges::find_if(kReaders, [&](const Reader& one) { return name.starts_with(one.name); });
  size_t number = 0;
  for (const json& vector : document) {
    const std::string label = std::to_string(number++);
    if (!vector.is_object())
      continue;
    if (reader != std::end(kReaders)) {
      if (vector.contains(reader->field))
        file.add(label, [&] { return reader->check(vector); });
    } else if (vector.contains("md")) {
      // Every function of that name: `sha256.json` holds of `sha256` and of `sha256_portable`.
      std::vector<const HashAlgorithm*> algorithms;
      for (const HashAlgorithm& one : hash_algorithms()) {
        const std::string_view family = one.name.substr(0, one.name.find("_portable"));
        if (name.starts_with(family))
          algorithms.push_back(&one);
      }
      if (algorithms.empty())
        continue;
      file.add(label, [&] {
        std::string wrong;
        for (const HashAlgorithm* one : algorithms)
          wrong += check_digest(*one, vector);
        return wrong;
      });
    }
  }
}

} // namespace

Totals run_hash_tests(const ConformanceOptions& options, const MachineFactory& make_machine,
                      std::ostream& out) {
  const auto run = [](Machine&, const SlowList&, const std::string& file, const json& document,
                      FileReport& report) { run_file(file, document, report); };
  return run_suite(options, make_machine, ".json", run, out);
}

} // namespace zvm::cli

// Reading test files: numbers, addresses, accounts, blocks. All functions throw std::runtime_error with
// what they did not understand.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/types.hpp"
#include "gas/schedule.hpp"
#include "runtime/message.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::cli {

/// A number that is well-formed and does not fit: a transaction that carries it is to be refused.
class NumberOverflow : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] std::vector<uint8_t> read_bytes(const nlohmann::json&);
[[nodiscard]] U256 read_word(const nlohmann::json&);
[[nodiscard]] uint64_t read_u64(const nlohmann::json&);
/// A place in an array: a JSON number.
[[nodiscard]] size_t read_index(const nlohmann::json&);
[[nodiscard]] Address read_address(const nlohmann::json&);
[[nodiscard]] Bytes32 read_bytes32(const nlohmann::json&);

[[nodiscard]] std::string to_text(ByteView);
[[nodiscard]] std::string to_text(const Address&);
[[nodiscard]] std::string to_text(const Bytes32&);

/// Fills a store from {address: {nonce, balance, code, storage}}.
void read_state(const nlohmann::json&, runtime::MemoryStore&);

/// The block of a state test. `blob_fraction` 0 stands for the schedule's.
[[nodiscard]] runtime::BlockContext read_block(const nlohmann::json& env, const gas::Schedule&,
                                               uint64_t blob_fraction);

/// What differs between two states, one line each, at most `limit` lines.
[[nodiscard]] std::string describe_difference(runtime::StateStore& expected,
                                              runtime::StateStore& actual, size_t limit);

} // namespace zvm::cli

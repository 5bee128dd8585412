// Reading test files: numbers, addresses, accounts, blocks. All functions throw Unreadable with
// what they did not understand and where it stands.
#pragma once

#include <string>
#include <vector>

#include "base/types.hpp"
#include "cli/conformance/json_view.hpp"
#include "gas/schedule.hpp"
#include "runtime/block/withdrawals.hpp"
#include "runtime/message.hpp"
#include "runtime/state/journal.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::cli {

[[nodiscard]] std::vector<uint8_t> read_bytes(const JsonView&);
[[nodiscard]] U256 read_word(const JsonView&);
[[nodiscard]] uint64_t read_u64(const JsonView&);
/// A place in an array: a JSON number.
[[nodiscard]] size_t read_index(const JsonView&);
[[nodiscard]] Address read_address(const JsonView&);
[[nodiscard]] Bytes32 read_bytes32(const JsonView&);
/// Of the key of a field, whose value says the place.
[[nodiscard]] U256 read_key_word(const JsonView::Field&);
[[nodiscard]] Address read_key_address(const JsonView::Field&);

[[nodiscard]] std::string to_text(ByteView);
[[nodiscard]] std::string to_text(const Address&);
[[nodiscard]] std::string to_text(const Bytes32&);

[[nodiscard]] std::vector<runtime::Withdrawal> read_withdrawals(const JsonView& list);

/// Fills a store from {address: {nonce, balance, code, storage}}; all but the balance may be
/// missing, as in genesis files.
void read_state(const JsonView&, runtime::MemoryStore&);

/// The block of a state test. `blob_fraction` 0 stands for the schedule's.
[[nodiscard]] runtime::BlockContext read_block(const JsonView& env, const gas::Schedule&,
                                               uint64_t blob_fraction);

/// What differs between two states, one line each, at most `limit` lines.
[[nodiscard]] std::string describe_difference(runtime::StateStore& expected,
                                              runtime::StateStore& actual, size_t limit);

/// What one state has otherwise than an earlier one, in the same form.
[[nodiscard]] std::string describe_changes(runtime::StateStore& before, runtime::StateStore& after,
                                           size_t limit);

/// A line for each log: address, topics, data.
[[nodiscard]] std::string describe_logs(const runtime::Journal&);

} // namespace zvm::cli

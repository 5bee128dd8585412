// Deferred hashes: requests of a transaction's contracts whose hashes are computed together when it has ended.
//
// A request is named by its index in the order of the transaction, and for contracts by a handle, 32 bytes that depend on
// the transaction and the index only. A message that reverts takes its requests back, and their indices are given again:
// what is committed in the end is dense, and the same in every tier. docs/hashing.md says it in full.
#pragma once

#include <iterator>
#include <optional>
#include <string_view>

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "base/table.hpp"
#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::runtime {

/// By the number that contracts and commitments name them by.
enum class DeferredAlgorithm : uint8_t { Sha256, Keccak256, Blake3, Poseidon };
inline constexpr std::string_view kDeferredNames[] = {"sha256", "keccak256", "blake3", "poseidon"};
inline constexpr unsigned kDeferredAlgorithms = std::size(kDeferredNames);
[[nodiscard]] constexpr std::string_view name(DeferredAlgorithm algorithm) {
  return row_of(kDeferredNames, algorithm, std::string_view{"?"});
}

struct DeferredCommitment {
  uint32_t index;
  DeferredAlgorithm algorithm;
  uint64_t length; ///< bytes
  Bytes32 digest;
};

/// What a transaction commits to.
struct DeferredCommitments {
  Vec<DeferredCommitment> entries; ///< by index, from 0 without a gap
  Bytes32 root{};                  ///< deferred_root of them; zeros where there is none
};

/// The Merkle root as of RFC 9162 (2.1.1) with Keccak-256: a leaf is the hash of 0x00, index (4 bytes), algorithm (1), length
/// (8) and digest, an inner node that of 0x01 and its two children; numbers are big-endian. Nothing where memory ran out
/// or there is no entry.
[[nodiscard]] std::optional<Bytes32> deferred_root(std::span<const DeferredCommitment> entries);

class DeferredHashes {
 public:
  [[nodiscard]] size_t size() const { return requests_.size(); }
  /// Queues a request, whose index is the size before. The data are copied, and hashed with others when there are enough of
  /// them, so that what is kept of a request is small. False, and nothing has changed, where memory ran out, there is no such
  /// algorithm, or the data have a size and no address.
  [[nodiscard]] bool request(DeferredAlgorithm, ByteView data);
  /// Takes the last request back.
  void pop();
  void clear();

  /// keccak256("zvm.dh" ‖ transaction ‖ index), the index in 4 big-endian bytes. False where memory ran out.
  [[nodiscard]] bool handle(const Bytes32& transaction, uint32_t index, Bytes32& out);
  /// The request that a handle names, if it is (still) queued. False where memory ran out.
  [[nodiscard]] bool find(const Bytes32& transaction, const Bytes32& handle,
                          std::optional<uint32_t>& index);
  /// Whether two requests are of one algorithm and the same bytes. Hashes nothing unless one of them has been.
  [[nodiscard]] bool equal(uint32_t a, uint32_t b) const;

  /// Hashes what is queued, and gives all of it. False where memory ran out.
  [[nodiscard]] bool commit(DeferredCommitments& out);

 private:
  struct Request {
    DeferredAlgorithm algorithm;
    bool is_hashed;
    uint64_t length;
    uint64_t offset; ///< of the data in waiting_, unless it is hashed
    Bytes32 digest;  ///< where it is
  };

  [[nodiscard]] ByteView data_of(const Request& request) const {
    return waiting_.view().subspan(request.offset, request.length);
  }
  [[nodiscard]] Bytes32 digest_of(const Request&) const;
  void hash_waiting();

  Vec<Request> requests_;
  Buffer waiting_;           ///< data of the requests from first_waiting_ on
  size_t first_waiting_ = 0; ///< index of the oldest request that may not be hashed

  // Handles by index, made ahead; they outlive the requests, whose indices come again.
  Bytes32 transaction_{}; ///< whose handles they are
  Vec<Bytes32> handles_;
  FlatMap<Bytes32, uint32_t, HashBytes32> by_handle_; ///< of the first ones
};

} // namespace zvm::runtime

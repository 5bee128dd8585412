#include "runtime/hash/deferred.hpp"

#include <algorithm>
#include <cstring>

#include "runtime/hash/batch.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"

namespace zvm::runtime {
namespace {

/// Bytes that may wait to be hashed. More than that gains nothing and would let a contract fill
/// memory for little gas.
constexpr size_t kMostWaiting = size_t{256} << 10;
/// Messages given to the kernels at a time, and handles made at a time.
constexpr size_t kGroup = 64, kHandles = 8;
/// Vectors larger than this are given back when a transaction ends.
constexpr size_t kKept = 4096;

template <typename T>
void store_be(uint8_t* to, T number) {
  const T big = to_big_endian(number);
  std::memcpy(to, &big, sizeof big);
}

void hash_many(DeferredAlgorithm algorithm, std::span<const ByteView> data,
               std::span<Bytes32> digests) {
  switch (algorithm) {
  case DeferredAlgorithm::Sha256:
    return sha256_many(data, digests);
  case DeferredAlgorithm::Keccak256:
    return keccak256_many(data, digests);
  case DeferredAlgorithm::Blake3:
    return blake3_many(data, digests);
  case DeferredAlgorithm::Poseidon:
    for (size_t i = 0; i < data.size(); ++i)
      digests[i] = poseidon_bn254_sponge(data[i]);
    return;
  }
}

/// Keccak-256 of `count` messages of kSize bytes, of which write(index, bytes) makes one.
template <size_t kSize>
void keccak_each(size_t count, Bytes32* digests, auto write) {
  uint8_t messages[kGroup][kSize];
  ByteView views[kGroup];
  for (size_t begin = 0; begin < count; begin += kGroup) {
    const size_t group = std::min(kGroup, count - begin);
    for (size_t i = 0; i < group; ++i) {
      write(begin + i, messages[i]);
      views[i] = messages[i];
    }
    keccak256_many({views, group}, {digests + begin, group});
  }
}

template <typename T>
void forget(Vec<T>& vec) {
  if (vec.capacity() > kKept)
    vec = {};
  vec.clear();
}

} // namespace

std::optional<Bytes32> deferred_root(std::span<const DeferredCommitment> entries) {
  Vec<Bytes32> nodes;
  if (entries.empty() || !nodes.try_resize(entries.size()))
    return std::nullopt;
  keccak_each<1 + 4 + 1 + 8 + 32>(entries.size(), nodes.data(), [&](size_t i, uint8_t* leaf) {
    const DeferredCommitment& entry = entries[i];
    leaf[0] = 0;
    store_be(leaf + 1, entry.index);
    leaf[5] = static_cast<uint8_t>(entry.algorithm);
    store_be(leaf + 6, entry.length);
    std::ranges::copy(entry.digest.bytes, leaf + 14);
  });
  // A node without a neighbour goes up as it is.
  while (nodes.size() > 1) {
    const size_t pairs = nodes.size() / 2;
    keccak_each<1 + 2 * 32>(pairs, nodes.data(), [&](size_t i, uint8_t* inner) {
      inner[0] = 1;
      std::ranges::copy(nodes[2 * i].bytes, inner + 1);
      std::ranges::copy(nodes[2 * i + 1].bytes, inner + 33);
    });
    if (nodes.size() % 2 != 0)
      nodes[pairs] = nodes.back();
    nodes.truncate(nodes.size() - pairs);
  }
  return nodes[0];
}

bool DeferredHashes::request(DeferredAlgorithm algorithm, ByteView data) {
  if (static_cast<size_t>(algorithm) >= kDeferredAlgorithms || !is_readable(data))
    return false;
  if (data.size() > kMostWaiting - std::min(waiting_.size(), kMostWaiting))
    hash_waiting();
  Request request{algorithm, data.size() > kMostWaiting, data.size(), waiting_.size(), {}};
  if (!requests_.try_reserve(requests_.size() + 1))
    return false;
  if (request.is_hashed) {
    hash_many(algorithm, {&data, 1}, {&request.digest, 1});
  } else if (!waiting_.try_append(data)) {
    return false;
  }
  return requests_.try_push(request);
}

void DeferredHashes::pop() {
  const Request& last = requests_.back();
  if (!last.is_hashed)
    waiting_.truncate(last.offset);
  requests_.pop();
  first_waiting_ = std::min(first_waiting_, requests_.size());
}

void DeferredHashes::clear() {
  forget(requests_);
  waiting_.clear();
  first_waiting_ = 0;
  if (handles_.capacity() > kKept) {
    handles_ = {};
    by_handle_ = {};
  }
}

/// In groups, each of one algorithm; the kernels sort a group by length.
void DeferredHashes::hash_waiting() {
  for (unsigned a = 0; a < kDeferredAlgorithms; ++a) {
    const auto algorithm = static_cast<DeferredAlgorithm>(a);
    ByteView data[kGroup];
    Bytes32 digests[kGroup];
    Request* group[kGroup];
    size_t count = 0;
    const auto hash_group = [&] {
      hash_many(algorithm, {data, count}, {digests, count});
      for (size_t i = 0; i < count; ++i)
        group[i]->digest = digests[i];
      count = 0;
    };
    for (size_t i = first_waiting_; i < requests_.size(); ++i) {
      Request& request = requests_[i];
      if (request.is_hashed || request.algorithm != algorithm)
        continue;
      data[count] = data_of(request);
      group[count++] = &request;
      if (count == kGroup)
        hash_group();
    }
    hash_group();
  }
  for (size_t i = first_waiting_; i < requests_.size(); ++i)
    requests_[i].is_hashed = true;
  first_waiting_ = requests_.size();
  waiting_.clear();
}

Bytes32 DeferredHashes::digest_of(const Request& request) const {
  if (request.is_hashed)
    return request.digest;
  const ByteView data = data_of(request);
  Bytes32 digest;
  hash_many(request.algorithm, {&data, 1}, {&digest, 1});
  return digest;
}

bool DeferredHashes::equal(uint32_t a, uint32_t b) const {
  const Request &first = requests_[a], &second = requests_[b];
  if (first.algorithm != second.algorithm || first.length != second.length)
    return false;
  if (!first.is_hashed && !second.is_hashed)
    return std::ranges::equal(data_of(first), data_of(second));
  return digest_of(first) == digest_of(second);
}

bool DeferredHashes::handle(const Bytes32& transaction, uint32_t index, Bytes32& out) {
  if (handles_.empty() || transaction != transaction_) {
    forget(handles_);
    by_handle_ = {};
    transaction_ = transaction;
  }
  while (handles_.size() <= index) {
    const size_t known = handles_.size();
    if (!handles_.try_resize(known + kHandles))
      return false;
    constexpr char kPrefix[] = {'z', 'v', 'm', '.', 'd', 'h'};
    keccak_each<sizeof kPrefix + 32 + 4>(
        kHandles, handles_.data() + known, [&](size_t i, uint8_t* message) {
          std::ranges::copy(kPrefix, message);
          std::ranges::copy(transaction.bytes, message + sizeof kPrefix);
          store_be(message + sizeof kPrefix + 32, static_cast<uint32_t>(known + i));
        });
  }
  out = handles_[index];
  return true;
}

bool DeferredHashes::find(const Bytes32& transaction, const Bytes32& handle,
                          std::optional<uint32_t>& index) {
  index = std::nullopt;
  Bytes32 known;
  if (!this->handle(transaction, 0, known)) // which forgets those of another transaction
    return false;
  for (auto i = static_cast<uint32_t>(by_handle_.size()); i < requests_.size(); ++i) {
    if (!this->handle(transaction, i, known) || by_handle_.try_insert(known, i).value == nullptr)
      return false;
  }
  const uint32_t* found = by_handle_.find(handle);
  if (found != nullptr && *found < requests_.size())
    index = *found;
  return true;
}

bool DeferredHashes::commit(DeferredCommitments& out) {
  out.entries.clear();
  out.root = {};
  if (requests_.empty())
    return true;
  hash_waiting();
  if (!out.entries.try_reserve(requests_.size()))
    return false;
  for (uint32_t i = 0; i < requests_.size(); ++i) {
    const Request& request = requests_[i];
    if (!out.entries.try_push({i, request.algorithm, request.length, request.digest}))
      return false;
  }
  const std::optional<Bytes32> root = deferred_root(out.entries.view());
  if (!root)
    return false;
  out.root = *root;
  return true;
}

} // namespace zvm::runtime

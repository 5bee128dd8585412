// OpenSSL as the oracle of the hash functions that it has.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "base/types.hpp"

namespace zvm::runtime::testing {

/// `size` bytes: the length of the digest, or of the output of a function that has any.
inline std::vector<uint8_t> openssl_hash(const EVP_MD* algorithm, ByteView data, size_t size) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free};
  std::vector<uint8_t> digest(size);
  const bool any_length = (EVP_MD_flags(algorithm) & EVP_MD_FLAG_XOF) != 0;
  if (EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
      (any_length ? EVP_DigestFinalXOF(context.get(), digest.data(), size)
                  : EVP_DigestFinal_ex(context.get(), digest.data(), nullptr)) != 1)
    throw std::runtime_error("OpenSSL does not hash");
  return digest;
}

/// Compares at every length of data from 0 to 1,000 bytes; `hash` gives a container of `size`
/// bytes.
inline void expect_same_as_openssl(const EVP_MD* algorithm, size_t size, auto hash) {
  std::vector<uint8_t> data;
  for (unsigned length = 0; length <= 1000; ++length) {
    const auto digest = hash(ByteView{data});
    const std::vector<uint8_t> bytes(digest.begin(), digest.end());
    ASSERT_EQ(bytes, openssl_hash(algorithm, data, size)) << "length " << length;
    data.push_back(static_cast<uint8_t>(length * 73 + (length >> 8)));
  }
}

} // namespace zvm::runtime::testing

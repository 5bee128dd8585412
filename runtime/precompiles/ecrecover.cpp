#include "runtime/precompiles/input.hpp"
#include "runtime/precompiles/recover.hpp"
#include "runtime/precompiles/run.hpp"

namespace zvm::runtime {

/// Rejection is success without output (Yellow Paper, appendix E).
Status run_ecrecover(const Precompile&, ByteView input, Buffer& output, PrecompileContext&) {
  const U256 v = word_at(input, 32);
  if (v != U256{27} && v != U256{28})
    return Status::Success;
  const auto signer = recover_address(to_bytes32(word_at(input, 0)), word_at(input, 64),
                                      word_at(input, 96), v == U256{28});
  if (!signer.has_value())
    return Status::Success;
  return give(output, to_bytes32(to_word(*signer)).bytes);
}

} // namespace zvm::runtime

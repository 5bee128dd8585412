#include "runtime/precompiles/modexp_input.hpp"

#include "runtime/precompiles/input.hpp"

namespace zvm::runtime {

ModexpInput::ModexpInput(ByteView input)
    : base_size{word_at(input, 0)}, exponent_size{word_at(input, 32)},
      modulus_size{word_at(input, 64)} {
  // A base longer than the input leaves an exponent of zeros.
  if (base_size > U256{input.size()} || exponent_size.is_zero())
    return;
  const U256 head = word_at(input, kModexpHeader + base_size.low64());
  exponent_head = exponent_size < U256{32}
                      ? head >> (256 - 8 * static_cast<unsigned>(exponent_size.low64()))
                      : head;
}

} // namespace zvm::runtime

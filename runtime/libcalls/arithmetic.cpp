// Arithmetic of 256 bits, as generated code calls it.
#include "runtime/libcalls.hpp"

namespace zvm::runtime::libcall {

void div_u(const U256& a, const U256& b, U256& result) { result = div(a, b); }
void div_s(const U256& a, const U256& b, U256& result) { result = sdiv(a, b); }
void rem_u(const U256& a, const U256& b, U256& result) { result = mod(a, b); }
void rem_s(const U256& a, const U256& b, U256& result) { result = smod(a, b); }
void addmod(const U256& a, const U256& b, const U256& n, U256& result) {
  result = zvm::addmod(a, b, n);
}
void mulmod(const U256& a, const U256& b, const U256& n, U256& result) {
  result = zvm::mulmod(a, b, n);
}
void exp(const U256& a, const U256& b, U256& result) { result = zvm::exp(a, b); }

} // namespace zvm::runtime::libcall

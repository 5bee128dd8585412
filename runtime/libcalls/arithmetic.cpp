// Arithmetic of 256 bits, as generated code calls it.
#include "runtime/libcalls.hpp"

namespace zvm::runtime::libcall {

void div_u(const U256& a, const U256& b, U256& result) { div_to(a, b, result); }
void div_s(const U256& a, const U256& b, U256& result) { sdiv_to(a, b, result); }
void rem_u(const U256& a, const U256& b, U256& result) { mod_to(a, b, result); }
void rem_s(const U256& a, const U256& b, U256& result) { smod_to(a, b, result); }
void addmod(const U256& a, const U256& b, const U256& n, U256& result) {
  addmod_to(a, b, n, result);
}
void mulmod(const U256& a, const U256& b, const U256& n, U256& result) {
  mulmod_to(a, b, n, result);
}
void exp(const U256& a, const U256& b, U256& result) { result = zvm::exp(a, b); }

} // namespace zvm::runtime::libcall

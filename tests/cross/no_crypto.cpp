// What stands for the libraries of others where they are not: precompiles that say they are missing, as those of the
// curves do, and signatures of nobody.
#include "runtime/precompiles/run.hpp"
#include "runtime/tx/signature.hpp"

namespace zvm::runtime {
namespace {

Status refuse(PrecompileContext& context) {
  context.needs_pairing = true;
  return Status::HostError;
}

} // namespace

Status run_ecrecover(const Precompile&, ByteView, Buffer&, PrecompileContext& context) {
  return refuse(context);
}
Status run_modexp(const Precompile&, ByteView, Buffer&, PrecompileContext& context) {
  return refuse(context);
}
Status run_p256verify(const Precompile&, ByteView, Buffer&, PrecompileContext& context) {
  return refuse(context);
}

bool recover_signer(const Bytes32&, const Signature&, bool, Address&) { return false; }

} // namespace zvm::runtime

// Sentences of the verifier's refusals.
#pragma once

#include <string>

#include "base/result.hpp"
#include "ir/function.hpp"
#include "ir/signature.hpp"

namespace zvm::ir {

[[nodiscard]] inline std::unexpected<Error> wrong_function(std::string what) {
  return fail(ErrorCode::VerifyError, 0, "the function " + std::move(what));
}

[[nodiscard]] inline std::unexpected<Error> wrong_block(BlockId block, std::string what) {
  return fail(ErrorCode::VerifyError, block,
              "block " + std::to_string(block) + " " + std::move(what));
}

[[nodiscard]] inline std::unexpected<Error> wrong_inst(const Function& f, InstId inst,
                                                       std::string what) {
  std::string op = "?";
  if (inst < f.insts.size() && f.insts[inst].op < Op::Count_) {
    op = info(f.insts[inst].op).text;
    if (signature(f.insts[inst].op).generic && f.insts[inst].type <= Type::V128)
      op += "." + std::string{name(f.insts[inst].type)};
  }
  return fail(ErrorCode::VerifyError, inst,
              "instruction " + std::to_string(inst) + " (" + op + ") " + std::move(what));
}

[[nodiscard]] inline std::unexpected<Error> no_memory() {
  return fail(ErrorCode::OutOfMemory, 0, "");
}

} // namespace zvm::ir

// Machine code beside the IR and the code that it was made of: in the order of the machine code, each
// piece with what it is of.
#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

#include "backend/native_listing.hpp"
#include "cli/listing.hpp"

namespace zvm::cli {

/// An instruction of the source, whose IR stands from `first` on.
struct NativeStep {
  GuestInstruction source;
  ir::InstId first = 0;
};

/// A function that machine code was made of.
struct NativeFunction {
  const ir::Function* ir = nullptr;
  std::vector<NativeStep> steps{}; ///< in the order of their IR; empty: not known
  uint32_t lowered = 0; ///< instructions that the frontend wrote; passes wrote the others
};

struct NativeRow {
  uint32_t function = 0;
  uint32_t block = ir::kNone; ///< as print() numbers them; kNone: of none
  uint32_t pc = 0;            ///< of the source, as far as it is known
  std::optional<int64_t> gas; ///< what is charged where the block begins
  std::vector<GuestInstruction> source;
  std::string ir;
  std::vector<const backend::NativeLine*> code;
};

/// What is shown; all unless it says less.
struct NativeFilter {
  std::optional<uint64_t> function{}, block{};
  std::optional<std::pair<uint64_t, uint64_t>> pcs{}; ///< from, to
};

/// Each instruction of the source and of the IR stands in one row, or, where what rarely runs of it
/// was written elsewhere, in more.
[[nodiscard]] std::vector<NativeRow> make_rows(std::span<const NativeFunction> functions,
                                               const backend::NativeListing& listing,
                                               const NativeFilter& filter = {});

void print_rows(std::ostream& out, std::span<const NativeRow> rows, ByteView bytes);
[[nodiscard]] nlohmann::ordered_json to_json(std::span<const NativeRow> rows, ByteView bytes);

} // namespace zvm::cli

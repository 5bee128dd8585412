// Forks as test files name them: one revision, or two of which the second begins at a block or at a
// time.
#pragma once

#include <optional>
#include <string_view>

#include "base/revision.hpp"
#include "cli/conformance/json_view.hpp"
#include "gas/schedule.hpp"

namespace zvm::cli {

/// What rules a block has: a revision's, with a blob schedule of its own where the chain has one.
struct Fork {
  Revision revision = kLatestRevision;
  std::optional<gas::BlobSchedule> blobs;

  friend bool operator==(const Fork&, const Fork&) = default;
};

/// "Osaka", "BPO1" (gas/blob.def), "ShanghaiToCancunAtTime15k", "BerlinToLondonAt5".
class ForkSchedule {
 public:
  /// `config` may have {blobSchedule: {fork: {target, max, baseFeeUpdateFraction}}}; forks that it
  /// leaves out have the schedule of their revision. Throws Unreadable; gives nothing where a fork
  /// is not known.
  [[nodiscard]] static std::optional<ForkSchedule> read(std::string_view name,
                                                        const JsonView& config);

  [[nodiscard]] const Fork& at(uint64_t number, uint64_t timestamp) const {
    return (by_time_ ? timestamp : number) < begins_ ? first_ : last_;
  }
  [[nodiscard]] const Fork& last() const { return last_; }

 private:
  Fork first_;
  Fork last_;
  bool by_time_ = false;
  uint64_t begins_ = 0; ///< block number, or seconds
};

} // namespace zvm::cli

// What is told of machine code while a program runs, for the verbs that run one.
#pragma once

#include <atomic>
#include <string>

#include "backend/native_listing.hpp"
#include "backend/watch.hpp"
#include "cli/verb.hpp"

namespace zvm::cli {

class NativeDump;

struct WatchOptions {
  bool perf_map = false; ///< names of machine code for perf
  bool gdb_jit = false;  ///< and for debuggers
  std::string dump;      ///< a folder for listings of it; empty: none

  void add_to(Verb& verb);
  /// For an engine or a module.
  [[nodiscard]] backend::Watch told(NativeDump& dump) const;
};

/// Writes a listing, and the bytes, of all machine code that is made to a folder.
class NativeDump final : public backend::NativeObserver {
 public:
  /// Empty: it is not there. UsageError where the folder cannot be made.
  explicit NativeDump(const std::string& folder);

  [[nodiscard]] bool is_there() const { return !folder_.empty(); }
  /// Once no code is made any more. UsageError where something could not be written.
  void finish() const;

  void made(const backend::NativeMade& code) override;

 private:
  std::string folder_;
  std::atomic<bool> has_failed_{false};
};

} // namespace zvm::cli

// One piece of code while it is made, for who watches.
#pragma once

#include <memory>

#include "backend/asmjit/code_memory.hpp"
#include "backend/asmjit/gdb_jit.hpp"
#include "backend/asmjit/lister.hpp"
#include "backend/backend.hpp"

namespace zvm::backend::asmjit {

class Watching {
 public:
  explicit Watching(const Source& source);

  /// Whom the emitter tells of each line; null: nobody asks.
  [[nodiscard]] Lister* lister() { return listed_ == nullptr ? nullptr : &listed_->lister; }
  /// The code stands where it runs. Debuggers know of it as long as `gdb` is there.
  void made(const RunnableCode& code, GdbEntry& gdb, std::string_view kind, uint32_t number,
            std::span<const ir::Function> functions);

 private:
  struct Listed {
    NativeListing listing;
    Lister lister{listing};
  };

  const Source& source_;
  std::unique_ptr<Listed> listed_;
};

} // namespace zvm::backend::asmjit

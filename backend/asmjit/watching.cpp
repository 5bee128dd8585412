#include "backend/asmjit/watching.hpp"

#include "backend/asmjit/perf_map.hpp"
#include "base/hex.hpp"

namespace zvm::backend::asmjit {

Watching::Watching(const Source& source) : source_(source) {
  if (source.watch.observer != nullptr)
    listed_ = std::make_unique<Listed>();
}

void Watching::made(const RunnableCode& code, GdbEntry& gdb, std::string_view kind, uint32_t number,
                    std::span<const ir::Function> functions) {
  const Watch& watch = source_.watch;
  if (!watch.is_any())
    return;
  const std::string name = "zvm_" + to_hex(ByteView{source_.hash->bytes}.first(4)).substr(2) + "_" +
                           std::string{kind} + "_" + std::to_string(number);
  if (watch.perf_map)
    note_in_perf_map(code.begin(), code.size(), name);
  if (watch.gdb_jit)
    gdb.add(code.begin(), code.size(), name);
  if (watch.observer != nullptr)
    watch.observer->made({*source_.hash, kind, number, functions, listed_->listing});
}

} // namespace zvm::backend::asmjit

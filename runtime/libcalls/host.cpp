// Host functions that take ranges of memory, or many words.
#include "runtime/frame.hpp"
#include "runtime/libcalls.hpp"
#include "runtime/libcalls/memory.hpp"

namespace zvm::runtime::libcall {

Status code_copy(Frame& frame, const U256& account, uint64_t to, const U256& offset,
                 uint64_t size) {
  return frame.host->code_copy(frame, account, touched_at(frame, to, size), offset, size);
}

Status log(Frame& frame, uint64_t address, uint64_t size, const U256* topics, uint64_t count) {
  return frame.host->log(frame, touched_at(frame, address, size), size, {topics, count});
}

Status defer_hash(Frame& frame, uint64_t address, uint64_t size, const U256& algorithm,
                  U256& handle) {
  return frame.host->defer_hash(frame, algorithm, touched_at(frame, address, size), size, handle);
}

Status ext(Frame& frame, uint64_t number, const U256* operands, uint64_t count, U256& result) {
  return frame.host->ext(frame, static_cast<uint32_t>(number), {operands, count}, result);
}

} // namespace zvm::runtime::libcall

// Copies within memory, and out of calldata, code and return data.
#include <cstring>

#include "runtime/copy.hpp"
#include "runtime/frame.hpp"
#include "runtime/libcalls.hpp"
#include "runtime/libcalls/memory.hpp"

namespace zvm::runtime::libcall {
namespace {

ByteView calldata(const Frame& f) { return {f.calldata, f.calldata_size}; }
ByteView code(const Frame& f) { return {f.code->bytes, f.code->size}; }
ByteView return_data(const Frame& f) { return {f.return_data, f.return_data_size}; }

void load(ByteView source, const U256& offset, U256& word) {
  uint8_t bytes[32];
  copy_padded(bytes, source, offset, sizeof bytes);
  word = U256::load_be(bytes);
}

} // namespace

void memory_copy(Frame& frame, uint64_t to, uint64_t from, uint64_t size) {
  if (size != 0)
    std::memmove(frame.memory + to, frame.memory + from, size);
}

void data_load_calldata(Frame& frame, const U256& offset, U256& word) {
  load(calldata(frame), offset, word);
}
void data_load_code(Frame& frame, const U256& offset, U256& word) {
  load(code(frame), offset, word);
}

void data_copy_calldata(Frame& frame, uint64_t to, const U256& offset, uint64_t size) {
  copy_padded(touched_at(frame, to, size), calldata(frame), offset, size);
}
void data_copy_code(Frame& frame, uint64_t to, const U256& offset, uint64_t size) {
  copy_padded(touched_at(frame, to, size), code(frame), offset, size);
}
void data_copy_returndata(Frame& frame, uint64_t to, const U256& offset, uint64_t size) {
  copy_padded(touched_at(frame, to, size), return_data(frame), offset, size);
}

Status data_bounds_returndata(Frame& frame, const U256& offset, const U256& size) {
  const U256 end = offset + size;
  return end < offset || !end.fits_u64() || end.low64() > frame.return_data_size
             ? Status::OutOfBounds
             : Status::Success;
}

} // namespace zvm::runtime::libcall

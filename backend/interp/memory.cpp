// Handlers of expanding memory, of data spaces and of hashes, and the gas they charge.
#include "runtime/libcalls/memory.hpp"
#include "backend/interp/forms.hpp"
#include "backend/interp/handlers.hpp"
#include "backend/interp/handlers_internal.hpp"
#include "backend/interp/libcall.hpp"
#include "runtime/dynamic_gas.hpp"

namespace zvm::backend::interp {
namespace {

using ir::Op;

// --- touch ---

/// Touches in whatever way there is. False: `next` says how the code is left.
[[gnu::always_inline]] inline bool touch_fully(Regs& r, const U256& offset, const U256& length,
                                               Next& next) {
  const Status s = invoke<Libcall::touch>(r, offset, length);
  if (s != Status::Success)
    next = leave_after<Libcall::touch>(r, s);
  return s == Status::Success;
}
/// The short way, in registers.
[[gnu::always_inline]] inline bool touch_shortly(Regs& r, const U256& offset, uint64_t size) {
  return runtime::try_touch(*r.frame, r.gas, r.memory_size, offset, size);
}

template <Kind A, Kind B, bool kStore>
Next touch_slow(Regs& r) {
  const U256 offset = read_a<A>(r), length = read_b<B>(r);
  Next left{};
  if (!touch_fully(r, offset, length, left))
    return left;
  if constexpr (kStore)
    slot(r, r.ip->dst) = length.is_zero() ? U256{} : U256{offset.low64()};
  return next(r);
}

/// The range is not inside memory as it is, or empty.
template <Kind A, Kind B, bool kStore>
Next touch_growing(Regs& r) {
  const U256 offset = read_a<A>(r), length = read_b<B>(r);
  if ((length.limbs[1] | length.limbs[2] | length.limbs[3]) != 0 || length.limbs[0] == 0 ||
      !touch_shortly(r, offset, length.limbs[0])) {
    return to(handler<touch_slow<A, B, kStore>>);
  }
  if constexpr (kStore)
    slot(r, r.ip->dst) = U256{offset.limbs[0]};
  return next(r);
}

template <Kind A, Kind B, bool kStore>
Next touch(Regs& r) {
  const U256 offset = read_a<A>(r), length = read_b<B>(r);
  if ((offset.limbs[1] | offset.limbs[2] | offset.limbs[3] | length.limbs[1] | length.limbs[2] |
       length.limbs[3]) != 0 ||
      length.limbs[0] == 0 || offset.limbs[0] > r.memory_size ||
      length.limbs[0] > r.memory_size - offset.limbs[0]) [[unlikely]] {
    return to(handler<touch_growing<A, B, kStore>>);
  }
  if constexpr (kStore)
    slot(r, r.ip->dst) = U256{offset.limbs[0]};
  return next(r);
}

// --- loads and stores ---

/// Whether `size` bytes at the word `offset` lie in memory as it is.
[[gnu::always_inline]] inline bool is_inside(const Regs& r, const U256& offset, uint64_t size) {
  return (offset.limbs[1] | offset.limbs[2] | offset.limbs[3]) == 0 &&
         offset.limbs[0] < r.memory_size && size <= r.memory_size - offset.limbs[0];
}

template <Kind A, Body kAgain>
[[gnu::noinline]] Next outside(Regs& r, uint64_t size) {
  Next left{};
  return touch_fully(r, read_a<A>(r), U256{size}, left) ? to(handler<kAgain>) : left;
}

template <Kind A, bool kChecked, bool kStore>
Next load(Regs& r);
template <Kind A, bool kStore>
Next load_slow(Regs& r) {
  return outside<A, load<A, true, kStore>>(r, 32);
}
template <Kind A, bool kStore>
Next load_growing(Regs& r) {
  const U256 offset = read_a<A>(r);
  if (!touch_shortly(r, offset, 32))
    return to(handler<load_slow<A, kStore>>);
  write<kStore>(r, U256::load_be(r.memory + offset.limbs[0]));
  return next(r);
}
template <Kind A, bool kChecked, bool kStore>
[[gnu::always_inline]] inline Next load(Regs& r) {
  if constexpr (kChecked) {
    const U256 offset = read_a<A>(r);
    if (!is_inside(r, offset, 32)) [[unlikely]]
      return to(handler<load_growing<A, kStore>>);
    write<kStore>(r, U256::load_be(r.memory + offset.limbs[0]));
  } else {
    write<kStore>(r, U256::load_be(r.memory + low_a<A>(r)));
  }
  return next(r);
}

template <Kind A, Kind B, bool kChecked>
Next store(Regs& r);
template <Kind A, Kind B>
Next store_slow(Regs& r) {
  return outside<A, store<A, B, true>>(r, 32);
}
template <Kind A, Kind B>
Next store_growing(Regs& r) {
  const U256 offset = read_a<A>(r);
  if (!touch_shortly(r, offset, 32))
    return to(handler<store_slow<A, B>>);
  read_b<B>(r).store_be(r.memory + offset.limbs[0]);
  return next(r);
}
template <Kind A, Kind B, bool kChecked>
[[gnu::always_inline]] inline Next store(Regs& r) {
  uint64_t address;
  if constexpr (kChecked) {
    const U256 offset = read_a<A>(r);
    if (!is_inside(r, offset, 32)) [[unlikely]]
      return to(handler<store_growing<A, B>>);
    address = offset.limbs[0];
  } else {
    address = low_a<A>(r);
  }
  read_b<B>(r).store_be(r.memory + address);
  return next(r);
}

template <bool kChecked>
Next store8(Regs& r);
Next store8_slow(Regs& r) { return outside<Kind::Slot, store8<true>>(r, 1); }
template <bool kChecked>
[[gnu::always_inline]] inline Next store8(Regs& r) {
  const U256& offset = slot(r, r.ip->a);
  if constexpr (kChecked) {
    if (!is_inside(r, offset, 1)) [[unlikely]]
      return to(handler<store8_slow>);
  }
  r.memory[offset.limbs[0]] = static_cast<uint8_t>(slot(r, r.ip->b).limbs[0]);
  return next(r);
}

// --- read-only data ---

template <DataSpace S>
[[gnu::always_inline]] inline ByteView space(const Frame& f) {
  if constexpr (S == DataSpace::Calldata)
    return {f.calldata, f.calldata_size};
  if constexpr (S == DataSpace::Code)
    return {f.code->bytes, f.code->size};
  if constexpr (S == DataSpace::ReturnData)
    return {f.return_data, f.return_data_size};
}

/// All of the word is there, or nothing of it; kAcross has those across the end.
template <DataSpace S, Libcall kAcross>
Next data_load(Regs& r) {
  const ByteView bytes = space<S>(*r.frame);
  const U256 offset = slot(r, r.ip->a);
  if (offset.fits_u64() && offset.low64() < bytes.size()) {
    if (bytes.size() - offset.low64() < 32) [[unlikely]]
      return to(calling<kAcross>);
    write<true>(r, U256::load_be(bytes.data() + offset.low64()));
  } else {
    write<true>(r, U256{});
  }
  return next(r);
}

template <DataSpace S>
Next data_size(Regs& r) {
  write<true>(r, U256{space<S>(*r.frame).size()});
  return next(r);
}

Next memory_size(Regs& r) {
  write<true>(r, U256{r.memory_size});
  return next(r);
}

// --- gas by length ---

template <Op kOp, Kind A>
Next charge(Regs& r) {
  const U256 value = read_a<A>(r);
  const uint64_t units = kOp == Op::GasSigBytes ? value.byte_width()
                         : kOp == Op::GasWords  ? runtime::words_of(value.low64())
                                                : value.low64();
  if ((kOp != Op::GasSigBytes && !value.fits_u64()) ||
      !runtime::charge_units(r.gas, units, r.ip->imm2))
    return fail_before(r, Status::OutOfGas);
  return next(r);
}

} // namespace

Handler load_handler(Kind address, bool checked, bool store) {
  return chosen<Kind::Slot, Kind::Acc, Kind::Imm>(address, [&]<Kind A>() {
    return chosen<false, true>(checked, [&]<bool kChecked>() {
      return chosen<false, true>(store,
                                 [&]<bool kStore>() { return handler<load<A, kChecked, kStore>>; });
    });
  });
}

Handler store_handler(Kind address, Kind value, bool checked) {
  return chosen<Kind::Slot, Kind::Acc, Kind::Imm>(address, [&]<Kind A>() {
    return chosen<Kind::Slot, Kind::Acc, Kind::Imm, Kind::Pool>(value, [&]<Kind B>() {
      return chosen<false, true>(checked,
                                 [&]<bool kChecked>() { return handler<store<A, B, kChecked>>; });
    });
  });
}

Handler touch_handler(Kind offset, Kind length, bool store) {
  return chosen<Kind::Slot, Kind::Acc, Kind::Imm>(offset, [&]<Kind A>() {
    return chosen<Kind::Slot, Kind::Imm>(length, [&]<Kind B>() {
      return chosen<false, true>(store,
                                 [&]<bool kStore>() { return handler<touch<A, B, kStore>>; });
    });
  });
}

Handler store8_handler(bool checked) {
  return checked ? handler<store8<true>> : handler<store8<false>>;
}

Handler gas_handler(Op op, Kind a) {
  return chosen<Op::GasWords, Op::GasBytes, Op::GasSigBytes>(op, [&]<Op kOp>() {
    return chosen<Kind::Slot, Kind::Acc, Kind::Imm>(
        a, [&]<Kind A>() { return handler<charge<kOp, A>>; });
  });
}

void add_memory_handlers(Handlers& h) {
  h.data_load_calldata = handler<data_load<DataSpace::Calldata, Libcall::data_load_calldata>>;
  h.data_load_code = handler<data_load<DataSpace::Code, Libcall::data_load_code>>;
  h.data_size_calldata = handler<data_size<DataSpace::Calldata>>;
  h.data_size_code = handler<data_size<DataSpace::Code>>;
  h.data_size_return = handler<data_size<DataSpace::ReturnData>>;
  h.memory_size = handler<memory_size>;
}

} // namespace zvm::backend::interp

// Handlers of linear memory.
#include "backend/interp/function/memory.hpp"

#include "backend/interp/forms.hpp"
#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/libcall.hpp"

namespace zvm::backend::interp::word {
namespace {

using ir::Type;
using runtime::LinearMemory;

// --- any memory ---

[[gnu::always_inline]] inline LinearMemory& memory_of(const Regs& r, uint32_t index) {
  return *r.activation->instance->memories[index];
}

/// `size` bytes at an address and a 64-bit offset; null where they are not all inside.
uint8_t* inside(const LinearMemory& memory, uint64_t address, uint64_t offset, uint64_t size) {
  uint64_t at = 0, end = 0;
  if (__builtin_add_overflow(address, offset, &at) || __builtin_add_overflow(at, size, &end) ||
      end > memory.size)
    return nullptr;
  return memory.base + at;
}
uint8_t* general_place(const Regs& r, uint64_t size) {
  return inside(memory_of(r, field<kC>(r)), r.fp[field<kA>(r)], r.ip[2], size);
}

template <typename T, typename V>
Next general_load(Regs& r) {
  const uint8_t* at = general_place(r, sizeof(T));
  if (at == nullptr)
    return violation();
  write<true>(r, loaded<T, V>(at));
  r.facc = float_of(r.acc);
  return next<3>(r);
}
Next general_load_vector(Regs& r) {
  const uint8_t* at = general_place(r, 16);
  if (at == nullptr)
    return violation();
  std::memcpy(r.fp + field<kDst>(r), at, 16);
  return next<3>(r);
}
template <size_t kSize>
Next general_store(Regs& r) {
  uint8_t* at = general_place(r, kSize);
  if (at == nullptr)
    return violation();
  runtime::touch(memory_of(r, field<kC>(r)), at, kSize);
  std::memcpy(at, r.fp + field<kDst>(r), kSize);
  return next<3>(r);
}

Next size(Regs& r) {
  write<true>(r, memory_of(r, half<3>(r)).size / runtime::kPage);
  return next<2>(r);
}

// --- which handler ---

/// form.operator()<T, V>() of a load of integers: T stands in memory, V is what it is extended as.
template <typename F>
Handler by_width(Type type, unsigned width, bool is_signed, F form) {
  const bool narrow = type != Type::I64;
  switch (width) {
  case 1:
    return !is_signed ? form.template operator()<uint8_t, uint8_t>()
           : narrow   ? form.template operator()<int8_t, uint32_t>()
                      : form.template operator()<int8_t, uint64_t>();
  case 2:
    return !is_signed ? form.template operator()<uint16_t, uint16_t>()
           : narrow   ? form.template operator()<int16_t, uint32_t>()
                      : form.template operator()<int16_t, uint64_t>();
  case 4:
    return !is_signed || narrow ? form.template operator()<uint32_t, uint32_t>()
                                : form.template operator()<int32_t, uint64_t>();
  default:
    return form.template operator()<uint64_t, uint64_t>();
  }
}

template <Bounds kBounds, At kAddress, bool kStore>
Handler load_of(Type type, unsigned width, bool is_signed) {
  switch (type) {
  case Type::F32:
    return straight<load_float<kBounds, float, kAddress, kStore>>;
  case Type::F64:
    return straight<load_float<kBounds, double, kAddress, kStore>>;
  case Type::V128:
    return straight<load_vector<kBounds, kAddress>>;
  default:
    return by_width(type, width, is_signed, []<typename T, typename V>() {
      return straight<load<kBounds, T, V, kAddress, kStore>>;
    });
  }
}

template <Bounds kBounds, At kAddress, At kValue>
Handler store_of(Type type, unsigned width) {
  if (type == Type::V128)
    return kValue == At::Slot ? straight<store_vector<kBounds, kAddress>> : nullptr;
  if (kValue == At::Acc && type == Type::F32)
    return straight<store_float<kBounds, float, kAddress>>;
  if (kValue == At::Acc && type == Type::F64)
    return straight<store_float<kBounds, double, kAddress>>;
  if constexpr (kValue == At::Acc && kAddress == At::Acc)
    return nullptr;
  else
    return by_width(type, width, false, []<typename T, typename>() {
      return straight<store<kBounds, T, kAddress, kValue>>;
    });
}

} // namespace

Handler load_handler(Bounds bounds, Type type, unsigned width, bool is_signed, At address,
                     bool store) {
  return chosen<Bounds::Explicit, Bounds::Guard>(bounds, [&]<Bounds kBounds>() {
    return chosen<At::Slot, At::Acc, At::Number>(address, [&]<At kAddress>() {
      return chosen<false, true>(store, [&]<bool kStore>() {
        return load_of<kBounds, kAddress, kStore>(type, width, is_signed);
      });
    });
  });
}

Handler store_handler(Bounds bounds, Type type, unsigned width, At address, At value) {
  return chosen<Bounds::Explicit, Bounds::Guard>(bounds, [&]<Bounds kBounds>() {
    return chosen<At::Slot, At::Acc, At::Number>(address, [&]<At kAddress>() {
      return chosen<At::Slot, At::Acc, At::Number>(
          value, [&]<At kValue>() { return store_of<kBounds, kAddress, kValue>(type, width); });
    });
  });
}

Handler general_load_handler(Type type, unsigned width, bool is_signed) {
  if (type == Type::V128)
    return handler<general_load_vector>;
  return by_width(type, width, is_signed,
                  []<typename T, typename V>() { return handler<general_load<T, V>>; });
}

Handler general_store_handler(Type type, unsigned width) {
  if (type == Type::V128)
    return handler<general_store<16>>;
  return by_width(type, width, false,
                  []<typename T, typename>() { return handler<general_store<sizeof(T)>>; });
}

void add_memory_handlers(Handlers& h) {
  h.memory_size = handler<size>;
  h.memory_grow = calling<Libcall::linear_grow, 2, in_slot<kA>, in_field<kC>>;
  h.memory_fill =
      calling<Libcall::linear_fill, 2, in_slot<kDst>, in_slot<kA>, in_slot<kB>, in_field<kC>>;
  h.memory_copy = calling<Libcall::linear_copy, 3, in_slot<kDst>, in_slot<kA>, in_slot<kB>,
                          in_half<4>, in_half<5>>;
  h.memory_init = calling<Libcall::linear_init, 3, in_slot<kDst>, in_slot<kA>, in_slot<kB>,
                          in_half<4>, in_half<5>>;
  h.data_drop = calling<Libcall::data_drop, 2, in_half<3>>;
}

} // namespace zvm::backend::interp::word

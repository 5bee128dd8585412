// Handlers of linear memory.
#include "backend/interp/function/memory.hpp"

#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/libcall.hpp"

namespace zvm::backend::interp::word {
namespace {

using ir::Type;
using runtime::LinearMemory;

template <Bounds kBounds, typename T, typename V>
Handler load_form(At address, bool store) {
  switch (address) {
  case At::Slot:
    return store ? straight<load<kBounds, T, V, At::Slot, true>>
                 : straight<load<kBounds, T, V, At::Slot, false>>;
  case At::Acc:
    return store ? straight<load<kBounds, T, V, At::Acc, true>>
                 : straight<load<kBounds, T, V, At::Acc, false>>;
  case At::Number:
    return store ? straight<load<kBounds, T, V, At::Number, true>>
                 : straight<load<kBounds, T, V, At::Number, false>>;
  }
  return nullptr;
}
template <Bounds kBounds, typename T>
Handler load_float_form(At address, bool store) {
  switch (address) {
  case At::Slot:
    return store ? straight<load_float<kBounds, T, At::Slot, true>>
                 : straight<load_float<kBounds, T, At::Slot, false>>;
  case At::Acc:
    return store ? straight<load_float<kBounds, T, At::Acc, true>>
                 : straight<load_float<kBounds, T, At::Acc, false>>;
  case At::Number:
    return store ? straight<load_float<kBounds, T, At::Number, true>>
                 : straight<load_float<kBounds, T, At::Number, false>>;
  }
  return nullptr;
}
template <Bounds kBounds>
Handler load_vector_form(At address) {
  switch (address) {
  case At::Slot:
    return straight<load_vector<kBounds, At::Slot>>;
  case At::Acc:
    return straight<load_vector<kBounds, At::Acc>>;
  case At::Number:
    return straight<load_vector<kBounds, At::Number>>;
  }
  return nullptr;
}

template <Bounds kBounds, typename T, At kAddress>
Handler store_of_value(At value) {
  switch (value) {
  case At::Slot:
    return straight<store<kBounds, T, kAddress, At::Slot>>;
  case At::Acc:
    if constexpr (kAddress == At::Acc)
      return nullptr;
    else
      return straight<store<kBounds, T, kAddress, At::Acc>>;
  case At::Number:
    return straight<store<kBounds, T, kAddress, At::Number>>;
  }
  return nullptr;
}
template <Bounds kBounds, typename T>
Handler store_form(At address, At value) {
  switch (address) {
  case At::Slot:
    return store_of_value<kBounds, T, At::Slot>(value);
  case At::Acc:
    return store_of_value<kBounds, T, At::Acc>(value);
  case At::Number:
    return store_of_value<kBounds, T, At::Number>(value);
  }
  return nullptr;
}
template <Bounds kBounds, typename T>
Handler store_float_form(At address) {
  switch (address) {
  case At::Slot:
    return straight<store_float<kBounds, T, At::Slot>>;
  case At::Acc:
    return straight<store_float<kBounds, T, At::Acc>>;
  case At::Number:
    return straight<store_float<kBounds, T, At::Number>>;
  }
  return nullptr;
}
template <Bounds kBounds>
Handler store_vector_form(At address) {
  switch (address) {
  case At::Slot:
    return straight<store_vector<kBounds, At::Slot>>;
  case At::Acc:
    return straight<store_vector<kBounds, At::Acc>>;
  case At::Number:
    return straight<store_vector<kBounds, At::Number>>;
  }
  return nullptr;
}

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

template <Bounds kBounds>
Handler load_with(Type type, unsigned width, bool is_signed, At address, bool store) {
  switch (type) {
  case Type::F32:
    return load_float_form<kBounds, float>(address, store);
  case Type::F64:
    return load_float_form<kBounds, double>(address, store);
  case Type::V128:
    return load_vector_form<kBounds>(address);
  default:
    break;
  }
  const bool narrow = type == Type::I32;
  switch (width) {
  case 1:
    if (!is_signed)
      return load_form<kBounds, uint8_t, uint8_t>(address, store);
    return narrow ? load_form<kBounds, int8_t, uint32_t>(address, store)
                  : load_form<kBounds, int8_t, uint64_t>(address, store);
  case 2:
    if (!is_signed)
      return load_form<kBounds, uint16_t, uint16_t>(address, store);
    return narrow ? load_form<kBounds, int16_t, uint32_t>(address, store)
                  : load_form<kBounds, int16_t, uint64_t>(address, store);
  case 4:
    if (!is_signed || narrow)
      return load_form<kBounds, uint32_t, uint32_t>(address, store);
    return load_form<kBounds, int32_t, uint64_t>(address, store);
  default:
    return load_form<kBounds, uint64_t, uint64_t>(address, store);
  }
}

template <Bounds kBounds>
Handler store_with(Type type, unsigned width, At address, At value) {
  if (type == Type::V128)
    return value == At::Slot ? store_vector_form<kBounds>(address) : nullptr;
  if (value == At::Acc && type == Type::F32)
    return store_float_form<kBounds, float>(address);
  if (value == At::Acc && type == Type::F64)
    return store_float_form<kBounds, double>(address);
  switch (width) {
  case 1:
    return store_form<kBounds, uint8_t>(address, value);
  case 2:
    return store_form<kBounds, uint16_t>(address, value);
  case 4:
    return store_form<kBounds, uint32_t>(address, value);
  default:
    return store_form<kBounds, uint64_t>(address, value);
  }
}

} // namespace

Handler load_handler(Bounds bounds, Type type, unsigned width, bool is_signed, At address,
                     bool store) {
  return bounds == Bounds::Guard
             ? load_with<Bounds::Guard>(type, width, is_signed, address, store)
             : load_with<Bounds::Explicit>(type, width, is_signed, address, store);
}

Handler store_handler(Bounds bounds, Type type, unsigned width, At address, At value) {
  return bounds == Bounds::Guard ? store_with<Bounds::Guard>(type, width, address, value)
                                 : store_with<Bounds::Explicit>(type, width, address, value);
}

Handler general_load_handler(Type type, unsigned width, bool is_signed) {
  if (type == Type::V128)
    return handler<general_load_vector>;
  const bool narrow = type == Type::I32;
  switch (width) {
  case 1:
    if (!is_signed)
      return handler<general_load<uint8_t, uint8_t>>;
    return narrow ? handler<general_load<int8_t, uint32_t>>
                  : handler<general_load<int8_t, uint64_t>>;
  case 2:
    if (!is_signed)
      return handler<general_load<uint16_t, uint16_t>>;
    return narrow ? handler<general_load<int16_t, uint32_t>>
                  : handler<general_load<int16_t, uint64_t>>;
  case 4:
    if (!is_signed || type != Type::I64)
      return handler<general_load<uint32_t, uint32_t>>;
    return handler<general_load<int32_t, uint64_t>>;
  default:
    return handler<general_load<uint64_t, uint64_t>>;
  }
}

Handler general_store_handler(Type type, unsigned width) {
  if (type == Type::V128)
    return handler<general_store<16>>;
  switch (width) {
  case 1:
    return handler<general_store<1>>;
  case 2:
    return handler<general_store<2>>;
  case 4:
    return handler<general_store<4>>;
  default:
    return handler<general_store<8>>;
  }
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

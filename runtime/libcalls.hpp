// The functions that generated code may call, and what is known of each. The rows are in
// libcalls.def; the functions are in libcalls/, a file for each family.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "base/uint256.hpp"
#include "runtime/host.hpp"

namespace zvm::runtime {

struct Activation;

enum class Libcall : uint8_t {
#define LIBCALL(name, result, parameters, leaves, traits, doc) name,
#define HOSTCALL(name, leaves, traits, doc) name,
#include "runtime/libcalls.def"
#undef LIBCALL
#undef HOSTCALL
  Count_,
};
inline constexpr unsigned kLibcallCount = static_cast<unsigned>(Libcall::Count_);

namespace libcall {
#define LIBCALL(name, result, parameters, leaves, traits, doc) result name parameters;
#define HOSTCALL(name, leaves, traits, doc)
#include "runtime/libcalls.def"
#undef LIBCALL
#undef HOSTCALL
} // namespace libcall

/// The function; of a HOSTCALL the member of the host table.
template <Libcall kCall>
inline constexpr auto kFunctionOf = nullptr;
#define LIBCALL(name, result, parameters, leaves, traits, doc)                                     \
  template <>                                                                                      \
  inline constexpr auto kFunctionOf<Libcall::name> = &libcall::name;
#define HOSTCALL(name, leaves, traits, doc)                                                        \
  template <>                                                                                      \
  inline constexpr auto kFunctionOf<Libcall::name> = &HostTable::name;
#include "runtime/libcalls.def"
#undef LIBCALL
#undef HOSTCALL

enum class Leaves : uint8_t { Never, Before, Pending, Final };

struct LibcallTraits {
  uint8_t bits = 0;
  friend constexpr LibcallTraits operator|(LibcallTraits a, LibcallTraits b) {
    return {static_cast<uint8_t>(a.bits | b.bits)};
  }
};
namespace libcall_traits {
inline constexpr LibcallTraits None{}, Pure{1}, Leaf{2}, Gas{4}, Grows{8};
} // namespace libcall_traits

/// How a result or a parameter is passed: in a general register, whatever it is.
enum class Passed : uint8_t {
  Nothing,
  Status,
  Frame,
  Activation,
  Number,       ///< 64 bits
  NumberResult, ///< the address of where 64 bits go
  Word,         ///< the address of 256 bits
  Words,        ///< the address of several of them, side by side
  WordResult,
};

struct LibcallInfo {
  std::string_view name;
  Leaves leaves;
  LibcallTraits traits;
  std::string_view doc;
  Passed result;
  unsigned count; ///< of parameters
  std::array<Passed, 6> parameters;

  [[nodiscard]] constexpr bool has(LibcallTraits t) const { return (traits.bits & t.bits) != 0; }
};

namespace libcall {

template <typename T>
[[nodiscard]] consteval Passed passed() {
  if constexpr (std::same_as<T, void>)
    return Passed::Nothing;
  else if constexpr (std::same_as<T, Status>)
    return Passed::Status;
  else if constexpr (std::same_as<T, Frame&>)
    return Passed::Frame;
  else if constexpr (std::same_as<T, Activation&>)
    return Passed::Activation;
  else if constexpr (std::same_as<T, uint64_t&>)
    return Passed::NumberResult;
  else if constexpr (std::same_as<T, const U256&>)
    return Passed::Word;
  else if constexpr (std::same_as<T, const U256*>)
    return Passed::Words;
  else if constexpr (std::same_as<T, U256&>)
    return Passed::WordResult;
  else {
    static_assert(std::same_as<T, uint64_t>, "generated code passes nothing else");
    return Passed::Number;
  }
}

template <typename R, typename... P>
[[nodiscard]] consteval LibcallInfo info_of(R (*)(P...), LibcallInfo info) {
  static_assert(sizeof...(P) <= 6, "parameters are passed in registers");
  info.result = passed<R>();
  info.count = sizeof...(P);
  info.parameters = {passed<P>()...};
  return info;
}
template <typename Function>
[[nodiscard]] consteval LibcallInfo info_of(Function HostTable::*, LibcallInfo info) {
  return info_of(Function{}, info);
}

using namespace libcall_traits;
inline constexpr LibcallInfo kInfos[] = {
#define LIBCALL(name, result, parameters, leaves, traits, doc)                                     \
  info_of(&name, {#name, Leaves::leaves, traits, doc, {}, {}, {}}),
#define HOSTCALL(name, leaves, traits, doc)                                                        \
  info_of(&HostTable::name, {#name, Leaves::leaves, traits, doc, {}, {}, {}}),
#include "runtime/libcalls.def"
#undef LIBCALL
#undef HOSTCALL
};

} // namespace libcall

[[nodiscard]] constexpr const LibcallInfo& info(Libcall call) {
  return libcall::kInfos[static_cast<uint8_t>(call)];
}

} // namespace zvm::runtime

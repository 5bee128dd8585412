// How handlers call the functions of runtime/libcalls.def.
#pragma once

#include <type_traits>
#include <utility>

#include "backend/interp/machine.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::backend::interp {

using runtime::Leaves;
using runtime::Libcall;
namespace libcall_traits = runtime::libcall_traits;

[[gnu::always_inline]] inline Frame& context_of(const Regs& r) { return *r.frame; }

/// Calls it, from either machine, with what follows the context. Void is Success.
template <Libcall kCall, typename Registers, typename... Arguments>
[[gnu::always_inline]] inline Status invoke(Registers& r, Arguments&&... arguments) {
  auto& context = context_of(r);
  constexpr const runtime::LibcallInfo& kInfo = info(kCall);
  constexpr auto kFunction = runtime::kFunctionOf<kCall>;
  const auto call = [&] {
    if constexpr (std::is_member_pointer_v<decltype(kFunction)>)
      return (context.host->*kFunction)(context, std::forward<Arguments>(arguments)...);
    else if constexpr (kInfo.has(libcall_traits::Pure))
      return kFunction(std::forward<Arguments>(arguments)...);
    else
      return kFunction(context, std::forward<Arguments>(arguments)...);
  };
  if constexpr (kInfo.has(libcall_traits::Gas))
    context.gas = r.gas;
  Status status = Status::Success;
  if constexpr (kInfo.leaves == Leaves::Never)
    call();
  else
    status = call();
  if constexpr (kInfo.has(libcall_traits::Gas))
    r.gas = context.gas;
  if constexpr (kInfo.has(libcall_traits::Grows))
    r.memory_size = context.memory_size;
  return status;
}

/// It has answered something else than Success.
template <Libcall kCall>
[[gnu::always_inline]] inline Next leave_after(Regs& r, Status status) {
  constexpr Leaves kLeaves = info(kCall).leaves;
  const bool before = kLeaves == Leaves::Before    ? !is_host(status)
                      : kLeaves == Leaves::Pending ? status == Status::Suspended
                                                   : false;
  return before ? fail_before(r, status) : finish_message(r, status);
}

/// The handler of an op that is nothing but the call: operands in slots a, b, c, a fourth in the
/// slot imm; dst, t <- the result.
template <Libcall kCall, typename Function>
struct Called;
template <Libcall kCall, typename Result, typename... P>
struct Called<kCall, Result (*)(P...)> {
  static Next run(Regs& r) {
    U256 result;
    const Status status = [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return invoke<kCall>(r, argument<P, kIndex>(r, result)...);
    }(std::index_sequence_for<P...>{});
    if (status != Status::Success) [[unlikely]]
      return leave_after<kCall>(r, status);
    if constexpr ((std::is_same_v<P, U256&> || ...))
      write<true>(r, result);
    return next(r);
  }

 private:
  template <typename T, size_t kIndex>
  [[gnu::always_inline]] static T argument(const Regs& r, U256& result) {
    if constexpr (std::is_same_v<T, U256&>) {
      return result;
    } else {
      const Instr& i = *r.ip;
      const int16_t slots[] = {i.a, i.b, i.c, static_cast<int16_t>(i.imm)};
      if constexpr (std::is_same_v<T, uint64_t>)
        return slot(r, slots[kIndex]).limbs[0];
      else
        return slot(r, slots[kIndex]);
    }
  }
};
template <Libcall kCall, typename Result, typename... P>
struct Called<kCall, Result (*)(Frame&, P...)> : Called<kCall, Result (*)(P...)> {};
template <Libcall kCall, typename Function>
struct Called<kCall, Function runtime::HostTable::*> : Called<kCall, Function> {};

template <Libcall kCall>
inline constexpr Handler calling =
    handler<Called<kCall, std::remove_const_t<decltype(runtime::kFunctionOf<kCall>)>>::run>;

} // namespace zvm::backend::interp

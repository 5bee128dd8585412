#include "runtime/block/withdrawals.hpp"

#include "runtime/block/payments.hpp"

namespace zvm::runtime {
namespace {

constexpr uint64_t kWeiPerGwei = 1'000'000'000;

} // namespace

void encode_withdrawal(const Withdrawal& withdrawal, RlpWriter& out) {
  const size_t list = out.begin_list();
  out.number(withdrawal.index);
  out.number(withdrawal.validator);
  out.bytes(withdrawal.recipient.bytes);
  out.number(withdrawal.amount);
  out.end_list(list);
}

Result<Withdrawal> decode_withdrawal(RlpReader& input) {
  ZVM_TRY(RlpReader fields, input.list());
  Withdrawal withdrawal;
  ZVM_TRY(withdrawal.index, fields.u64());
  ZVM_TRY(withdrawal.validator, fields.u64());
  ZVM_TRY(withdrawal.recipient, fields.address());
  ZVM_TRY(withdrawal.amount, fields.u64());
  ZVM_CHECK(fields.end());
  return withdrawal;
}

Status pay_withdrawals(Execution& execution, std::span<const Withdrawal> withdrawals) {
  Payments payments{execution};
  for (const Withdrawal& withdrawal : withdrawals) {
    const U256 wei = U256{withdrawal.amount} * U256{kWeiPerGwei};
    ZVM_RETURN_UNLESS_SUCCESS(payments.add(withdrawal.recipient, wei));
  }
  return payments.apply();
}

} // namespace zvm::runtime

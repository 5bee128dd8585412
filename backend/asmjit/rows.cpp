// Which function writes an op.
#include "backend/asmjit/emitter.hpp"
#include "backend/lowering.hpp"

namespace zvm::backend::asmjit {

using ir::Op;

struct FunctionEmitter::Rows {
  using Emit = void (FunctionEmitter::*)(const Inst&);
  static const std::array<Emit, ir::kOpCount> kByOp;
};

constexpr std::array<FunctionEmitter::Rows::Emit, ir::kOpCount> FunctionEmitter::Rows::kByOp = [] {
  using E = FunctionEmitter;
  std::array<Emit, ir::kOpCount> rows{};
  for (unsigned op = 0; op < ir::kOpCount; ++op) {
    const bool is_call = lowering(Op{static_cast<uint8_t>(op)}).how == OpLowering::How::Call;
    rows[op] = is_call ? &E::emit_libcall : &E::refuse;
  }
  constexpr struct {
    Op op;
    Emit emit;
  } kOwn[] = {
      {Op::Add, &E::emit_carried},
      {Op::Sub, &E::emit_carried},
      {Op::Mul, &E::emit_multiplication},
      {Op::DivU, &E::emit_division},
      {Op::DivS, &E::emit_division},
      {Op::RemU, &E::emit_division},
      {Op::RemS, &E::emit_division},
      {Op::And, &E::emit_bitwise},
      {Op::Or, &E::emit_bitwise},
      {Op::Xor, &E::emit_bitwise},
      {Op::Not, &E::emit_not},
      {Op::Shl, &E::emit_shift},
      {Op::ShrU, &E::emit_shift},
      {Op::ShrS, &E::emit_shift},
      {Op::SignExtend, &E::emit_sign_extension},
      {Op::Byte, &E::emit_byte},
      {Op::ShlWrap, &E::emit_wrapping_shift},
      {Op::ShrUWrap, &E::emit_wrapping_shift},
      {Op::ShrSWrap, &E::emit_wrapping_shift},
      {Op::RotL, &E::emit_wrapping_shift},
      {Op::RotR, &E::emit_wrapping_shift},
      {Op::Clz, &E::emit_clz},
      {Op::Ctz, &E::emit_count},
      {Op::Popcnt, &E::emit_count},
      {Op::Zext, &E::emit_conversion},
      {Op::Sext, &E::emit_conversion},
      {Op::Trunc, &E::emit_conversion},
      {Op::Eq, &E::emit_comparison},
      {Op::Ne, &E::emit_comparison},
      {Op::LtU, &E::emit_comparison},
      {Op::LtS, &E::emit_comparison},
      {Op::LeU, &E::emit_comparison},
      {Op::LeS, &E::emit_comparison},
      {Op::IsZero, &E::emit_comparison},
      {Op::Select, &E::emit_select},
      {Op::TrapDivU, &E::emit_trapping_division},
      {Op::TrapDivS, &E::emit_trapping_division},
      {Op::TrapRemU, &E::emit_trapping_division},
      {Op::TrapRemS, &E::emit_trapping_division},
      {Op::AddWide, &E::emit_wide_sum},
      {Op::SubWide, &E::emit_wide_sum},
      {Op::MulWideU, &E::emit_wide_product},
      {Op::MulWideS, &E::emit_wide_product},
      {Op::FAdd, &E::emit_float_arithmetic},
      {Op::FSub, &E::emit_float_arithmetic},
      {Op::FMul, &E::emit_float_arithmetic},
      {Op::FDiv, &E::emit_float_arithmetic},
      {Op::FMin, &E::emit_float_extremum},
      {Op::FMax, &E::emit_float_extremum},
      {Op::FCopySign, &E::emit_float_sign},
      {Op::FAbs, &E::emit_float_sign},
      {Op::FNeg, &E::emit_float_sign},
      {Op::FSqrt, &E::emit_float_unary},
      {Op::FCeil, &E::emit_float_unary},
      {Op::FFloor, &E::emit_float_unary},
      {Op::FTrunc, &E::emit_float_unary},
      {Op::FNearest, &E::emit_float_unary},
      {Op::FEq, &E::emit_float_comparison},
      {Op::FNe, &E::emit_float_comparison},
      {Op::FLt, &E::emit_float_comparison},
      {Op::FLe, &E::emit_float_comparison},
      {Op::FConvert, &E::emit_float_width},
      {Op::FromIntU, &E::emit_from_integer},
      {Op::FromIntS, &E::emit_from_integer},
      {Op::ToIntU, &E::emit_to_integer},
      {Op::ToIntS, &E::emit_to_integer},
      {Op::ToIntSatU, &E::emit_to_integer},
      {Op::ToIntSatS, &E::emit_to_integer},
      {Op::Bitcast, &E::emit_bitcast},
      {Op::Vector, &E::emit_vector},
      {Op::LinearSize, &E::emit_linear_size},
      {Op::GlobalGet, &E::emit_global_get},
      {Op::GlobalSet, &E::emit_global_set},
      {Op::TableGet, &E::emit_table_get},
      {Op::TableSet, &E::emit_table_set},
      {Op::TableSize, &E::emit_table_size},
      {Op::FunctionRef, &E::emit_function_ref},
      {Op::MemTouch, &E::emit_touch},
      {Op::Load, &E::emit_load},
      {Op::Store, &E::emit_store},
      {Op::MemSize, &E::emit_memory_size},
      {Op::DataLoad, &E::emit_data_load},
      {Op::DataSize, &E::emit_data_size},
      {Op::GasWords, &E::emit_gas},
      {Op::GasBytes, &E::emit_gas},
      {Op::GasSigBytes, &E::emit_gas},
      {Op::GasLeft, &E::emit_gas_left},
      {Op::Context, &E::emit_context},
      {Op::HostLog, &E::emit_log},
      {Op::HostExt, &E::emit_extension},
      {Op::SelfDestruct, &E::emit_self_destruct},
      {Op::MessageCall, &E::emit_message_call},
      {Op::Br, &E::emit_jump},
      {Op::BrIf, &E::emit_branch},
      {Op::BrTable, &E::emit_branch_table},
      {Op::Leave, &E::emit_leaving},
      {Op::LeaveDynamic, &E::emit_leaving},
      {Op::Exit, &E::emit_leaving},
      {Op::CallFunction, &E::emit_call},
      {Op::CallIndirect, &E::emit_function_call},
      {Op::TailCall, &E::emit_tail_call},
      {Op::TailCallIndirect, &E::emit_tail_call},
      {Op::Return, &E::emit_function_return},
      {Op::ReturnLabel, &E::emit_return},
      {Op::Stop, &E::emit_end},
      {Op::Finish, &E::emit_end},
      {Op::Revert, &E::emit_end},
      {Op::Trap, &E::emit_end},
  };
  for (const auto& own : kOwn)
    rows[static_cast<uint8_t>(own.op)] = own.emit;
  return rows;
}();

void FunctionEmitter::emit_block(ir::BlockId b) {
  const Flow& flow = values_.flow();
  if (!flow.is_entered(b))
    return;
  if (lister_ != nullptr)
    lister_->at(number_, b, ir::kNone);
  if (flow.is_root(b))
    emit_entry(b);
  else
    values_.begin_block(b);
  a_.bind(Label{blocks_[b]});
  block_ = b;
  newest_state_ = ir::kNone;
  has_charged_ = false;
  position_ = flow.first(b);
  for (const ir::InstId i : body(*f_, b)) {
    refused_ |= holder_.textSection()->bufferSize() > most_bytes_;
    if (refused_)
      return;
    const Inst& inst = f_->insts[i];
    values_.begin(inst, position_);
    if (position_ == flow.first(b)) {
      watch_head(b);
      emit_head(b);
    }
    if (lister_ != nullptr)
      lister_->at(number_, b, i);
    watch_instruction(inst);
    (this->*Rows::kByOp[static_cast<uint8_t>(inst.op)])(inst);
    if (compared_ != i)
      values_.end(inst);
    ++position_;
  }
}

} // namespace zvm::backend::asmjit

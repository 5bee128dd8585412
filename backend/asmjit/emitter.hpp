// Writes the machine code of a trace: one pass over its instructions, a function for each family of
// ops.
//
// What rarely runs is written to a section behind the rest. Code there sees the values where they
// are at the branch that leads to it, and moves none of them: whoever comes back finds all as it
// was. So whatever needs a register takes it before the first branch to such code.
#pragma once

#include <optional>

#include "backend/asmjit/code_memory.hpp"
#include "backend/asmjit/exit.hpp"
#include "backend/asmjit/linkage.hpp"
#include "backend/asmjit/values.hpp"
#include "backend/interp/assembler.hpp"
#include "base/flat_map.hpp"
#include "base/hash.hpp"

namespace zvm::backend::asmjit {

using ::asmjit::Label;
using x86::CondCode;
using x86::Gp;

class FunctionEmitter final : Encoder {
 public:
  explicit FunctionEmitter(const Linkage& linkage) : linkage_(linkage) {}

  /// Writes the trace. False where it is refused: it is none, or memory ran out. Where `listing` is
  /// not null it gets the text of the code.
  [[nodiscard]] bool emit(const ir::Function& f, RunnableCode& code, Exits& exits,
                          ::asmjit::String* listing = nullptr);

 private:
  using Inst = ir::Inst;
  using ValueId = ir::ValueId;
  struct Rows;
  /// Writes to the section of what rarely runs until the end of its scope.
  class Cold {
   public:
    explicit Cold(FunctionEmitter& e) : a_(e.a_), back_(e.a_.currentSection()) {
      a_.section(e.cold_);
    }
    Cold(const Cold&) = delete;
    Cold& operator=(const Cold&) = delete;
    ~Cold() { a_.section(back_); }

   private:
    x86::Assembler& a_;
    ::asmjit::Section* back_;
  };

  /// What could not be encoded: memory ran out, or an instruction does not exist.
  struct Errors final : ::asmjit::ErrorHandler {
    void handleError(::asmjit::Error, const char*, ::asmjit::BaseEmitter*) override {
      has_any = true;
    }
    bool has_any = false;
  };

  // emitter.cpp
  [[nodiscard]] bool begin(const ir::Function& f, Exits& exits, ::asmjit::String* listing);
  void emit_body();
  void emit_constants();
  [[nodiscard]] bool finish(RunnableCode& code);
  void move(Reg to, const Where& from) override;
  void store(const Where& to, Reg from) override;
  /// A constant goes to memory without a register.
  void store_constant(const x86::Mem& to, uint64_t constant);
  [[nodiscard]] static x86::Mem memory(const Where& at);
  /// Where a constant of the code stands.
  [[nodiscard]] x86::Mem constant(uint64_t limb);
  [[nodiscard]] x86::Mem constant(const U256& word);
  /// A limb as an operand: a register, memory, or an immediate of 32 bits.
  [[nodiscard]] ::asmjit::Operand source(ValueId v, unsigned limb);
  /// The same, never an immediate.
  [[nodiscard]] ::asmjit::Operand location(ValueId v, unsigned limb);
  // The same of limb 0 alone, in the width of the type.
  [[nodiscard]] ::asmjit::Operand narrow_source(ValueId v, ir::Type type);
  [[nodiscard]] ::asmjit::Operand narrow_location(ValueId v, ir::Type type);
  void alu(x86::Inst::Id id, Reg to, const ::asmjit::Operand& from) { a_.emit(id, gp(to), from); }
  /// A value to memory. It takes no register, and no more than 64 bits at once: a load of more would
  /// wait for the stores of limbs.
  void copy_word(ValueId v, const x86::Mem& to);
  void copy_limb(const x86::Mem& to, const x86::Mem& from);
  void load_constant(Gp to, uint64_t constant);
  /// What leaves the function at the current place.
  void site(Site::Why why, ir::StateId state, Status status = Status::Success);
  void answer(Answer a);
  [[nodiscard]] static Gp gp(Reg r) { return kPool[r]; }
  [[nodiscard]] static Gp gp(Reg r, ir::Type type) {
    return ir::bits(type) <= 32 ? kPool[r].r32() : kPool[r];
  }
  void refuse(const Inst&) { refused_ = true; }
  [[nodiscard]] std::optional<uint64_t> small_constant(ValueId v) const;

  // arithmetic_x64.cpp
  void emit_carried(const Inst& inst);
  void emit_multiplication(const Inst& inst);
  void emit_division(const Inst& inst);
  void emit_narrow_division(const Inst& inst);
  void emit_narrow(const Inst& inst, x86::Inst::Id id);

  // bits_x64.cpp
  void emit_bitwise(const Inst& inst);
  void emit_not(const Inst& inst);
  void emit_shift(const Inst& inst);
  void emit_shift_by(const Inst& inst, unsigned count);
  void emit_narrow_shift(const Inst& inst);
  void emit_byte(const Inst& inst);
  void emit_sign_extension(const Inst& inst);
  void emit_clz(const Inst& inst);
  void emit_conversion(const Inst& inst);
  struct Word {
    std::array<Reg, 4> limbs;
  };
  /// Limb 0 of the value, or `most` where the value is greater.
  void clamp(ValueId v, uint64_t most, Reg to, Reg temporary);
  void shift_window(ir::Op op, const Word& word, Reg temporary);
  void define_word(ValueId v, const Word& word);
  [[nodiscard]] Word fresh_word();
  void leading_zeros(ValueId v, Reg to, Reg temporary);

  // compare_x64.cpp
  void emit_comparison(const Inst& inst);
  void emit_select(const Inst& inst);
  [[nodiscard]] CondCode compare(const Inst& inst);
  [[nodiscard]] CondCode compare_words(const Inst& inst);
  [[nodiscard]] CondCode compare_equal(ValueId a, ValueId b);
  [[nodiscard]] CondCode compare_zero(ValueId v);

  // memory_x64.cpp
  void emit_touch(const Inst& inst);
  void emit_load(const Inst& inst);
  void emit_store(const Inst& inst);
  void emit_data_load(const Inst& inst);
  void emit_data_size(const Inst& inst);
  void emit_memory_size(const Inst& inst);
  void emit_gas(const Inst& inst);
  void emit_gas_left(const Inst& inst);
  void emit_context(const Inst& inst);
  [[nodiscard]] x86::Mem touched(ValueId address, unsigned disp);
  /// Branches where the limbs above the lowest are not all 0; `temporary` is changed.
  void jump_if_wide(ValueId v, Reg temporary, const Label& to);
  void define_number(const Inst& inst, Reg r);

  // call_x64.cpp
  void emit_libcall(const Inst& inst);
  void emit_log(const Inst& inst);
  void emit_extension(const Inst& inst);
  void emit_self_destruct(const Inst& inst);
  void emit_message_call(const Inst& inst);
  void emit_end(const Inst& inst);
  /// A parameter of a call behind the context.
  struct Argument {
    enum class Is : uint8_t { Number, Address } is;
    ValueId value = ir::kNone; ///< or a number, or memory
    uint64_t number = 0;
    x86::Mem memory{};
  };
  void call(runtime::Libcall libcall, std::span<const Argument> arguments);
  /// The answer of a call is looked at; all but Success leaves.
  void check_answer(runtime::Libcall libcall, ir::StateId state);
  [[nodiscard]] Argument word_argument(ValueId v);
  [[nodiscard]] Argument run_argument(std::span<const ValueId> values);

  // control_x64.cpp
  void emit_head(ir::BlockId b);
  void emit_nothing(const Inst&) {}
  void emit_branch(const Inst& inst);
  void emit_leaving(const Inst& inst);
  void leave_dynamic(const Inst& inst);
  void write_stack(ir::StateId s, uint32_t drop);
  void write_item(const interp::Move& m);
  void advance(int32_t items);
  void jump_to(uint32_t pc);
  void jump_through(const x86::Mem& place);
  void check_gas(int64_t gas);

  const Linkage& linkage_;
  const ir::Function* f_ = nullptr;
  Exits* exits_ = nullptr;
  Errors errors_;
  ::asmjit::CodeHolder holder_;
  ::asmjit::StringLogger logger_;
  x86::Assembler a_;
  ::asmjit::Section* cold_ = nullptr;
  Values values_{*this};
  ir::StackWalk stack_;
  interp::MoveOrder order_;
  Vec<interp::Move> moves_;
  Label entry_, place_, leave_, exits_cell_;
  FlatMap<uint64_t, uint32_t, HashWord> limbs_; ///< labels of constants
  struct Constant {
    U256 word;
    uint32_t label;
  };
  Vec<Constant> words_;
  uint32_t position_ = 0;
  ir::InstId compared_ = ir::kNone; ///< a comparison that the branch behind it makes
  bool refused_ = false;
};

} // namespace zvm::backend::asmjit

// Writes the machine code of functions: one pass over each in layout, a function for each family of
// ops.
//
// What rarely runs is written to a section behind the rest. Code there that comes back sees the
// values where they are at the branch that leads to it, and moves none of them. So whatever needs a
// register takes it before the first branch to such code.
#pragma once

#include <iterator>
#include <optional>

#include "backend/asmjit/assembler_x64.hpp"
#include "backend/asmjit/code_memory.hpp"
#include "backend/asmjit/exit.hpp"
#include "backend/asmjit/linkage.hpp"
#include "backend/asmjit/lister.hpp"
#include "backend/asmjit/module_unit.hpp"
#include "backend/asmjit/values.hpp"
#include "base/flat_map.hpp"
#include "base/hash_number.hpp"
#include "ir/access.hpp"
#include "ir/module.hpp"

namespace zvm::backend::asmjit {

using ::asmjit::Label;
using x86::CondCode;
using x86::Gp;

class FunctionEmitter final : Encoder {
 public:
  explicit FunctionEmitter(const Linkage& linkage) : linkage_(linkage) {}

  /// Begins code whose exits go to `exits`, with the prices of the schedule where there is one. Who
  /// wants to see it gives a lister. False where memory ran out; so for all below, and where something
  /// is refused.
  [[nodiscard]] bool begin(Exits& exits, const gas::Schedule* schedule, Lister* lister = nullptr);
  /// A trace.
  [[nodiscard]] bool add(const ir::Function& trace);
  /// All functions of a program. False, too, where that is more than so many bytes.
  [[nodiscard]] bool add(const ir::Module& program, size_t most_bytes = SIZE_MAX);
  /// A function of a module, which outlives finish(). It has two entry points: for machine code, and
  /// for whoever has put the arguments into slots alone.
  [[nodiscard]] bool add(const ir::Function& function, const ModuleUnit& module);
  /// Puts it where it can run.
  [[nodiscard]] bool finish(RunnableCode& code);
  /// Why there is no code, in words, once something has returned false.
  [[nodiscard]] std::string refusal() const;

  /// Where it can be entered, once it is finished.
  struct EntryPoint {
    uint32_t pc;
    uint32_t label;
  };
  [[nodiscard]] std::span<const EntryPoint> entry_points() const { return entry_points_.view(); }
  [[nodiscard]] const uint8_t* address(const EntryPoint& entry, const RunnableCode& code) const {
    return code.begin() + holder_.labelOffsetFromBase(entry.label);
  }

 private:
  using Inst = ir::Inst;
  using ValueId = ir::ValueId;
  struct Rows;
  /// Writes to another section until the end of its scope: that of blocks that rarely run, or of what
  /// rarely runs within a block of either kind.
  class Cold {
   public:
    explicit Cold(FunctionEmitter& e) : Cold(e, e.rare_) {}
    Cold(FunctionEmitter& e, ::asmjit::Section* section) : a_(e.a_), back_(e.a_.currentSection()) {
      a_.section(section);
    }
    Cold(const Cold&) = delete;
    Cold& operator=(const Cold&) = delete;
    ~Cold() { a_.section(back_); }

   private:
    Assembler& a_;
    ::asmjit::Section* back_;
  };

  struct Word {
    std::array<Reg, 4> limbs;
  };

  /// What could not be encoded: memory ran out, or an instruction does not exist.
  struct Errors final : ::asmjit::ErrorHandler {
    void handleError(::asmjit::Error, const char*, ::asmjit::BaseEmitter*) override {
      has_any = true;
    }
    bool has_any = false;
  };

  /// A function that is called by others of the same program.
  struct Callee {
    uint32_t label;
    uint32_t need;
    int32_t returns_at; ///< height of the stack where it returns, from that at its entry; kNever
  };
  static constexpr int32_t kNever = INT32_MIN;

  // listing.cpp
  void name_labels();

  // emitter.cpp
  [[nodiscard]] bool emit(const ir::Function& f);
  void emit_block(ir::BlockId b);
  void emit_constants();
  void emit_ways_out();
  void copy(const Where& to, const Where& from) override;
  void save(const Where& from) override;
  /// A constant goes to memory without a register.
  void store_constant(const x86::Mem& to, uint64_t constant);
  [[nodiscard]] static x86::Mem memory(const Where& at);
  /// Where a constant of the code stands.
  [[nodiscard]] x86::Mem constant(uint64_t limb);
  [[nodiscard]] x86::Mem constant(const U256& word);
  void load_vector(const x86::Xmm& to, const Where& from);
  /// The low 64 bits, or all.
  void store_vector(const Where& to, const x86::Xmm& from, bool all);
  /// A limb as an operand: a register, memory, or an immediate of 32 bits.
  [[nodiscard]] ::asmjit::Operand source(ValueId v, unsigned limb);
  /// The same, never an immediate.
  [[nodiscard]] ::asmjit::Operand location(ValueId v, unsigned limb);
  // The same of limb 0 alone, in the width of the type.
  [[nodiscard]] ::asmjit::Operand narrow_source(ValueId v, ir::Type type);
  [[nodiscard]] ::asmjit::Operand narrow_location(ValueId v, ir::Type type);
  /// Where the bits of a float stand.
  [[nodiscard]] x86::Mem scalar(uint64_t bits);
  /// A float or a vector as an operand: a register or memory.
  [[nodiscard]] ::asmjit::Operand vector_location(ValueId v);
  void alu(x86::Inst::Id id, Reg to, const ::asmjit::Operand& from) { a_.emit(id, gp(to), from); }
  /// A value to memory. It takes no register, and no more than 64 bits at once: a load of more would
  /// wait for the stores of limbs.
  void copy_word(ValueId v, const x86::Mem& to);
  void move(Reg to, const Where& from) { copy({.in = Where::In::Register, .reg = to}, from); }
  void load_constant(Gp to, uint64_t constant);
  /// What leaves the function at the current place.
  void site(Site::Why why, ir::StateId state, Status status = Status::Success);
  /// Notes what a site is; its number.
  [[nodiscard]] uint32_t note_site(Site::Why why, ir::StateId state, Status status);
  [[nodiscard]] ExitItem exit_item(int32_t position, ValueId v);
  void answer(Answer a);
  [[nodiscard]] static Gp gp(Reg r) { return kPool[r]; }
  [[nodiscard]] static Gp gp(Reg r, ir::Type type) {
    return ir::bits(type) <= 32 ? kPool[r].r32() : kPool[r];
  }
  void refuse(const Inst& inst) {
    refused_ = true;
    refused_op_ = inst.op;
  }
  [[nodiscard]] std::optional<uint64_t> small_constant(ValueId v) const;

  // arithmetic_x64.cpp
  /// Of two operands that may change places the first becomes the result, the second is read.
  void order(ValueId& a, ValueId& b, unsigned limb);
  void emit_carried(const Inst& inst);
  void emit_multiplication(const Inst& inst);
  void emit_division(const Inst& inst);
  void emit_narrow_division(const Inst& inst);
  void divide_limbs(ValueId dividend, Reg low, Reg high, const ::asmjit::Operand& divisor);
  void give_sign(const Word& d, unsigned limbs, Reg sign);
  void clear_from(const Word& d, unsigned limb);
  void emit_narrow(const Inst& inst, x86::Inst::Id id);
  [[nodiscard]] bool emit_sum_apart(const Inst& inst, ValueId a, ValueId b);

  // bits_x64.cpp
  void emit_bitwise(const Inst& inst);
  void emit_not(const Inst& inst);
  [[nodiscard]] bool keeps_low_half(const Inst& inst) const;
  void emit_low_half(const Inst& inst);
  void emit_shift(const Inst& inst);
  void emit_shift_by(const Inst& inst, unsigned count);
  void emit_narrow_shift(const Inst& inst);
  void emit_byte(const Inst& inst);
  void emit_sign_extension(const Inst& inst);
  void emit_clz(const Inst& inst);
  void emit_conversion(const Inst& inst);
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
  [[nodiscard]] CondCode compare_narrow(const Inst& inst);
  [[nodiscard]] CondCode compare_equal(ValueId a, ValueId b);
  [[nodiscard]] CondCode compare_zero(ValueId v);

  // memory_x64.cpp
  void emit_touch(const Inst& inst);
  void emit_growth();
  void emit_load(const Inst& inst);
  void emit_store(const Inst& inst);
  void emit_data_load(const Inst& inst);
  void emit_data_size(const Inst& inst);
  void emit_memory_size(const Inst& inst);
  void emit_gas(const Inst& inst);
  void emit_gas_left(const Inst& inst);
  void emit_context(const Inst& inst);
  [[nodiscard]] x86::Mem touched(ValueId address, unsigned disp);
  /// Branches where the limbs from `first` on are not all 0; `temporary` is changed.
  void jump_if_wide(ValueId v, Reg temporary, const Label& to, unsigned first = 1);
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
  void check_answer(runtime::Libcall libcall, const Inst& inst);
  [[nodiscard]] Argument word_argument(ValueId v);
  [[nodiscard]] Argument run_argument(std::span<const ValueId> values);
  [[nodiscard]] static Site::Why why(const Inst& inst, Site::Why otherwise) {
    return inst.is_final != 0 ? Site::Why::Final : otherwise;
  }

  // control_x64.cpp
  void emit_entry(ir::BlockId b);
  /// By the size of the function's own frame, which is written in the end.
  void move_stack(x86::Inst::Id by);
  void emit_head(ir::BlockId b);
  void emit_branch(const Inst& inst);
  void emit_jump(const Inst& inst);
  void emit_leaving(const Inst& inst);
  void emit_call(const Inst& inst);
  void emit_return(const Inst& inst);
  void leave_dynamic(const Inst& inst);
  void go_to(const ir::Target& target);
  [[nodiscard]] Label label_of(const ir::Target& target) const;
  [[nodiscard]] bool is_back(const ir::Target& target) const;
  [[nodiscard]] bool polls(const ir::Target& target) const;
  [[nodiscard]] bool edge_moves(const ir::Target& target);
  void run_moves();
  /// Adds what brings items that differ from what stands in memory to their places.
  void add_stack(ir::StateId s, uint32_t drop);
  void write_stack(ir::StateId s, uint32_t drop) {
    moves_.clear();
    add_stack(s, drop);
    run_moves();
  }
  void advance(int32_t items);
  void jump_to(uint32_t pc);
  void check_gas(int64_t gas);

  // perturb_x64.cpp
  void jump_by_chance(const Label& to);
  void count_anew();
  void leave_by_chance(Site::Why why, ir::StateId state);
  void watch_head(ir::BlockId b);
  void watch_instruction(const Inst& inst);
  void tell(ir::StateId state);
  void perturb_entry(const Label& refuses);
  void perturb_depth(const Label& deep);

  // function_x64.cpp: functions of modules
  void emit_function_entry();
  [[nodiscard]] bool label_heads();
  void emit_function_head(ir::BlockId b);
  void emit_poll();
  void emit_function_call(const Inst& inst);
  void emit_tail_call(const Inst& inst);
  void emit_function_return(const Inst& inst);
  void emit_branch_table(const Inst& inst);
  void emit_traps();
  /// Where code ends with the status.
  [[nodiscard]] Label trap(Status status);
  void trap_if(CondCode holds, Status status) { a_.j(holds, trap(status)); }
  /// Whether its frames are no larger than what its calls are charged for.
  [[nodiscard]] bool fits_stack() const;
  /// Who is called, in a register that stays; of functions of the module this is not needed.
  [[nodiscard]] Reg find_callee(const Inst& inst);
  [[nodiscard]] Reg find_indirect(const Inst& inst);
  void call_callee(const Inst& inst, bool is_tail);
  void pass_arguments(std::span<const ValueId> arguments, Reg callee);
  /// Values side by side where a callee has its frame; the number of slots.
  int32_t place_outgoing(std::span<const ValueId> values);
  void move_down(int32_t slots);
  void take_results(const Inst& inst);
  void leave_frame();
  /// Bytes from the function's frame to its callee's.
  [[nodiscard]] int32_t outgoing() const;

  // module_x64.cpp
  void emit_module_libcall(const Inst& inst);
  void emit_global_get(const Inst& inst);
  void emit_global_set(const Inst& inst);
  void emit_table_get(const Inst& inst);
  void emit_table_set(const Inst& inst);
  void emit_table_size(const Inst& inst);
  void emit_linear_size(const Inst& inst);
  void emit_function_ref(const Inst& inst);
  /// The item of one of the instance's tables of pointers.
  void load_instance_item(const Gp& to, int32_t table, uint32_t item);

  // linear_x64.cpp
  void emit_linear_load(const Inst& inst);
  void emit_linear_store(const Inst& inst);
  [[nodiscard]] x86::Mem linear_access(const ir::Access& access, ValueId address, Reg at, Reg base,
                                       bool wants_at);
  /// What accesses of memory 0 by an address, on every way here, have shown of it.
  struct Reach {
    uint32_t block = 0;  ///< where that was, + 1; 0: nothing has
    uint64_t inside = 0; ///< so many bytes from there on are in the memory
    uint64_t noted = 0;  ///< how far the byte is, + 1, whose page is noted as written; 0: none is
  };
  [[nodiscard]] Reach& reach(ValueId address);
  [[nodiscard]] bool is_noted(const ir::Access& access, ValueId address);
  void touch_linear(const ir::Access& access, ValueId address, Reg at, Reg temporary);

  // integer_x64.cpp
  void emit_trapping_division(const Inst& inst);
  void emit_signed_division(const Inst& inst);
  void emit_wrapping_shift(const Inst& inst);
  void emit_count(const Inst& inst);
  void emit_wide_sum(const Inst& inst);
  void emit_wide_product(const Inst& inst);
  void emit_narrow_sign_extension(const Inst& inst);

  // float_x64.cpp
  void emit_float_arithmetic(const Inst& inst);
  void emit_float_extremum(const Inst& inst);
  void emit_float_sign(const Inst& inst);
  void emit_float_unary(const Inst& inst);
  void emit_float_comparison(const Inst& inst);
  void emit_float_width(const Inst& inst);
  void emit_from_integer(const Inst& inst);
  void emit_to_integer(const Inst& inst);
  void emit_bitcast(const Inst& inst);
  void emit_vector_select(const Inst& inst);
  /// A NaN becomes the canonical one, where the instruction's result is seen as bits.
  void canonize(const x86::Xmm& x, const Inst& inst);
  /// Notes by value whether anything but arithmetic takes it, once somebody asks. False where memory
  /// ran out.
  [[nodiscard]] bool find_shown();
  [[nodiscard]] CondCode compare_floats(const Inst& inst);

  // vector_x64.cpp
  void emit_vector(const Inst& inst);
  void emit_vector_lanes(const Inst& inst);
  void emit_vector_lane(const Inst& inst);
  void emit_vector_test(const Inst& inst);
  void emit_vector_shuffle(const Inst& inst);
  void canonize_lanes(const x86::Xmm& x, ir::Type type);

  // vector_call_x64.cpp
  void call_vector(const Inst& inst);

  const Linkage& linkage_;
  const ir::Function* f_ = nullptr;
  Exits* exits_ = nullptr;
  const gas::Schedule* schedule_ = nullptr;
  Lister* lister_ = nullptr; ///< null: nobody looks
  Errors errors_;
  ::asmjit::CodeHolder holder_;
  Assembler a_;
  ::asmjit::Section *cold_ = nullptr, *rare_ = nullptr;
  Values values_{*this};
  ir::StackWalk stack_;
  ParallelMoves moves_;
  Label place_, leave_, done_, exits_cell_, growth_;
  const ModuleUnit* module_ = nullptr;                   ///< of a function of a module
  Label failed_;                                         ///< the status stands in the activation
  std::array<uint32_t, std::size(kStatusInfo)> traps_{}; ///< labels, by status; kNone: not used
  Vec<uint8_t> shown_;                                   ///< see find_shown()
  Vec<Reach> reaches_;                                   ///< by value
  Vec<uint32_t> table_labels_;
  /// By block: what the newest table that leads there has written of the way.
  struct TableEdge {
    uint32_t table = 0, label = 0;
    const ir::Target* target = nullptr;
  };
  Vec<TableEdge> table_edges_;
  uint32_t table_ = 0;
  bool has_growth_ = false; ///< someone calls it
  Label body_;              ///< of the function, behind where its own frame is made
  Vec<EntryPoint> entry_points_;
  Vec<Callee> callees_;  ///< of a program
  Vec<uint32_t> blocks_; ///< labels
  /// More labels of blocks, of functions of modules, where an edge may want them: behind what the
  /// head charges, and where edges back lead, which poll.
  struct Head {
    uint32_t paid = ir::kNone, back = ir::kNone;
  };
  Vec<Head> heads_;
  Vec<ir::BlockId> follows_;      ///< by block: the next that is written to the same section
  Vec<ir::StateId> entry_states_; ///< in ascending order
  /// Where the size of the function's own frame stands in the code, which is known in the end.
  struct FrameSize {
    uint32_t section, offset;
  };
  Vec<FrameSize> frame_sizes_;
  FlatMap<uint64_t, uint32_t, HashNumber> limbs_; ///< labels of constants
  struct Constant {
    U256 word;
    uint32_t label;
  };
  Vec<Constant> words_;
  uint32_t number_ = 0; ///< of the function in its program
  ir::BlockId block_ = 0;
  uint32_t position_ = 0;
  ir::InstId compared_ = ir::kNone; ///< a comparison that the branch behind it makes
  Chance chance_;
  ir::StateId newest_state_ = ir::kNone; ///< for watch_instruction(), as the next
  bool has_charged_ = false;
  bool tells_ = false; ///< see observe_states()
  bool refused_ = false;
  size_t most_bytes_ = SIZE_MAX;     ///< of the hot section
  std::optional<ir::Op> refused_op_; ///< that there is no code of
};

} // namespace zvm::backend::asmjit

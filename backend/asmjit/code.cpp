#include "backend/asmjit/code.hpp"

#include <new>

#include "backend/asmjit/counting.hpp"
#include "backend/asmjit/emitter.hpp"
#include "backend/asmjit/watching.hpp"
#include "backend/interp/native.hpp"

namespace zvm::backend::asmjit {
namespace {

using runtime::NativeCount;

/// Of a program, for code of so many bytes. Compiled code makes 7 to 25 for each.
constexpr size_t most_bytes(uint32_t code) { return 40 * size_t{code} + (16 << 10); }

/// Code that has been compiled as one, with what is kept beside it.
struct Unit {
  Exits exits;
  RunnableCode code;
  GdbEntry gdb;                                  ///< gone before the code
  std::unique_ptr<interp::NativePlace[]> places; ///< what stands in the table, by entry point
  size_t count = 0;
  Unit* before = nullptr; ///< the one that was made before it
};

class NativeCode final : public Code {
 public:
  NativeCode(const Source& source, const Linkage& linkage, bool has_slot_code)
      : Code(source), linkage_(linkage),
        not_here_(interp::step_place(has_slot_code ? linkage.place() : linkage.step())) {
    add_bytes(sizeof(NativeCode));
  }
  ~NativeCode() override {
    while (last_ != nullptr)
      delete std::exchange(last_, last_->before);
  }

 private:
  [[nodiscard]] const void* refusal() const override { return &not_here_; }
  void keep_replaced(const void* made, const void* replaced) override {
    static_cast<interp::NativePlace*>(const_cast<void*>(made))
        ->replaced.store(static_cast<const interp::Instr*>(replaced), std::memory_order_release);
  }
  [[nodiscard]] bool translate(uint32_t, ir::Function& function, const void*& code) override {
    const Timer timer{source().counts};
    Watching watching{source()};
    FunctionEmitter& emitter = this->emitter();
    std::unique_ptr<Unit> made = make_unit();
    if (made == nullptr)
      return true;
    if (!emitter.begin(made->exits, source().schedule, watching.lister()) ||
        !emitter.add(function) || !finish(*made)) {
      count(NativeCount::refusals);
      return false;
    }
    code = &made->places[0];
    watching.made(made->code, made->gdb, "trace", function.entry_pc, {&function, 1});
    keep(std::move(made), NativeCount::traces);
    return true;
  }
  /// The program comes before any trace; traces are for what it does not enter.
  void compile_whole() override {
    const Source& from = source();
    if (from.lower_program == nullptr)
      return;
    const Timer timer{from.counts};
    Watching watching{from};
    ir::Module program;
    FunctionEmitter& emitter = this->emitter();
    std::unique_ptr<Unit> made = make_unit();
    if (made == nullptr || !from.lower_program(from.owner, program) ||
        !emitter.begin(made->exits, from.schedule, watching.lister()) ||
        !emitter.add(program, most_bytes(from.entries)) || !finish(*made))
      return count(NativeCount::refusals);
    const auto points = emitter.entry_points();
    for (size_t i = 0; i < made->count; ++i) {
      if (points[i].pc < from.entries)
        entries()[points[i].pc].store(&made->places[i], std::memory_order_release);
    }
    watching.made(made->code, made->gdb, "program", 0, program.body_list());
    keep(std::move(made), NativeCount::programs);
  }

  void count(NativeCount c, uint64_t n = 1) const { asmjit::count(source().counts, c, n); }
  [[nodiscard]] FunctionEmitter& emitter() const {
    thread_local FunctionEmitter emitter{linkage_};
    return emitter;
  }
  [[nodiscard]] static std::unique_ptr<Unit> make_unit() {
    return std::unique_ptr<Unit>{allocation_allowed(sizeof(Unit)) ? new (std::nothrow) Unit
                                                                  : nullptr};
  }
  [[nodiscard]] bool finish(Unit& unit) {
    FunctionEmitter& emitter = this->emitter();
    const auto points = emitter.entry_points();
    unit.count = points.size();
    if (!emitter.finish(unit.code) || !allocation_allowed(unit.count * sizeof(interp::NativePlace)))
      return false;
    unit.exits.is_complete.store(true, std::memory_order_release);
    unit.places.reset(new (std::nothrow) interp::NativePlace[unit.count]);
    for (size_t i = 0; unit.places != nullptr && i < unit.count; ++i) {
      unit.places[i].instr =
          interp::native_place(emitter.address(points[i], unit.code), linkage_.enter());
      unit.places[i].table = entries();
    }
    return unit.places != nullptr;
  }
  void keep(std::unique_ptr<Unit> unit, NativeCount kind) {
    count(kind);
    count(NativeCount::bytes, unit->code.size());
    unit->before = last_;
    last_ = unit.release();
    add_bytes(sizeof(Unit) + last_->count * sizeof(interp::NativePlace) + last_->exits.bytes() +
              last_->code.size() + last_->gdb.object().size());
  }

  const Linkage& linkage_;
  const interp::Instr not_here_; ///< what stands at a place that is refused
  Unit* last_ = nullptr;
};

} // namespace

bool is_available() { return Linkage::get() != nullptr; }

std::unique_ptr<Code> make_native_code(const Source& source, bool has_slot_code) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr || !allocation_allowed(sizeof(NativeCode)))
    return nullptr;
  return std::unique_ptr<Code>{new (std::nothrow) NativeCode{source, *linkage, has_slot_code}};
}

} // namespace zvm::backend::asmjit

#include "backend/asmjit/code.hpp"

#include <new>

#include "backend/asmjit/emitter.hpp"
#include "backend/interp/native.hpp"

namespace zvm::backend::asmjit {
namespace {

/// Code that has been compiled as one, with what is kept beside it.
struct Unit {
  Exits exits;
  RunnableCode code;
  std::unique_ptr<interp::Instr[]> places; ///< what stands in the table, by entry point
  size_t count = 0;
  Unit* before = nullptr; ///< the one that was made before it
};

class NativeCode final : public Code {
 public:
  NativeCode(const Source& source, const Linkage& linkage) : Code(source), linkage_(linkage) {
    add_bytes(sizeof(NativeCode));
  }
  ~NativeCode() override {
    while (last_ != nullptr)
      delete std::exchange(last_, last_->before);
  }

 private:
  [[nodiscard]] const void* refusal() const override { return &step_here_; }
  [[nodiscard]] bool translate(const ir::Function& function, const void*& code) override {
    FunctionEmitter& emitter = this->emitter();
    std::unique_ptr<Unit> made = make_unit();
    if (made == nullptr)
      return true;
    if (!emitter.begin(made->exits, source().schedule) || !emitter.add(function) || !finish(*made))
      return false;
    code = &made->places[0];
    keep(std::move(made));
    return true;
  }
  /// The program comes before any trace; traces are for what it does not enter.
  void compile_whole() override {
    const Source& from = source();
    ir::Module program;
    if (from.lower_program == nullptr || !from.lower_program(from.owner, program))
      return;
    FunctionEmitter& emitter = this->emitter();
    std::unique_ptr<Unit> made = make_unit();
    if (made == nullptr || !emitter.begin(made->exits, source().schedule) ||
        !emitter.add(program) || !finish(*made))
      return;
    const auto points = emitter.entry_points();
    for (size_t i = 0; i < made->count; ++i) {
      if (points[i].pc < from.entries)
        entries()[points[i].pc].store(&made->places[i], std::memory_order_release);
    }
    keep(std::move(made));
  }

  [[nodiscard]] FunctionEmitter& emitter() const {
    thread_local FunctionEmitter emitter{linkage_};
    return emitter;
  }
  [[nodiscard]] static std::unique_ptr<Unit> make_unit() {
    return std::unique_ptr<Unit>{allocation_allowed(sizeof(Unit)) ? new (std::nothrow) Unit
                                                                  : nullptr};
  }
  [[nodiscard]] bool finish(Unit& unit) const {
    FunctionEmitter& emitter = this->emitter();
    const auto points = emitter.entry_points();
    unit.count = points.size();
    if (!emitter.finish(unit.code) || !allocation_allowed(unit.count * sizeof(interp::Instr)))
      return false;
    unit.places.reset(new (std::nothrow) interp::Instr[unit.count]);
    for (size_t i = 0; unit.places != nullptr && i < unit.count; ++i)
      unit.places[i] =
          interp::native_place(emitter.address(points[i], unit.code), linkage_.enter());
    return unit.places != nullptr;
  }
  void keep(std::unique_ptr<Unit> unit) {
    unit->before = last_;
    last_ = unit.release();
    add_bytes(sizeof(Unit) + last_->count * sizeof(interp::Instr) + last_->exits.bytes() +
              last_->code.size());
  }

  const Linkage& linkage_;
  const interp::Instr step_here_ = interp::step_place(linkage_.step());
  Unit* last_ = nullptr;
};

} // namespace

bool is_available() { return Linkage::get() != nullptr; }

std::unique_ptr<Code> make_native_code(const Source& source) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr || !allocation_allowed(sizeof(NativeCode)))
    return nullptr;
  return std::unique_ptr<Code>{new (std::nothrow) NativeCode{source, *linkage}};
}

namespace {

template <typename Code>
std::string list(const Code& ir) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr)
    return {};
  FunctionEmitter emitter{*linkage};
  ::asmjit::String text;
  RunnableCode code;
  Exits exits;
  const bool done = emitter.begin(exits, nullptr, &text) && emitter.add(ir) && emitter.finish(code);
  return done ? std::string{text.data(), text.size()} : std::string{};
}

} // namespace

std::string list_native_code(const ir::Function& trace) { return list(trace); }
std::string list_native_code(const ir::Module& program) { return list(program); }

} // namespace zvm::backend::asmjit

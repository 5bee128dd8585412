#include "backend/asmjit/code.hpp"

#include <new>

#include "backend/asmjit/emitter.hpp"
#include "backend/interp/native.hpp"

namespace zvm::backend::asmjit {
namespace {

/// A compiled trace, with what stands at its place.
struct Trace {
  interp::Instr instr;
  Exits exits;
  RunnableCode code;
  Trace* before = nullptr; ///< the one that was made before it
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
    if (!allocation_allowed(sizeof(Trace)))
      return true;
    std::unique_ptr<Trace> made{new (std::nothrow) Trace};
    if (made == nullptr)
      return true;
    thread_local FunctionEmitter emitter{linkage_};
    if (!emitter.emit(function, made->code, made->exits))
      return false;
    made->instr = interp::native_place(made->code.begin(), linkage_.enter());
    made->before = last_;
    last_ = made.release();
    add_bytes(sizeof(Trace) + last_->exits.bytes() + last_->code.size());
    code = &last_->instr;
    return true;
  }

  const Linkage& linkage_;
  const interp::Instr step_here_ = interp::step_place(linkage_.step());
  Trace* last_ = nullptr;
};

} // namespace

bool is_available() { return Linkage::get() != nullptr; }

std::unique_ptr<Code> make_native_code(const Source& source) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr || !allocation_allowed(sizeof(NativeCode)))
    return nullptr;
  return std::unique_ptr<Code>{new (std::nothrow) NativeCode{source, *linkage}};
}

std::string list_native_code(const ir::Function& trace) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr)
    return {};
  FunctionEmitter emitter{*linkage};
  ::asmjit::String text;
  RunnableCode code;
  Exits exits;
  return emitter.emit(trace, code, exits, &text) ? std::string{text.data(), text.size()}
                                                 : std::string{};
}

} // namespace zvm::backend::asmjit

#include <new>

#include "backend/asmjit/code.hpp"
#include "backend/asmjit/emitter.hpp"
#include "backend/interp/function/native.hpp"
#include "backend/interp/function/stock.hpp"
#include "ir/passes/passes.hpp"
#include "runtime/module/fault.hpp"

namespace zvm::backend::asmjit {
namespace {

/// A function is compiled when it is first called; what is refused runs as word code.
class ModuleCode final : public Code {
 public:
  ModuleCode(const Source& source, const interp::ModuleSource& module, const Linkage& linkage)
      : Code(source), linkage_(linkage), stock_(module),
        unit_{.imports = module.imports, .bounds = module.bounds} {}
  ~ModuleCode() override {
    while (last_ != nullptr)
      delete std::exchange(last_, last_->before);
    delete[] cells_;
  }

  [[nodiscard]] bool prepare() {
    const uint32_t count = source().entries;
    const size_t bytes = (size_t{count} + 1) * sizeof(Cell);
    if (!stock_.try_prepare(count) || open() == nullptr || !allocation_allowed(bytes))
      return false;
    cells_ = new (std::nothrow) Cell[count + 1];
    if (cells_ == nullptr)
      return false;
    for (uint32_t i = 0; i < count; ++i) {
      cells_[i].code.store(reinterpret_cast<const void*>(linkage_.function().call_word),
                           std::memory_order_relaxed);
      cells_[i].entry = entries() + i;
    }
    unit_.cells = cells_;
    unit_.entries = entries();
    add_bytes(bytes);
    return true;
  }

 private:
  /// Machine code of a function.
  struct Unit {
    RunnableCode code;
    bool is_guarded = false;
    Unit* before = nullptr;

    ~Unit() {
      if (is_guarded)
        runtime::unguard_code(code.begin(), code.size());
    }
  };

  [[nodiscard]] const void* waiting(uint32_t entry) const override { return stock_.waiting(entry); }
  [[nodiscard]] bool translate(uint32_t entry, ir::Function& function, const void*& code) override {
    if (compile(entry, function, code))
      return true;
    // What was made of the function is for machine code.
    size_t size = 0;
    const bool done = source().lower(source().owner, entry, function) &&
                      stock_.translate(function, entries(), code, size);
    add_bytes(size);
    return done;
  }

  [[nodiscard]] bool compile(uint32_t entry, ir::Function& function, const void*& code) {
    thread_local ir::PassContext context;
    thread_local FunctionEmitter emitter{linkage_};
    std::unique_ptr<Unit> made{allocation_allowed(sizeof(Unit)) ? new (std::nothrow) Unit
                                                                : nullptr};
    if (made == nullptr || !ir::optimize(function, ir::Level::Whole, context) ||
        !function.variables.empty() || !emitter.begin(exits_, nullptr) ||
        !emitter.add(function, unit_))
      return false;
    const auto points = emitter.entry_points();
    if (!emitter.finish(made->code))
      return false;
    const auto words = interp::word::native_code(emitter.address(points[1], made->code),
                                                 linkage_.function().enter);
    made->is_guarded =
        unit_.bounds == runtime::Bounds::Guard &&
        runtime::guard_code(made->code.begin(), made->code.size(), linkage_.function().violation);
    if (made->is_guarded != (unit_.bounds == runtime::Bounds::Guard) || !stock_.keep(words, code))
      return false;
    cells_[entry].code.store(emitter.address(points[0], made->code), std::memory_order_release);
    add_bytes(sizeof(Unit) + made->code.size() + sizeof(words));
    made->before = last_;
    last_ = made.release();
    return true;
  }

  const Linkage& linkage_;
  interp::WordStock stock_;
  ModuleUnit unit_;
  Cell* cells_ = nullptr;
  Exits exits_; ///< there are none: functions end, or go on
  Unit* last_ = nullptr;
};

} // namespace

std::unique_ptr<Code> make_module_code(const Source& source, const interp::ModuleSource& module) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr || !allocation_allowed(sizeof(ModuleCode)))
    return nullptr;
  std::unique_ptr<ModuleCode> code{new (std::nothrow) ModuleCode{source, module, *linkage}};
  if (code == nullptr || !code->prepare())
    return nullptr;
  return code;
}

} // namespace zvm::backend::asmjit

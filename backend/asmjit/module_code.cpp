#include <new>

#include "backend/asmjit/code.hpp"
#include "backend/asmjit/counting.hpp"
#include "backend/asmjit/emitter.hpp"
#include "backend/asmjit/loop_entry.hpp"
#include "backend/asmjit/watching.hpp"
#include "backend/interp/function/native.hpp"
#include "backend/interp/function/stock.hpp"
#include "ir/passes/passes.hpp"
#include "runtime/module/fault.hpp"

namespace zvm::backend::asmjit {
namespace {

using runtime::NativeCount;

/// Instructions, and values that they take and edges pass; the largest function of the kernels has
/// 600. A loop of two bytes may pass a thousand values, so the size of the byte code says little.
constexpr size_t kMostInstructions = 1 << 18, kMostPassed = 1 << 20;

/// Alone, a function is compiled when it is first called, and what is refused runs as word code.
/// Beside word code it is for those who ask.
class ModuleCode final : public Code {
 public:
  ModuleCode(const Source& source, const interp::ModuleSource& module, const Linkage& linkage,
             const Code* words)
      : Code(source), linkage_(linkage), stock_(module), words_(words),
        unit_{.imports = module.imports, .bounds = module.bounds} {}
  ~ModuleCode() override {
    while (last_ != nullptr)
      delete std::exchange(last_, last_->before);
    delete[] cells_;
  }

  [[nodiscard]] bool prepare() {
    const uint32_t count = source().entries;
    const size_t bytes = (size_t{count} + 1) * sizeof(Cell);
    if ((words_ == nullptr && !stock_.try_prepare(count)) || open() == nullptr ||
        !allocation_allowed(bytes))
      return false;
    const Entry* const table = words_ == nullptr ? entries() : words_->entries();
    cells_ = new (std::nothrow) Cell[count + 1];
    if (cells_ == nullptr)
      return false;
    for (uint32_t i = 0; i < count; ++i) {
      cells_[i].code.store(reinterpret_cast<const void*>(linkage_.function().call_word),
                           std::memory_order_relaxed);
      cells_[i].entry = table + i;
    }
    unit_.cells = cells_;
    unit_.entries = table;
    add_bytes(bytes);
    return true;
  }

 private:
  /// Machine code of a function.
  struct Unit {
    RunnableCode code;
    GdbEntry gdb;
    bool is_guarded = false;
    Unit* before = nullptr;

    ~Unit() {
      if (is_guarded)
        runtime::unguard_code(code.begin(), code.size());
    }
  };

  [[nodiscard]] const void* waiting(uint32_t entry) const override {
    return words_ == nullptr ? stock_.waiting(entry) : nullptr;
  }
  [[nodiscard]] const void* refusal() const override {
    return words_ == nullptr ? nullptr : &kRefused;
  }
  [[nodiscard]] bool translate(uint32_t entry, ir::Function& function, const void*& code) override {
    const Timer timer{source().counts};
    const uint8_t* called = nullptr;
    if (emit(entry, function, unit_, code, called)) {
      cells_[entry].code.store(called, std::memory_order_release);
      count(source().counts, NativeCount::functions);
      return true;
    }
    count(source().counts, NativeCount::refusals);
    if (words_ != nullptr)
      return false;
    // What was made of the function is for machine code.
    size_t size = 0;
    const bool done = source().lower(source().owner, entry, function) &&
                      stock_.translate(function, entries(), code, size);
    add_bytes(size);
    return done;
  }

  /// `code` is for word code, `called` for machine code that calls the function.
  [[nodiscard]] bool emit(uint32_t entry, ir::Function& function, const ModuleUnit& unit,
                          const void*& code, const uint8_t*& called) {
    thread_local FunctionEmitter emitter{linkage_};
    std::unique_ptr<Unit> made{allocation_allowed(sizeof(Unit)) ? new (std::nothrow) Unit
                                                                : nullptr};
    Watching watching{source()};
    if (made == nullptr || function.insts.size() > kMostInstructions ||
        function.pool.size() > kMostPassed || !ir::optimize(function, ir::Level::Whole, passes()) ||
        !function.variables.empty() || !emitter.begin(exits_, nullptr, watching.lister()) ||
        !emitter.add(function, unit))
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
    called = emitter.address(points[0], made->code);
    watching.made(made->code, made->gdb, unit.goes_on ? "loop" : "function",
                  unit.goes_on ? function.blocks[0].pc : entry, {&function, 1});
    add_bytes(sizeof(Unit) + made->code.size() + sizeof(words) + made->gdb.object().size());
    count(source().counts, NativeCount::bytes, made->code.size());
    made->before = last_;
    last_ = made.release();
    return true;
  }
  [[nodiscard]] static ir::PassContext& passes() {
    thread_local ir::PassContext context;
    return context;
  }

  // --- loops ---

  void keep_replaced(const void* made, const void* replaced) override {
    static_cast<uint64_t*>(const_cast<void*>(made))[interp::word::kReplaced] =
        reinterpret_cast<uint64_t>(replaced);
  }
  /// The function whose word code this is, if it is any's: the nearest that begins before it.
  [[nodiscard]] uint32_t function_at(const uint64_t* at, const uint64_t*& begin) const {
    begin = nullptr;
    uint32_t found = 0;
    for (uint32_t i = 0; i < source().entries; ++i) {
      if (!words_->has(i))
        continue;
      const uint64_t* there =
          interp::word::replaced_code(words_->entries()[i].load(std::memory_order_acquire));
      if (there <= at && there > begin) {
        begin = there;
        found = i;
      }
    }
    return found;
  }
  /// The function, too, is worth it: for the next call.
  [[nodiscard]] const void* compile_loop(const void* there) override {
    const auto* at = static_cast<const uint64_t*>(there);
    const uint64_t* begin = nullptr;
    const uint32_t entry = words_ == nullptr ? 0 : function_at(at, begin);
    if (begin == nullptr || at - begin > UINT32_MAX)
      return nullptr;
    if (const void* whole = Code::compile(entry); whole == nullptr || whole == refusal())
      return nullptr;
    const Timer timer{source().counts};
    thread_local ir::Function function;
    interp::LoopHead head;
    ModuleUnit unit = unit_;
    unit.goes_on = true;
    const void* code = nullptr;
    const uint8_t* called = nullptr;
    if (!source().lower(source().owner, entry, function) ||
        !stock_.find_loop(function, words_->entries(), static_cast<uint32_t>(at - begin), head) ||
        !begin_at_loop(function, head, passes().cfg) ||
        !emit(entry, function, unit, code, called)) {
      count(source().counts, NativeCount::refusals);
      return nullptr;
    }
    count(source().counts, NativeCount::loops);
    return code;
  }

  /// Stands at the entry of a function that is refused, and is never run.
  static constexpr uint64_t kRefused = 0;

  const Linkage& linkage_;
  interp::WordStock stock_;
  const Code* words_; ///< what it stands beside; null: nothing
  ModuleUnit unit_;
  Cell* cells_ = nullptr;
  Exits exits_; ///< there are none: functions end, or go on
  Unit* last_ = nullptr;
};

} // namespace

std::unique_ptr<Code> make_module_code(const Source& source, const interp::ModuleSource& module,
                                       const Code* words) {
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr || !allocation_allowed(sizeof(ModuleCode)))
    return nullptr;
  std::unique_ptr<ModuleCode> code{new (std::nothrow) ModuleCode{source, module, *linkage, words}};
  if (code == nullptr || !code->prepare())
    return nullptr;
  return code;
}

} // namespace zvm::backend::asmjit

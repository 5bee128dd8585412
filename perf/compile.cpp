// Lowering of everything that can be reached in a contract: to IR, with the passes, to slot code;
// and the first call of a contract never seen before.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "backend/interp/translate.hpp"
#include "engine/loaded_code.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/trace.hpp"
#include "ir/passes/passes.hpp"
#include "perf/families.hpp"
#include "perf/native_code.hpp"
#include "perf/runner.hpp"

namespace zvm::perf {
namespace {

enum class Stage { Ir, Passes, SlotCode };

class Lowered {
 public:
  explicit Lowered(const Case& c)
      : module_(engine::load_code(
            {&frontend::evm::kGuest, &evm_tables().schedule, &evm_tables().steps->table, false},
            c.code())) {
    find_places();
  }

  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] double opcodes() const { return static_cast<double>(coverage_.lowered()); }
  /// How often an instruction that is reached is lowered.
  [[nodiscard]] double times() const {
    return static_cast<double>(coverage_.lowered()) / static_cast<double>(coverage_.distinct());
  }

  /// As a fresh code object would.
  void lower_all(Stage stage) {
    begin();
    for (const uint32_t pc : places_)
      lower(pc, stage);
  }

 private:
  void begin() {
    coverage_ = {};
    coverage_.prepare(module_->size);
  }
  void lower(uint32_t pc, Stage stage) {
    if (!frontend::lower_trace(frontend::evm::kGuest, module_->source(), pc, {}, function_, nullptr,
                               &coverage_))
      throw std::runtime_error("not lowered");
    if (stage != Stage::Ir && !ir::optimize(function_, ir::Level::Local, context_))
      throw std::runtime_error("not optimised");
    if (stage != Stage::SlotCode)
      return;
    const backend::interp::Instr* entry = nullptr;
    size_t size = 0;
    // Code the interpreter does not take stays in step form.
    if (!translator_.translate(function_, module_->tiers.running()->entries()))
      return;
    backend::interp::CodeMemory memory;
    (void)translator_.assembler().finish(memory, entry, size);
    bytes_ += size;
  }

  /// Breadth first from the entry, as far as no jump is computed.
  void find_places() {
    if (module_->tiers.running()->open() == nullptr)
      throw std::runtime_error("no memory");
    std::vector<bool> seen(module_->size + 1);
    const auto add = [&](uint64_t pc) {
      if (pc < seen.size() && !seen[pc]) {
        seen[pc] = true;
        places_.push_back(static_cast<uint32_t>(pc));
      }
    };
    begin();
    add(0);
    for (uint64_t pc = 0; pc < module_->size; ++pc) {
      if (module_->is_jump_destination(pc))
        add(pc);
    }
    for (size_t i = 0; i < places_.size(); ++i) {
      lower(places_[i], Stage::SlotCode);
      for (const ir::Inst& inst : function_.insts) {
        if (inst.op == ir::Op::Leave)
          add(function_.states[inst.state].pc);
      }
    }
    bytes_ = 0;
  }

  std::unique_ptr<engine::LoadedCode> module_;
  std::vector<uint32_t> places_;
  frontend::Coverage coverage_;
  ir::Function function_;
  ir::PassContext context_;
  backend::interp::SlotTranslator translator_;
  uint64_t bytes_ = 0;
};

void register_lowering(const std::string& name, const Case& c, Stage stage,
                       const char* stage_name) {
  benchmark::RegisterBenchmark(
      ("compile/" + name + "/" + stage_name).c_str(), [c, stage](benchmark::State& state) {
        Lowered code{c};
        double ops = 0;
        for (auto _ : state) {
          code.lower_all(stage);
          ops += code.opcodes();
        }
        using benchmark::Counter;
        state.counters["opcodes"] = Counter(ops, Counter::kAvgIterations);
        state.counters["times"] = code.times();
        state.counters["s/opcode"] = Counter(ops, Counter::kIsRate | Counter::kInvert);
        if (stage == Stage::SlotCode)
          state.counters["bytes/opcode"] = static_cast<double>(code.bytes()) / ops;
      });
}

/// The whole of the code, as machine code.
void register_native(const std::string& name, const Case& c) {
  benchmark::RegisterBenchmark(
      ("compile/" + name + "/native").c_str(),
      [c](benchmark::State& state) { measure_native_code(state, c.code()); });
}

/// Including what the first call of new code costs: looking through it, step form, lowering, and
/// what the tier makes it wait for a compiler.
void register_first_call(const std::string& name, const Case& c, engine::Tier tier) {
  benchmark::RegisterBenchmark(
      ("compile/" + name + "/first_call/" + std::string{engine::name(tier)}).c_str(),
      [c, tier](benchmark::State& state) {
        Runner runner{tier, kRevision, kPromoteGas};
        runner.prepare(c);
        engine::Engine engine = runner.machine().engine();
        for (auto _ : state) {
          engine.set_code_cache_limit(0);
          engine.set_code_cache_limit(uint64_t{1} << 30);
          runner.run(c);
        }
      });
}

} // namespace

void register_compile() {
  const Suite main = read_evm_benchmarks("main"), token = make_token();
  std::string last;
  for (const Suite* suite : {&main, &token}) {
    for (const Case& c : suite->cases) {
      const std::string contract = c.name.substr(0, c.name.find('/'));
      if (contract != last) {
        register_lowering(contract, c, Stage::Ir, "ir");
        register_lowering(contract, c, Stage::Passes, "passes");
        register_lowering(contract, c, Stage::SlotCode, "slot_code");
        register_native(contract, c);
      }
      last = contract;
      for (const engine::Tier tier : {engine::Tier::Auto, engine::Tier::Interp})
        register_first_call(c.name, c, tier);
    }
  }
}

} // namespace zvm::perf

// Whatever the translators write can be listed: each handler has a name.
#include "backend/interp/listing.hpp"

#include <gtest/gtest.h>

#include "cli/listing.hpp"
#include "engine/wasm/module.hpp"
#include "tests/fuzz/generators/program.hpp"
#include "tests/fuzz/generators/wasm_program.hpp"

namespace zvm::backend::interp {
namespace {

bool has_unknown(const std::string& code) { return code.find("  ?") != std::string::npos; }

TEST(Listing, SlotCodeOfPrograms) {
  size_t traces = 0, in_steps = 0;
  for (uint8_t seed = 0; seed < 60; ++seed) {
    const uint8_t bytes[] = {7, seed};
    fuzz::Choices choices{bytes};
    const Vm vm = seed % 2 == 0 ? Vm::Evm : Vm::Zvm;
    const auto code = fuzz::make_program(choices, vm, {.addresses = {U256{5}}}, {});
    cli::TraceLister lister{code, vm, false, kLatestRevision};
    lister.show(cli::TraceLister::Shows::SlotCode);
    for (const cli::Trace& trace : lister.lower_all(ir::Level::Local)) {
      EXPECT_FALSE(has_unknown(trace.text)) << trace.text;
      ++traces;
      in_steps += trace.text.starts_with(";") ? 1 : 0;
    }
  }
  EXPECT_GT(traces, 300u);
  EXPECT_EQ(in_steps, 0u);
}

TEST(Listing, WordCodeOfModules) {
  for (uint8_t seed = 0; seed < 60; ++seed) {
    const uint8_t bytes[] = {9, seed};
    fuzz::Choices choices{bytes};
    const fuzz::WasmProgram program = fuzz::make_wasm(choices);
    const auto module = engine::wasm::Module::load(ByteView{program.module});
    ASSERT_TRUE(module);
    const Source source = (*module)->code().source();
    ModuleSource how = (*module)->source();
    for (uint32_t i = 0; i < source.entries; ++i) {
      ir::Function function;
      ASSERT_TRUE(source.lower(source.owner, i, function));
      for (const bool plain : {false, true}) {
        how.plain = plain;
        const std::string code = list_word_code(function, how, source.entries);
        EXPECT_TRUE(code.starts_with("  enter")) << code;
        EXPECT_FALSE(has_unknown(code)) << code;
      }
    }
  }
}

} // namespace
} // namespace zvm::backend::interp

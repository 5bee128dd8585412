// The rules for modules that are contracts, each with the sentence that refuses; entry points.
#include "engine/wasm/contract/contract.hpp"

#include "tests/support/relays.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;
using test::in_all_tiers;
using test::Outcome;
using test::Relays;

/// A contract in parts that a test replaces: type 0 is () -> (i32), type 1 () -> (), type 2 (i32,
/// i32) -> ().
struct Parts {
  Bytes imports{};
  Bytes functions = list(3, {{0}});
  Bytes tables{};
  Bytes memories = list(5, {{0, 1}});
  Bytes globals{};
  Bytes exports = list(7, {exported("memory", 2, 0), exported("call", 0, 0)});
  Bytes start{};
  Bytes elements{};
  Bytes bodies = list(10, {body({0x41, 0})});
  Bytes data{};

  [[nodiscard]] Bytes module() const {
    const Bytes types = list(1, {function_type({}, {kI32}), function_type({}, {}),
                                 function_type({kI32, kI32}, {}), function_type({}, {kI64})});
    return test::wasm::module({types, imports, functions, tables, memories, globals, exports, start,
                               elements, bodies, data});
  }
};

std::string refusal_of(const Parts& parts, const ContractRules& rules = {}) {
  const Bytes bytes = parts.module();
  const auto contract = Contract::load(bytes, rules, {});
  if (contract)
    return "accepted";
  // Whoever deploys it is refused, too, and pays all.
  in_all_tiers([&](Relays& world) {
    const VmConfig config{.wasm = rules};
    ASSERT_EQ(world.machine->use(
                  Engine::create(config, {.tier = world.machine->engine().options().tier}).value()),
              Status::Success);
    const Outcome made = world.deploy(bytes);
    EXPECT_EQ(made.status, Status::InvalidCode);
    EXPECT_EQ(made.gas, Relays::kGas);
    EXPECT_TRUE(world.code(made.created).empty());
  });
  return contract.error().detail;
}

TEST(WasmContract, Accepted) {
  EXPECT_EQ(refusal_of({}), "accepted");
  Parts imports{.imports = list(2, {imported("zvm", "finish", {0, 2})}),
                .exports = list(7, {exported("memory", 2, 0), exported("call", 0, 1)})};
  EXPECT_EQ(refusal_of(imports), "accepted");
  imports.imports = list(2, {imported("env", "finish", {0, 2})});
  EXPECT_EQ(refusal_of(imports), "accepted");
}

TEST(WasmContract, Imports) {
  const auto refusal = [](const Bytes& import, const ContractRules& rules = {}) {
    return refusal_of({.imports = list(2, {import})}, rules);
  };
  EXPECT_EQ(refusal(imported("zvm", "launch", {0, 1})),
            "unknown import \"zvm\" \"launch\": the ABI zvm-wasm-1 has no such function in the "
            "module \"zvm\"; define it in the contract, or leave out what calls it");
  EXPECT_EQ(refusal(imported("env", "memcpy", {0, 2})),
            "unknown import \"env\" \"memcpy\": the ABI zvm-wasm-1 has no such function in the "
            "module \"zvm\"; define it in the contract, or leave out what calls it");
  EXPECT_EQ(refusal(imported("counter", "finish", {0, 2})),
            "unknown import \"counter\" \"finish\": import it from the module \"zvm\" (C: "
            "import_module, Rust: wasm_import_module, Zig: extern \"zvm\", AssemblyScript: "
            "@external)");
  EXPECT_EQ(refusal(imported("wasi_snapshot_preview1", "fd_write", {0, 2})),
            "unknown import \"wasi_snapshot_preview1\" \"fd_write\": a contract has no operating "
            "system; compile without WASI, for wasm32-unknown-unknown (Zig: wasm32-freestanding)");
  EXPECT_EQ(refusal(imported("zvm", "finish", {0, 1})),
            "import \"zvm\" \"finish\" must have the type (i32, i32) -> ()");
  EXPECT_EQ(
      refusal_of({.imports = list(2, {imported("env", "memory", {2, 0, 1})}), .memories = {}}),
      "a contract imports functions only, and \"env\" \"memory\" is a memory; link without "
      "--import-memory (AssemblyScript: --importMemory)");
  EXPECT_EQ(refusal(imported("env", "table", {1, kFuncRef, 0, 1})),
            "a contract imports functions only, and \"env\" \"table\" is a table; link without "
            "--import-table (AssemblyScript: --importTable)");
  EXPECT_EQ(refusal(imported("env", "g", {3, kI32, 0})),
            "a contract imports functions only, and \"env\" \"g\" is a global; define it in the "
            "module and link without -shared");
  ContractRules rules;
  rules.capabilities &= ~(1u << static_cast<unsigned>(Capability::Control));
  EXPECT_EQ(refusal(imported("zvm", "finish", {0, 2}), rules),
            "the function \"zvm\" \"finish\" is not granted on this chain");
}

TEST(WasmContract, Memory) {
  EXPECT_EQ(refusal_of({.memories = {}, .exports = list(7, {exported("call", 0, 0)})}),
            "a contract has exactly one memory, its own");
  EXPECT_EQ(refusal_of({.exports = list(7, {exported("call", 0, 0)})}),
            "a contract exports its memory as \"memory\"; link with --export-memory "
            "(AssemblyScript: without --noExportMemory)");
  EXPECT_EQ(refusal_of({.exports = list(7, {exported("call", 0, 0), exported("memory", 0, 0)})}),
            "a contract exports its memory as \"memory\"; link with --export-memory "
            "(AssemblyScript: without --noExportMemory)");
  // A stack of 1 MiB and a page of data, as rustc and Zig link by themselves.
  EXPECT_EQ(refusal_of({.memories = list(5, {{0, 17}})}), "accepted");
  EXPECT_EQ(
      refusal_of({.memories = list(5, {{0, 18}})}),
      "the memory begins with 18 pages, and at most 17 are allowed; link with a smaller stack "
      "(clang -Wl,-z,stack-size=65536, rustc -C link-arg=-zstack-size=65536, zig --stack 65536) or "
      "begin with less memory (AssemblyScript: --initialMemory)");
  EXPECT_EQ(refusal_of({.memories = list(5, {{1, 1, 0x80, 2}})}), "accepted");
  EXPECT_EQ(refusal_of({.memories = list(5, {{1, 1, 0x81, 2}})}),
            "the memory may grow to 257 pages, and at most 256 are allowed; give the linker a "
            "smaller --max-memory (AssemblyScript: --maximumMemory)");
  EXPECT_EQ(refusal_of({.data = list(11, {{0, 0x41, 0xff, 0xff, 3, 0x0b, 2, 1, 2}})}),
            "the module cannot be instantiated: An access to linear memory was out of bounds.");
}

TEST(WasmContract, Start) {
  EXPECT_EQ(refusal_of({.functions = list(3, {{0}, {1}}),
                        .start = section(8, {1}),
                        .bodies = list(10, {body({0x41, 0}), body({})})}),
            "a contract has no start function, for each message begins at its entry point; give "
            "globals constant values, or make the start function the entry point (AssemblyScript: "
            "--exportStart main, without an export \"call\")");
}

TEST(WasmContract, EntryPoints) {
  const auto refusal = [](const Bytes& export_, uint8_t type) {
    return refusal_of({.functions = list(3, {{type}}),
                       .exports = list(7, {exported("memory", 2, 0), export_}),
                       .bodies = list(10, {body({0})})});
  };
  EXPECT_EQ(refusal(exported("run", 0, 0), 0),
            "a contract exports a function \"call\" of the type () -> (i32); define it, and export "
            "it (C: export_name, Rust: no_mangle and extern \"C\" in a cdylib, Zig: export fn and "
            "-rdynamic, AssemblyScript: export function)");
  EXPECT_EQ(refusal(exported("call", 0, 0), 1),
            "the export \"call\" must have the type () -> (i32)");
  EXPECT_EQ(refusal(exported("main", 0, 0), 2),
            "the export \"main\" must have the type () -> (i32)");
  EXPECT_EQ(refusal(exported("call", 2, 0), 1), "the export \"call\" must be a function");
  EXPECT_EQ(refusal(exported("main", 0, 0), 1), "accepted");
  EXPECT_EQ(refusal_of({.imports = list(2, {imported("zvm", "return_data_size", {0, 0})})}),
            "the export \"call\" must not be an import");
  EXPECT_EQ(refusal_of({.functions = list(3, {{0}, {2}}),
                        .exports = list(7, {exported("memory", 2, 0), exported("call", 0, 0),
                                            exported("_constructor", 0, 1)}),
                        .bodies = list(10, {body({0x41, 0}), body({})})}),
            "the export \"_constructor\" must have the type () -> (i32)");
}

TEST(WasmContract, Profile) {
  const Parts floats{.bodies = list(10, {body({0x43, 0, 0, 0, 0, 0xa8})})}; // f32.const, i32.trunc
  EXPECT_NE(refusal_of(floats).find("float"), std::string::npos) << refusal_of(floats);
  EXPECT_EQ(refusal_of(floats, {.allows_floats = true}), "accepted");
  const Parts two{.functions = list(3, {{0}, {1}}),
                  .bodies = list(10, {body({0x41, 0}), body({})})};
  EXPECT_EQ(refusal_of(two, {.max_functions = 2}), "accepted");
  EXPECT_NE(refusal_of(two, {.max_functions = 1}).find("function"), std::string::npos);
}

/// A contract whose `call` calls function 1 through its table, which it names in this way.
Parts through_table(const Bytes& table) {
  const Bytes code = joined({{0x41, 0, 0x11, 0}, table});
  return {.functions = list(3, {{0}, {0}}),
          .tables = list(4, {{kFuncRef, 0, 1}}),
          .elements = list(9, {{0, 0x41, 0, 0x0b, 1, 1}}),
          .bodies = list(10, {body(code), body({0x41, 7})})};
}

/// Deploys it and calls it once.
Outcome outcome_of(const Parts& parts) {
  Outcome called;
  in_all_tiers([&](Relays& world) {
    const Outcome made = world.deploy(parts.module());
    ASSERT_EQ(made.status, Status::Success);
    called = world.call(made.created, {});
  });
  return called;
}

// The contract that returns a number and knows of no host: four bytes of it, or eight,
// little-endian.
TEST(WasmContract, Main) {
  const auto main = [](uint8_t type, const Bytes& code) {
    return outcome_of({.functions = list(3, {{type}}),
                       .exports = list(7, {exported("memory", 2, 0), exported("main", 0, 0)}),
                       .bodies = list(10, {body(code)})});
  };
  const Outcome small = main(0, {0x41, 42});
  EXPECT_EQ(small.status, Status::Success);
  EXPECT_EQ(small.output, (Bytes{42, 0, 0, 0}));
  EXPECT_EQ(main(0, {0x41, 0x7e}).output, (Bytes{0xfe, 0xff, 0xff, 0xff}));
  EXPECT_EQ(main(3, {0x42, 42}).output, (Bytes{42, 0, 0, 0, 0, 0, 0, 0}));
  const Outcome nothing = main(1, {});
  EXPECT_EQ(nothing.status, Status::Success);
  EXPECT_TRUE(nothing.output.empty());
}

// `call` goes before `main`; what it returns says whether it succeeded.
TEST(WasmContract, Call) {
  const auto call = [](const Bytes& code) {
    return outcome_of({.functions = list(3, {{0}, {0}}),
                       .exports = list(7, {exported("memory", 2, 0), exported("call", 0, 0),
                                           exported("main", 0, 1)}),
                       .bodies = list(10, {body(code), body({0x41, 42})})});
  };
  EXPECT_EQ(call({0x41, 0}).status, Status::Success);
  EXPECT_TRUE(call({0x41, 0}).output.empty());
  EXPECT_EQ(call({0x41, 1}).status, Status::Revert);
  EXPECT_TRUE(call({0x41, 1}).output.empty());
}

// What it returns says whether it succeeded, too; it runs when the contract is deployed and no
// more.
TEST(WasmContract, Constructor) {
  const auto deploy = [](uint8_t type, const Bytes& code) {
    Outcome made;
    in_all_tiers([&](Relays& world) {
      const Bytes module =
          Parts{.functions = list(3, {{0}, {type}}),
                .exports = list(7, {exported("memory", 2, 0), exported("call", 0, 0),
                                    exported("_constructor", 0, 1)}),
                .bodies = list(10, {body({0x41, 0}), body(code)})}
              .module();
      made = world.deploy(module, 3);
      EXPECT_EQ(world.code(made.created), made.status == Status::Success ? module : Bytes{});
      EXPECT_EQ(world.balance(made.created), made.status == Status::Success ? 3 : 0);
      if (made.status == Status::Success)
        EXPECT_EQ(world.call(made.created, {}).status, Status::Success);
    });
    return made.status;
  };
  EXPECT_EQ(deploy(0, {0x41, 0}), Status::Success);
  EXPECT_EQ(deploy(1, {}), Status::Success);
  EXPECT_EQ(deploy(0, {0x41, 1}), Status::Revert);
  EXPECT_EQ(deploy(1, {0x00}), Status::Unreachable);
}

// Where a contract names no place for the address of what it creates, nothing is written.
TEST(WasmContract, CreatesWithoutAPlaceForTheAddress) {
  in_all_tiers([](Relays& world) {
    const Bytes types = list(1, {function_type({}, {kI32}), function_type(Bytes(5, kI32), {kI32})});
    // create(0, 0, 0, 0, 0) | the word at 0
    const Bytes code = {0x41, 0,    0x41, 0,    0x41, 0,    0x41, 0, 0x41,
                        0,    0x10, 0,    0x41, 0,    0x28, 2,    0, 0x72};
    const Bytes module = test::wasm::module(
        {types, list(2, {imported("zvm", "create", {0, 1})}), list(3, {{0}}), list(5, {{0, 1}}),
         list(7, {exported("memory", 2, 0), exported("call", 0, 1)}), list(10, {body(code)})});
    const Outcome made = world.deploy(module);
    ASSERT_EQ(made.status, Status::Success);
    EXPECT_EQ(world.call(made.created, {}).status, Status::Success);
    EXPECT_EQ(world.balance(runtime::create_address(made.created, 1)), 0);
    runtime::AccountRecord record;
    bool exists = false;
    EXPECT_EQ(world.store.read_account(runtime::create_address(made.created, 1), record, exists),
              runtime::ReadStatus::Ok);
    EXPECT_TRUE(exists);
  });
}

// A memory without a limit of its own grows to the chain's, and is told -1 past it, the same for
// every message.
TEST(WasmContract, MemoryGrowsToTheLimit) {
  in_all_tiers([](Relays& world) {
    // (memory.grow 255 != 1) | (memory.grow 1 != -1)
    const Bytes code = {0x41, 0xff, 1,    0x40, 0,    0x41, 1,    0x47,
                        0x41, 1,    0x40, 0,    0x41, 0x7f, 0x47, 0x72};
    const Outcome made = world.deploy(Parts{.bodies = list(10, {body(code)})}.module());
    ASSERT_EQ(made.status, Status::Success);
    for (int i = 0; i < 3; ++i) {
      const Outcome called = world.call(made.created, {});
      EXPECT_EQ(called.status, Status::Success);
      EXPECT_GE(called.gas, 256 * 200);
    }
  });
}

// The index of the table may take more bytes than it needs, and is of the one table all the same.
TEST(WasmContract, CallsThroughItsTable) {
  for (const Bytes& zero : {Bytes{0}, Bytes{0x80, 0}, Bytes{0x80, 0x80, 0x80, 0x80, 0}}) {
    const Outcome called = outcome_of(through_table(zero));
    EXPECT_EQ(called.status, Status::Revert); // for 7 is not 0
    EXPECT_EQ(called.gas, outcome_of(through_table({0})).gas);
  }
  EXPECT_EQ(refusal_of(through_table({0x81, 0})), "unknown table 1");
  EXPECT_EQ(refusal_of(through_table({0x80, 0x80, 0x80, 0x80, 0x80, 0})),
            "integer representation too long");
}

// Memory, globals, tables and dropped segments are for every message as they were at first.
TEST(WasmContract, InstancesAreUsedAgain) {
  // Writes to memory and a global; memory grows. Answers 1 where it finds anything of that.
  const Bytes code = {0x41, 0,    0x28, 2,    0,    0x23, 0,    0x72, 0x3f, 0,
                      0x41, 1,    0x47, 0x72, 0x41, 0,    0x41, 1,    0x36, 2,
                      0,    0x41, 1,    0x24, 0,    0x41, 1,    0x40, 0,    0x1a};
  in_all_tiers([&](Relays& world) {
    const Outcome made = world.deploy(
        Parts{.globals = list(6, {{kI32, 1, 0x41, 0, 0x0b}}), .bodies = list(10, {body(code)})}
            .module());
    ASSERT_EQ(made.status, Status::Success);
    for (int i = 0; i < 3; ++i)
      EXPECT_EQ(world.call(made.created, {}).status, Status::Success);
  });
}

} // namespace
} // namespace zvm::engine::wasm

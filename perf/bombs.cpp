// What was made to cost a compiler more than its bytes: each row at several sizes, of which the
// costs of a KB should be alike.
#include <algorithm>
#include <functional>
#include <string>

#include "perf/code.hpp"
#include "perf/families.hpp"
#include "perf/native_code.hpp"

namespace zvm::perf {
namespace {

// --- byte code ---

struct Shape {
  const char* name;
  std::function<void(Code&)> begin; ///< once
  std::function<void(Code&)> part;  ///< again and again, until there is no room
};

void ops(Code& code, std::initializer_list<const char*> names) {
  for (const char* name : names)
    code.op(name);
}
void nothing(Code&) {}
void two_words(Code& code) { code.op("PUSH0").op("CALLDATALOAD").op("GAS"); }
void deep(Code& code) {
  for (int i = 0; i < 800; ++i)
    code.op("GAS");
}

const Shape kShapes[] = {
    {"shl", two_words, [](Code& c) { ops(c, {"DUP2", "SHL"}); }},
    {"mload", [](Code& c) { c.op("GAS"); }, [](Code& c) { c.op("MLOAD"); }},
    {"jumpdests", nothing, [](Code& c) { c.op("JUMPDEST"); }},
    {"signextend", two_words, [](Code& c) { ops(c, {"DUP2", "SIGNEXTEND"}); }},
    {"msize_mstore", two_words, [](Code& c) { ops(c, {"DUP1", "MSIZE", "MSTORE"}); }},
    {"exp", two_words, [](Code& c) { ops(c, {"DUP2", "EXP"}); }},
    {"sdiv", two_words, [](Code& c) { ops(c, {"DUP2", "SDIV"}); }},
    {"mulmod", two_words, [](Code& c) { ops(c, {"DUP2", "DUP2", "MULMOD"}); }},
    {"mul", two_words, [](Code& c) { ops(c, {"DUP2", "MUL"}); }},
    {"constants", [](Code& c) { c.push(U256{3}); }, [](Code& c) { ops(c, {"DUP1", "MUL"}); }},
    {"branches", nothing,
     [](Code& c) {
       c.op("CALLDATASIZE");
       c.push_ahead(1);
       ops(c, {"JUMPI", "JUMPDEST"});
     }},
    {"jumps", nothing,
     [](Code& c) {
       c.push_ahead(1);
       ops(c, {"JUMP", "JUMPDEST"});
     }},
    {"deep_stack", deep,
     [](Code& c) { ops(c, {"DUP16", "SWAP16", "POP", "GAS", "SWAP8", "POP", "JUMPDEST"}); }},
    {"deep_stack_branches", deep,
     [](Code& c) {
       ops(c, {"GAS", "SWAP16", "POP", "CALLDATASIZE"});
       c.push_ahead(1);
       ops(c, {"JUMPI", "JUMPDEST"});
     }},
    {"deep_stack_reads", deep, [](Code& c) { ops(c, {"GAS", "SLOAD", "SWAP16", "POP"}); }},
    {"functions", nothing, // each calls one of its own, which returns
     [](Code& c) {
       c.push_ahead(4 + 1 + 4);
       c.push_ahead(1);
       ops(c, {"JUMP", "JUMPDEST", "CALLER", "SWAP1", "JUMP"});
       ops(c, {"JUMPDEST", "POP"});
     }},
    {"calls", // of one function, from everywhere
     [](Code& c) {
       c.push_ahead(1 + 7);
       ops(c, {"JUMP", "JUMPDEST", "CALLER", "SLOAD", "POP", "CALLDATASIZE", "POP", "JUMP"});
       c.op("JUMPDEST");
     },
     [](Code& c) {
       c.push_ahead(4 + 1);
       c.push_position(5);
       ops(c, {"JUMP", "JUMPDEST"});
     }},
    {"loops", // each branches back to where the one before began
     [](Code& c) { ops(c, {"JUMPDEST", "JUMPDEST", "JUMPDEST", "JUMPDEST"}); },
     [](Code& c) {
       const size_t back = c.size() > 12 ? c.size() - 7 : 0;
       ops(c, {"JUMPDEST", "CALLDATASIZE"});
       c.push_position(back);
       c.op("JUMPI");
     }},
    {"irreducible", // into the middle of the next but one, and back to the first
     nothing,
     [](Code& c) {
       ops(c, {"JUMPDEST", "CALLDATASIZE"});
       c.push_ahead(1 + 6 + 1 + 7);
       ops(c, {"JUMPI", "CALLVALUE"});
       c.push_position(0);
       c.op("JUMPI");
     }},
    {"messages", nothing,
     [](Code& c) {
       ops(c, {"PUSH0", "PUSH0", "PUSH0", "PUSH0", "PUSH0", "CALLER", "GAS", "CALL", "POP"});
     }},
};

std::vector<uint8_t> code_of(const Shape& shape, size_t size) {
  Code code;
  shape.begin(code);
  for (size_t last = code.size(), part = 0; last + part <= size; last = code.size()) {
    shape.part(code);
    part = code.size() - last;
  }
  return code.bytes();
}

// --- modules ---

using Bytes = std::vector<uint8_t>;

void add(Bytes& to, const Bytes& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
void add_number(Bytes& to, uint64_t number) {
  for (; number >= 0x80; number >>= 7)
    to.push_back(static_cast<uint8_t>(number | 0x80));
  to.push_back(static_cast<uint8_t>(number));
}
void add_sized(Bytes& to, const Bytes& bytes) {
  add_number(to, bytes.size());
  add(to, bytes);
}
void add_section(Bytes& to, uint8_t id, const Bytes& bytes) {
  to.push_back(id);
  add_sized(to, bytes);
}

constexpr uint8_t kI32 = 0x7f, kI64 = 0x7e, kEmpty = 0x40;

/// `count` functions (i32) -> i64 of one body, behind its declarations of locals. Type 1 is
/// (i64 * 100) -> (i64 * 100).
Bytes module_of(size_t count, const Bytes& locals, const Bytes& code) {
  Bytes module{0, 'a', 's', 'm', 1, 0, 0, 0};
  Bytes types{2, 0x60, 1, kI32, 1, kI64, 0x60};
  for (int i = 0; i < 2; ++i)
    add_sized(types, Bytes(100, kI64));
  Bytes functions, bodies, body = locals;
  add(body, code);
  body.push_back(0x0b);
  add_number(functions, count);
  add_number(bodies, count);
  for (size_t i = 0; i < count; ++i) {
    functions.push_back(0);
    add_sized(bodies, body);
  }
  add_section(module, 1, types);
  add_section(module, 3, functions);
  add_section(module, 10, bodies);
  return module;
}

const Bytes kNoLocals{0};
Bytes locals(size_t count) {
  Bytes bytes{1};
  add_number(bytes, count);
  bytes.push_back(kI64);
  return bytes;
}
/// An i64 from the parameter.
const Bytes kNumber{0x20, 0, 0xac};

Bytes repeated(size_t size, const Bytes& part) {
  Bytes code;
  while (code.size() + part.size() <= size)
    add(code, part);
  return code;
}

/// A table of branches to 50 blocks.
Bytes branch_table(size_t size) {
  constexpr size_t kBlocks = 50;
  Bytes code;
  for (size_t i = 0; i < kBlocks; ++i)
    add(code, {0x02, kEmpty});
  add(code, {0x20, 0, 0x0e});
  size = std::min<size_t>(size, 65'000); // the limit of such a table is 65,520
  add_number(code, size);
  for (size_t i = 0; i <= size; ++i)
    code.push_back(static_cast<uint8_t>(i * 7 % kBlocks));
  for (size_t i = 0; i < kBlocks; ++i)
    add(code, {0x20, 0, 0x45, 0x1a, 0x0b});
  add(code, kNumber);
  return module_of(1, kNoLocals, code);
}
/// Locals, most of them set in a loop and read behind it.
Bytes many_locals(size_t size) {
  const size_t count = std::min<size_t>(size / 8, 49'000);
  Bytes code{0x03, kEmpty};
  for (size_t i = 1; i <= count; ++i) {
    add(code, kNumber);
    code.push_back(0x21);
    add_number(code, i);
  }
  add(code, {0x20, 0, 0x0d, 0, 0x0b});
  add(code, kNumber);
  for (size_t i = 1; i <= count; ++i) {
    code.push_back(0x20);
    add_number(code, i);
    code.push_back(0x85);
  }
  return module_of(1, locals(count), code);
}
Bytes functions(size_t size) {
  Bytes code = kNumber;
  add(code, {0x42, 7, 0x7c});
  return module_of(size / (code.size() + 3), kNoLocals, code);
}
/// Loops within loops; each has a way back.
Bytes nested_loops(size_t size) {
  const size_t count = size / 7;
  Bytes code = repeated(count * 2, {0x03, kEmpty});
  for (size_t i = 0; i < count; ++i)
    add(code, {0x20, 0, 0x0d, 0, 0x0b});
  add(code, kNumber);
  return module_of(1, kNoLocals, code);
}
/// The same with a hundred parameters and results each.
Bytes loops_of_parameters(size_t size) {
  const size_t count = size / 7;
  Bytes code = repeated(100 * kNumber.size(), kNumber);
  add(code, repeated(count * 2, {0x03, 1}));
  for (size_t i = 0; i < count; ++i)
    add(code, {0x20, 0, 0x0d, 0, 0x0b});
  add(code, Bytes(99, 0x85));
  return module_of(1, kNoLocals, code);
}
/// Blocks that are left from the middle, while many values wait.
Bytes live_across_branches(size_t size) {
  Bytes code = repeated(200 * kNumber.size(), kNumber);
  add(code, repeated(size, {0x02, kEmpty, 0x20, 0, 0x0d, 0, 0x0b}));
  add(code, Bytes(199, 0x85));
  return module_of(1, kNoLocals, code);
}
Bytes straight(size_t size, const Bytes& part) {
  Bytes code = kNumber;
  add(code, repeated(size, part));
  return module_of(1, kNoLocals, code);
}
Bytes multiplications(size_t size) { return straight(size, {0x20, 0, 0xac, 0x7e}); }
Bytes divisions(size_t size) { return straight(size, {0x20, 0, 0xac, 0x7f}); }

const struct {
  const char* name;
  Bytes (*make)(size_t size);
} kModules[] = {{"wasm_br_table", branch_table},
                {"wasm_locals", many_locals},
                {"wasm_functions", functions},
                {"wasm_nested_loops", nested_loops},
                {"wasm_loops_of_parameters", loops_of_parameters},
                {"wasm_live_across_branches", live_across_branches},
                {"wasm_mul", multiplications},
                {"wasm_div", divisions}};

/// What is measured is made when it is.
template <typename Make, typename Measure>
void register_one(const char* name, size_t size, Make make, Measure measure) {
  benchmark::RegisterBenchmark(("bombs/" + std::string{name} + "/" + std::to_string(size)).c_str(),
                               [=](benchmark::State& state) { measure(state, make(size)); })
      ->Unit(benchmark::kMillisecond);
}

} // namespace

void register_bombs() {
  for (const size_t size : {4096, 16384, 65536}) {
    for (const Shape& shape : kShapes)
      register_one(
          shape.name, size, [&shape](size_t size) { return code_of(shape, size); },
          measure_native_code);
    for (const auto& module : kModules)
      register_one(module.name, size, module.make, measure_native_module);
  }
}

} // namespace zvm::perf

#include "cli/conformance/spectest.hpp"

#include <stdexcept>
#include <vector>

namespace zvm::cli {
namespace {

using engine::wasm::Linker;
using engine::wasm::Store;
using engine::wasm::Value;
using runtime::ValueType;

struct Printer {
  std::string_view name;
  std::vector<ValueType> parameters;
};
const Printer kPrinters[] = {
    {"print", {}},
    {"print_i32", {ValueType::I32}},
    {"print_i64", {ValueType::I64}},
    {"print_f32", {ValueType::F32}},
    {"print_f64", {ValueType::F64}},
    {"print_i32_f32", {ValueType::I32, ValueType::F32}},
    {"print_f64_f64", {ValueType::F64, ValueType::F64}},
};

struct GlobalOf {
  std::string_view name;
  Value value;
};
const GlobalOf kGlobals[] = {
    {"global_i32", Value::i32(666)},
    {"global_i64", Value::i64(666)},
    {"global_f32", Value::f32(666.6F)},
    {"global_f64", Value::f64(666.6)},
};

Status print_nothing(runtime::Activation&, void*, uint64_t*) { return Status::Success; }

template <typename T>
void define(Linker& linker, std::string_view name, T* item) {
  if (item == nullptr)
    throw std::runtime_error("no memory for the module spectest");
  linker.define("spectest", name, item);
}

} // namespace

void add_spectest(Store& store, Linker& linker) {
  for (const Printer& printer : kPrinters)
    define(linker, printer.name, store.add_function(printer.parameters, {}, print_nothing));
  for (const GlobalOf& global : kGlobals)
    define(linker, global.name, store.add_global(global.value, false));
  define(linker, "table", store.add_table(ValueType::FuncRef, {.min = 10, .max = 20}));
  define(linker, "table64",
         store.add_table(ValueType::FuncRef, {.min = 10, .max = 20, .is_64 = true}));
  define(linker, "memory", store.add_memory({.min = 1, .max = 2}));
}

} // namespace zvm::cli

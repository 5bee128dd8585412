#include "ir/module_text.hpp"

#include <algorithm>
#include <vector>

#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/scan.hpp"

namespace zvm::ir {
namespace {

std::string list(std::span<const Type> types) {
  std::string out;
  for (const Type t : types) {
    out += out.empty() ? "" : ", ";
    out += name(t);
  }
  return out;
}

class ModuleParser : LineParser {
 public:
  Result<Module> run(std::string_view text) {
    std::vector<Function> bodies;
    bool has_header = false;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      LineScanner s{text.substr(0, end)};
      if (has_header && s.peek() == "function") {
        const std::string_view function = first_function(text);
        ZVM_TRY(Function f, read_function(function));
        bodies.push_back(std::move(f));
        text.remove_prefix(function.size());
        continue;
      }
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_;
      if (s.at_end())
        continue;
      ZVM_CHECK(has_header ? declaration(s) : header(s));
      has_header = true;
      if (is_out_of_memory_)
        return fail(ErrorCode::OutOfMemory, line_, "");
      if (!s.at_end())
        return error("'" + std::string{s.peek()} + "' is not expected here");
    }
    if (!has_header)
      return error("there is no module");
    ZVM_CHECK(take_bodies(bodies));
    return std::move(module_);
  }

 private:
  /// From its header up to that of the next one.
  [[nodiscard]] static std::string_view first_function(std::string_view text) {
    size_t at = text.find('\n');
    while (at != std::string_view::npos) {
      LineScanner s{text.substr(at + 1, text.find('\n', at + 1) - at - 1)};
      if (s.peek() == "function")
        return text.substr(0, at + 1);
      at = text.find('\n', at + 1);
    }
    return text;
  }
  Result<Function> read_function(std::string_view text) {
    auto f = parse(text);
    if (!f)
      f.error().offset += line_;
    line_ += static_cast<uint64_t>(std::ranges::count(text, '\n'));
    return f;
  }

  Result<void> header(LineScanner& s) {
    ZVM_CHECK(keyword(s, "module"));
    return s.keyword("unit") && !s.number(module_.gas_unit) ? expected("a number of units", s)
                                                            : Result<void>{};
  }

  Result<void> declaration(LineScanner& s) {
    if (s.keyword("type"))
      return function_type(s);
    if (s.keyword("import")) {
      if (module_.functions.size() != module_.imports)
        return error("imports come before functions of the module");
      ++module_.imports;
      return function(s);
    }
    if (s.keyword("define"))
      return function(s);
    if (s.keyword("memory"))
      return index(s, module_.memories);
    if (s.keyword("table"))
      return index(s, module_.tables);
    if (s.keyword("data"))
      return count(s, module_.data_segments);
    if (s.keyword("element"))
      return count(s, module_.element_segments);
    if (s.keyword("global")) {
      ZVM_TRY(const Type t, type(s));
      keep(module_.globals.try_push({t, s.keyword("mutable")}));
      return {};
    }
    return expected("a declaration or a function", s);
  }

  Result<void> function_type(LineScanner& s) {
    Vec<Type> parameters, results;
    ZVM_CHECK(mark(s, "("));
    if (!s.take(")")) {
      ZVM_CHECK(types(s, parameters));
      ZVM_CHECK(mark(s, ")"));
    }
    if (s.take("->"))
      ZVM_CHECK(types(s, results));
    keep(module_.try_add_type(parameters.view(), results.view()));
    return {};
  }
  Result<void> function(LineScanner& s) {
    uint32_t type = 0;
    if (!s.number(type))
      return expected("the number of a function type", s);
    keep(module_.functions.try_push(type));
    return {};
  }
  Result<void> index(LineScanner& s, Vec<Type>& all) {
    ZVM_TRY(const Type t, type(s));
    keep(all.try_push(t));
    return {};
  }
  Result<void> count(LineScanner& s, uint32_t& value) const {
    return s.number(value) ? Result<void>{} : expected("a number of segments", s);
  }

  Result<void> take_bodies(std::vector<Function>& bodies) {
    if (bodies.empty())
      return {};
    if (bodies.size() != module_.own_functions())
      return error("the module defines " + std::to_string(module_.own_functions()) +
                   " functions, here are " + std::to_string(bodies.size()));
    if (!module_.try_make_bodies())
      return fail(ErrorCode::OutOfMemory, line_, "");
    for (size_t i = 0; i < bodies.size(); ++i)
      module_.bodies[i] = std::move(bodies[i]);
    return {};
  }

  Module module_;
};

} // namespace

std::string print(const Module& m) {
  std::string out = "module";
  if (m.gas_unit != 1)
    out += " unit " + std::to_string(m.gas_unit);
  out += '\n';
  for (const FunctionType& type : m.function_types) {
    out += "type (" + list(m.types_of(type.parameters)) + ")";
    if (type.results.count != 0)
      out += " -> " + list(m.types_of(type.results));
    out += '\n';
  }
  for (uint32_t i = 0; i < m.functions.size(); ++i)
    out += (i < m.imports ? "import " : "define ") + std::to_string(m.functions[i]) + '\n';
  for (const Type t : m.memories)
    out += "memory " + std::string{name(t)} + '\n';
  for (const Type t : m.tables)
    out += "table " + std::string{name(t)} + '\n';
  for (const Global& g : m.globals)
    out += "global " + std::string{name(g.type)} + (g.is_mutable ? " mutable\n" : "\n");
  if (m.data_segments != 0)
    out += "data " + std::to_string(m.data_segments) + '\n';
  if (m.element_segments != 0)
    out += "element " + std::to_string(m.element_segments) + '\n';
  for (const Function& f : m.body_list())
    out += '\n' + print(f);
  return out;
}

Result<Module> parse_module(std::string_view text) { return ModuleParser{}.run(text); }

} // namespace zvm::ir

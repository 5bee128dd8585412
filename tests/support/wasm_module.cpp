#include "tests/support/wasm_module.hpp"

namespace zvm::test::wasm {

Bytes unsigned_leb(uint64_t number) {
  Bytes bytes;
  do {
    bytes.push_back(static_cast<uint8_t>((number & 0x7f) | (number > 0x7f ? 0x80 : 0)));
    number >>= 7;
  } while (number != 0);
  return bytes;
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes section(uint8_t id, const Bytes& contents) {
  return joined({{id}, unsigned_leb(contents.size()), contents});
}

Bytes list(uint8_t id, std::initializer_list<Bytes> items) {
  return section(id, joined({unsigned_leb(items.size()), joined(items)}));
}

Bytes module(std::initializer_list<Bytes> sections) {
  return joined({{0, 'a', 's', 'm', 1, 0, 0, 0}, joined(sections)});
}

Bytes function_type(const Bytes& parameters, const Bytes& results) {
  return joined(
      {{0x60}, unsigned_leb(parameters.size()), parameters, unsigned_leb(results.size()), results});
}

Bytes text(std::string_view text) {
  return joined({unsigned_leb(text.size()), Bytes(text.begin(), text.end())});
}

Bytes imported(std::string_view module, std::string_view name, const Bytes& type) {
  return joined({text(module), text(name), type});
}

Bytes exported(std::string_view name, uint8_t kind, uint32_t index) {
  return joined({text(name), {kind}, unsigned_leb(index)});
}

Bytes body(const Bytes& code) { return body({0}, code); }

Bytes body(const Bytes& locals, const Bytes& code) {
  const Bytes all = joined({locals, code, {0x0b}});
  return joined({unsigned_leb(all.size()), all});
}

Bytes one_function(const Bytes& parameters, const Bytes& results, const Bytes& code) {
  return module({list(1, {function_type(parameters, results)}), list(3, {{0}}),
                 list(4, {{kFuncRef, 0, 10}}), list(5, {{0, 1}}),
                 list(6, {{kI32, 1, 0x41, 0, 0x0b}, {kI64, 0, 0x42, 5, 0x0b}}),
                 list(10, {body(code)})});
}

} // namespace zvm::test::wasm

#include "tests/fuzz/generators/wasm_contract.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "engine/wasm/contract/abi.hpp"
#include "tests/fuzz/generators/operands.hpp"
#include "tests/fuzz/generators/wasm/encoding.hpp"

namespace zvm::fuzz {
namespace {

using wasm::append;
using wasm::append_number;
using wasm::append_signed;

/// What operands mean, a letter each, in the order of abi.def:
///   k key   v value      V value or none   s salt or none     a address        o where something goes
///   p bytes n how many   C init code, its place and its size  c count of topics
///   i id of a register   q capability      r small number     g gas, or a time
struct Row {
  std::string_view name, kinds;
  uint16_t weight;
};
constexpr Row kRows[] = {
    {"storage_store", "kv", 16},   {"storage_load", "ko", 5},    {"transient_store", "kv", 2},
    {"transient_load", "ko", 2},   {"kv_set", "pnpn", 10},       {"kv_get", "pnon", 3},
    {"kv_remove", "pn", 4},        {"emit_event", "kcpn", 2},    {"log", "pnpn", 1},
    {"call_contract", "aVpng", 7}, {"static_call", "apng", 2},   {"delegate_call", "apng", 3},
    {"create", "VCso", 9},         {"return_data_size", "", 1},  {"return_data_copy", "orr", 1},
    {"code_size", "a", 1},         {"code_hash", "ao", 1},       {"code_copy", "aorn", 1},
    {"get_balance", "ao", 2},      {"get_self_balance", "o", 1}, {"gas_left", "", 4},
    {"keccak256", "pno", 1},       {"deferred_hash", "rpno", 1}, {"res_create", "rpni", 4},
    {"res_read", "iqon", 1},       {"res_update", "iqpni", 3},   {"res_consume", "iqo", 3},
    {"res_transfer", "iqai", 2},   {"res_status", "i", 1},       {"res_set_status", "iqr", 2},
    {"cap_delegate", "iqrag", 1},  {"cap_revoke", "iq", 1},
};
constexpr Row kFinish{"finish", "pn", 0}, kRevert{"revert", "pn", 0};

/// What lies where in memory; each area of so many words of 32 bytes.
enum : uint32_t {
  kKeys = 0,
  kValues = 0x80,
  kAddresses = 0x180,
  kOut = 0x280,
  kIds = 0x300,
  kCode = 0x380
};
constexpr uint32_t kSlots = 4, kWords = 8;
constexpr size_t kMostCode = 0x3000;
/// Locals that count loops; also how deep these stand in each other.
constexpr uint8_t kCounters = 3;

/// Bytes of the instructions that are written here.
enum : uint8_t {
  kUnreachable = 0x00,
  kLoop = 0x03,
  kIf = 0x04,
  kEnd = 0x0b,
  kBrIf = 0x0d,
  kCall = 0x10,
  kDrop = 0x1a,
  kLocalGet = 0x20,
  kLocalSet = 0x21,
  kLocalTee = 0x22,
  kI32Load8 = 0x2d,
  kI32Store = 0x36,
  kI64Store = 0x37,
  kI32Const = 0x41,
  kI64Const = 0x42,
  kI32Sub = 0x6b,
  kNoType = 0x40,
  kI32 = 0x7f,
  kI64 = 0x7e,
};

class Writer {
 public:
  Writer(Choices& c, const Surroundings& world, const ProgramOptions& options)
      : c_(c), world_(world), options_(options) {}

  Bytes run() {
    fill_memory();
    body(options_.statements / 6 + c_.below(options_.statements / 2 + 1), 0);
    terminal();
    return module();
  }

 private:
  void put_word(uint32_t at, const U256& word) { word.store_be(&memory_[at]); }

  void fill_memory() {
    memory_.resize(kCode);
    for (uint32_t i = 0; i < kSlots; ++i)
      put_word(kKeys + 32 * i, i);
    for (uint32_t i = 0; i < kWords; ++i)
      put_word(kValues + 32 * i, i < 3 ? U256{i} : edge_word(c_));
    for (uint32_t i = 0; i < kWords; ++i) {
      // Addresses are the first 20 bytes of their place.
      const U256 address = c_.one_in(2) ? U256{c_.one_in(2) ? 1 + c_.below(10) : 0xdead + i}
                                        : c_.pick_of(world_.addresses);
      put_word(kAddresses + 32 * i, address << 96);
    }
    for (unsigned n = 1 + c_.below(2); n > 0; --n) {
      Bytes code = init_code();
      if (code.size() > kMostCode)
        code.resize(kMostCode);
      codes_.push_back({static_cast<uint32_t>(memory_.size()), static_cast<uint32_t>(code.size())});
      append(memory_, code);
    }
  }

  Bytes init_code() {
    if (options_.nesting > 0 && c_.one_in(3))
      return make_wasm_contract(c_, world_, {.statements = 6, .nesting = options_.nesting - 1});
    if (world_.default_vm == Vm::Evm && c_.one_in(2)) // PUSH2 PUSH0 RETURN: zeros
      return {0x61, 0, c_.byte(), 0x5f, 0xf3};
    return make_program(c_, world_.default_vm, world_, {.statements = 6, .nesting = 0});
  }

  void i32(int64_t n) {
    code_.push_back(kI32Const);
    append_signed(code_, static_cast<int32_t>(n));
  }
  uint32_t place(uint32_t area, uint32_t count) { return area + 32 * c_.below(count); }

  void operand(char kind) {
    switch (kind) {
    case 'k':
      return i32(place(kKeys, kSlots));
    case 'v':
      return i32(c_.one_in(4) ? place(kOut, kSlots) : place(kValues, c_.one_in(2) ? 3 : kWords));
    case 'V':
      return i32(c_.one_in(2) ? 0 : place(kValues, c_.one_in(8) ? kWords : 3));
    case 's':
      return i32(c_.one_in(2) ? 0 : place(kValues, 3));
    case 'a':
      return i32(place(kAddresses, kWords));
    case 'o':
      return i32(c_.one_in(64) ? 65'520 : place(kOut, kSlots));
    case 'p':
      return i32(c_.one_in(64) ? 65'530 : c_.below(kCode));
    case 'n':
      return i32(c_.one_in(64) ? c_.below(2000) : c_.below(80));
    case 'C': {
      const auto [at, size] = c_.pick_of(codes_);
      i32(at);
      return i32(c_.one_in(16) ? c_.below(size + 1) : size);
    }
    case 'c':
      return i32(c_.below(c_.one_in(16) ? 6 : 5));
    case 'i':
      return i32(place(kIds, kSlots));
    case 'q':
      return i32(c_.one_in(2) ? 0 : c_.below(3));
    case 'r':
      return i32(c_.below(4));
    default: // gas
      code_.push_back(kI64Const);
      append_signed(code_, c_.one_in(2) ? -1 : static_cast<int64_t>(c_.number(2) << c_.below(4)));
    }
  }

  uint32_t import_of(const engine::wasm::HostRow& row) {
    const auto [at, is_new] = imports_.try_emplace(row.name, static_cast<uint32_t>(names_.size()));
    if (is_new)
      names_.push_back(&row);
    return at->second;
  }

  void host_call(const Row& chosen) {
    const engine::wasm::HostRow& row = *engine::wasm::find_host_row(chosen.name);
    const char result = row.signature.back();
    // What gas_left and others answer may become a value that is stored.
    const bool keeps = result != ':' && c_.one_in(2);
    if (keeps)
      i32(place(kOut, kSlots) + (result == 'l' ? 24 : 28));
    for (const char kind : chosen.kinds)
      operand(kind);
    code_.push_back(kCall);
    append_number(code_, import_of(row));
    if (keeps) {
      code_.push_back(result == 'l' ? kI64Store : kI32Store);
      append(code_, {0, 0});
    } else if (result != ':') {
      code_.push_back(kDrop);
    }
  }
  void host_call() {
    static const auto kWeights = [] {
      std::array<uint16_t, std::size(kRows)> weights;
      std::ranges::transform(kRows, weights.begin(), &Row::weight);
      return weights;
    }();
    uint32_t sum = 0;
    for (const uint16_t weight : kWeights)
      sum += weight;
    uint32_t at = c_.below(sum);
    size_t row = 0;
    for (; at >= kWeights[row]; ++row)
      at -= kWeights[row];
    host_call(kRows[row]);
  }

  void body(unsigned statements, uint8_t depth) {
    for (unsigned i = 0; i < statements && code_.size() < 6000; ++i) {
      const unsigned kind = depth < kCounters ? c_.below(12) : 2;
      if (kind == 0) { // as often as the counter says
        i32(1 + c_.below(4));
        append(code_, {kLocalSet, depth, kLoop, kNoType});
        body(1 + c_.below(4), depth + 1);
        append(code_, {kLocalGet, depth});
        i32(1);
        append(code_, {kI32Sub, kLocalTee, depth, kBrIf, 0, kEnd});
      } else if (kind == 1) { // where a byte of what came back is not 0
        i32(place(kOut, kSlots) + 31);
        append(code_, {kI32Load8, 0, 0, kIf, kNoType});
        body(1 + c_.below(4), depth + 1);
        code_.push_back(kEnd);
      } else {
        host_call();
      }
    }
  }

  void terminal() {
    constexpr uint16_t kEnds[] = {10, 6, 3, 1, 1};
    const uint32_t end = c_.weighted(kEnds);
    if (end == 1 || end == 2)
      host_call(end == 1 ? kFinish : kRevert);
    else if (end == 4)
      code_.push_back(kUnreachable);
    i32(end == 3 ? 1 : 0);
  }

  /// The signature's letters as the binary format has types.
  static Bytes type_of(std::string_view signature) {
    const size_t colon = signature.find(':');
    const auto types = [](std::string_view letters) {
      Bytes out;
      for (const char letter : letters)
        out.push_back(letter == 'l' ? kI64 : kI32);
      return out;
    };
    return test::wasm::function_type(types(signature.substr(0, colon)),
                                     types(signature.substr(colon + 1)));
  }

  [[nodiscard]] Bytes module() const {
    using namespace test::wasm;
    std::vector<Bytes> types{type_of(":i")}, imports;
    for (const engine::wasm::HostRow* row : names_) {
      const auto at = static_cast<uint8_t>(types.size());
      types.push_back(type_of(row->signature));
      imports.push_back(imported("zvm", row->name, {0, at}));
    }
    const auto own = static_cast<uint32_t>(imports.size());
    Bytes data{0, kI32Const, 0, kEnd};
    append_number(data, memory_.size());
    append(data, memory_);
    return test::wasm::module({
        section(1, wasm::vector_of(types)),
        section(2, wasm::vector_of(imports)),
        list(3, {{0}}),
        list(5, {{0, 1}}),
        list(7, {exported("memory", 2, 0), exported("call", 0, own)}),
        list(10, {test::wasm::body({1, kCounters, kI32}, code_)}),
        list(11, {data}),
    });
  }

  Choices& c_;
  const Surroundings& world_;
  const ProgramOptions& options_;
  struct Place {
    uint32_t at, size;
  };
  Bytes memory_, code_;
  std::vector<Place> codes_;
  std::map<std::string_view, uint32_t> imports_;
  std::vector<const engine::wasm::HostRow*> names_;
};

} // namespace

Bytes make_wasm_contract(Choices& c, const Surroundings& world, const ProgramOptions& options) {
  return Writer{c, world, options}.run();
}

} // namespace zvm::fuzz

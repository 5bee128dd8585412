#include "tests/fuzz/generators/program.hpp"

#include <algorithm>
#include <utility>

#include "base/stack_immediate.hpp"
#include "frontend/asm/dialect.hpp"
#include "frontend/zvm/container.hpp"
#include "tests/fuzz/generators/operands.hpp"

namespace zvm::fuzz {
namespace {

/// Precompiled contracts, and addresses next to them.
constexpr uint16_t kPrecompiles[] = {1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 9, 10, 11, 17, 18, 0x100};
/// Sizes of code around its limits (EIP-170, EIP-3860, EIP-7954).
constexpr uint32_t kCodeSizes[] = {0, 1, 32, 24575, 24576, 24577, 49152, 65536, 65537, 131072};

class Generator {
 public:
  using Label = CodeWriter::Label;

  Generator(Choices& c, Vm vm, const Surroundings& world, const ProgramOptions& options)
      : c_(c), v_(vocabulary(vm)), w_(v_), world_(world), options_(options) {}

  Bytes run() {
    const unsigned functions = options_.is_deep ? 0 : c_.below(3);
    for (unsigned i = 0; i < functions; ++i)
      functions_.push_back({w_.make_label(), c_.below(3), c_.below(2)});
    if (options_.is_deep) {
      body(options_.statements);
      deep_call();
      body(options_.statements);
    } else {
      body(options_.statements / 6 + c_.below(options_.statements));
    }
    terminal();
    for (size_t i = 0; i < functions_.size(); ++i)
      function(i);
    for (const Data& data : data_) {
      w_.place(data.begin);
      w_.bytes(data.bytes);
      w_.place(data.end);
    }
    return w_.finish();
  }

 private:
  struct Function {
    Label label;
    uint32_t arguments, results;
  };
  struct Data {
    Label begin, end;
    Bytes bytes;
  };

  void op(uint8_t opcode) { w_.op(opcode); }
  void push(const U256& value) { w_.push(value, c_.one_in(16) ? c_.below(33) : 0); }
  [[nodiscard]] const U256& address() { return c_.pick_of(world_.addresses); }
  /// Items above the floor: those that a statement may take.
  [[nodiscard]] int free() const { return std::max(0, w_.height() - floor_); }

  // --- operands ---

  void push_address() {
    switch (c_.below(16)) {
    case 0:
      return op(v_.ADDRESS);
    case 1:
      return push(c_.pick(kPrecompiles));
    case 2: // upper bytes that are to be ignored
      return push(address() | edge_word(c_) << 160);
    case 3:
      return push(c_.one_in(2) ? edge_word(c_) : U256{0xdead});
    case 4:
      return op(v_.COINBASE);
    case 5:
      return op(v_.CALLER);
    default:
      return push(address());
    }
  }

  /// Whatever lies on the stack, cut down to where memory is cheap.
  bool push_dynamic(char kind) {
    if (w_.height() == 0)
      return false;
    w_.dup(1 + static_cast<int>(c_.below(static_cast<uint32_t>(std::min(w_.height(), v_.reach)))));
    if (kind != 'w') {
      constexpr uint16_t kMasks[] = {0x1f, 0xff, 0x1ff, 0xffff};
      push(c_.pick(kMasks));
      op(v_.AND);
    }
    return true;
  }

  /// A word of the message, which no pass can fold.
  void push_unknown() {
    push(32 * c_.below(kMessageWords));
    op(v_.CALLDATALOAD);
  }

  void operand(char kind) {
    if (kind == 'a')
      return push_address();
    if (kind == 'g' && gas_opcode() != 0 && !c_.one_in(3))
      return op(gas_opcode());
    if (c_.one_in(kind == 'w' ? 3 : 8) && push_dynamic(kind))
      return;
    if (kind == 'w' && c_.one_in(4))
      return push_unknown();
    push(edge_operand(c_, kind));
  }

  [[nodiscard]] uint8_t gas_opcode() const { return v_.vm == Vm::Evm ? 0x5a : 0; }

  /// The opcode, in most cases with operands of its kinds.
  void instruction(uint8_t opcode) {
    const std::string_view kinds = v_.kinds[opcode];
    const auto pops = static_cast<int>(kinds.size());
    if (opcode == v_.RETURNDATACOPY && !c_.one_in(4)) {
      op(v_.RETURNDATASIZE);
      push(0);
      operand('o');
    } else if (free() < pops ||
               !c_.one_in(kinds.find_first_not_of('w') == std::string_view::npos ? 3 : 64)) {
      // Some operands may be what lies there, if all are words.
      int given = 0;
      if (kinds.find_first_not_of('w') == std::string_view::npos && pops > 0)
        given = static_cast<int>(c_.below(static_cast<uint32_t>(std::min(pops, free() + 1))));
      const bool is_unknown = c_.one_in(2);
      for (int i = pops - given; i-- > 0;) {
        if (const char kind = kinds[static_cast<size_t>(i)]; kind == 'w' && is_unknown)
          push_unknown();
        else
          operand(kind);
      }
    }
    op(opcode);
  }

  // --- statements ---

  void body(unsigned statements) {
    for (unsigned i = 0; i < statements && w_.size() < 12000; ++i)
      statement();
  }

  void statement() {
    if (options_.is_deep)
      return simple_statement();
    enum { Simple, Loop, Branch, CallFunction, Message, Creation, Bare, Wild, Grow, Raw };
    constexpr uint16_t kWeights[] = {195, 8, 14, 8, 12, 5, 6, 2, 1, 1};
    switch (c_.weighted(kWeights)) {
    case Loop:
      return loop();
    case Branch:
      return branch();
    case CallFunction:
      return call_function();
    case Message:
      return message();
    case Creation:
      return creation();
    case Bare:
      return bare();
    case Wild:
      return wild_jump();
    case Grow:
      return endless_loop();
    case Raw:
      for (unsigned n = c_.below(8); n > 0; --n)
        op(c_.byte());
      return;
    default:
      return simple_statement();
    }
  }

  void simple_statement() {
    enum { Pure, Stack, Context, Memory, State, Log, Ext };
    constexpr uint16_t kWeights[] = {100, 60, 14, 44, 20, 6, 12};
    switch (c_.weighted(kWeights)) {
    case Stack:
      return shuffle();
    case Context:
      return op(c_.pick_of(v_.context));
    case Memory:
      return instruction(c_.pick_of(v_.memory));
    case State:
      return instruction(c_.pick_of(v_.state));
    case Log:
      return instruction(c_.pick_of(v_.logs));
    case Ext:
      if (!v_.extensions.empty())
        return instruction(c_.pick_of(v_.extensions));
      [[fallthrough]];
    default:
      return instruction(c_.pick_of(v_.pure));
    }
  }

  /// An opcode, whatever it needs; seldom any byte.
  void bare() {
    uint8_t opcode = c_.byte();
    const bool wants_defined = !c_.one_in(8);
    const auto is_defined = [&] {
      return v_.row(opcode).is_defined(world_.revision, world_.zvm_1_1);
    };
    for (unsigned i = 0; i < 256 && wants_defined && !is_defined(); ++i)
      ++opcode;
    op(opcode);
  }

  /// Everything in reach moves.
  void shuffle_deep() {
    while (free() <= static_cast<int>(v_.reach))
      push(c_.byte());
    for (unsigned i = 4 + c_.below(12); i > 0; --i) {
      const int n = 1 + static_cast<int>(c_.below(static_cast<uint32_t>(v_.reach)));
      if (c_.one_in(4))
        w_.dup(n);
      else
        w_.swap(n);
    }
  }

  [[nodiscard]] bool has_items() const {
    return !v_.items.empty() && v_.row(v_.items[0]).is_defined(world_.revision, world_.zvm_1_1);
  }

  /// An instruction that names items by its immediate; seldom any byte.
  void name_items() {
    constexpr int kNearest = 17, kPairReach = 14;
    while (free() <= kNearest + 1)
      push(c_.byte());
    const uint8_t opcode = c_.pick_of(v_.items);
    const unsigned upper = 1 + c_.below(kPairReach - 1);
    const unsigned lower = upper + 1 + c_.below(kPairReach - upper);
    const unsigned item = kNearest + c_.below(static_cast<uint32_t>(free() - kNearest));
    const bool is_pair = frontend::assembler::stack_operands(v_.row(opcode)) == 2;
    const auto known = is_pair ? immediate_of_pair(upper, lower) : immediate_of_item(item);
    const uint8_t immediate = known && !c_.one_in(16) ? *known : c_.byte();
    op(opcode);
    w_.bytes({&immediate, 1});
  }

  void shuffle() {
    if (has_items() && c_.one_in(6))
      return name_items();
    if (c_.one_in(8))
      return shuffle_deep();
    switch (c_.below(4)) {
    case 0:
      return push(edge_word(c_));
    case 1:
      if (free() > 0)
        return op(v_.POP);
      return push(c_.byte());
    case 2:
      if (const int n = static_cast<int>(c_.below(static_cast<uint32_t>(v_.reach))) + 1; n < free())
        return w_.swap(n);
      [[fallthrough]];
    default:
      if (const int n = static_cast<int>(c_.below(static_cast<uint32_t>(v_.reach))) + 1;
          n <= w_.height())
        return w_.dup(n);
      return push(edge_word(c_));
    }
  }

  /// Makes the stack that high: what joins must agree.
  void settle(int height) {
    while (w_.height() > height)
      op(v_.POP);
    while (w_.height() < height)
      push(c_.byte());
  }

  /// Statements that leave what is on the stack now as it is.
  void nested(unsigned most) {
    if (nesting_ >= options_.nesting)
      return simple_statement();
    ++nesting_;
    const int floor = std::exchange(floor_, w_.height());
    body(1 + c_.below(most));
    floor_ = floor;
    --nesting_;
  }

  void loop() {
    constexpr uint16_t kCounts[] = {1, 2, 2, 3, 3, 4, 5, 6, 9, 20, 100};
    push(c_.pick(kCounts));
    const int height = w_.height();
    const Label head = w_.make_label();
    w_.place_destination(head, height);
    nested(6);
    settle(height);
    push(1);
    w_.swap(1);
    op(v_.SUB);
    w_.dup(1);
    w_.push_label(head);
    op(v_.JUMPI);
    if (c_.one_in(2))
      op(v_.POP);
  }

  /// A word that decides: mostly a comparison, so that it can be fused with the branch.
  void condition() {
    const uint8_t comparisons[] = {v_.LT, v_.GT, v_.SLT, v_.SGT, v_.EQ, v_.ISZERO, v_.AND};
    if (c_.one_in(4))
      operand('w');
    else
      instruction(c_.pick(comparisons));
    for (unsigned n = c_.below(4) == 0 ? 1 + c_.below(2) : 0; n > 0; --n)
      op(v_.ISZERO);
  }

  void branch() {
    condition();
    const Label otherwise = w_.make_label();
    w_.push_label(otherwise);
    op(v_.JUMPI);
    const int height = w_.height();
    nested(4);
    if (c_.one_in(16)) { // the two ways do not agree in height
      w_.place_destination(otherwise, w_.height());
      return;
    }
    settle(height);
    if (c_.one_in(3)) {
      const Label end = w_.make_label();
      w_.push_label(end);
      op(v_.JUMP);
      w_.place_destination(otherwise, height);
      nested(4);
      settle(height);
      w_.place_destination(end, height);
    } else {
      w_.place_destination(otherwise, height);
    }
  }

  void call_function() {
    if (functions_.empty())
      return simple_statement();
    const Function& f = c_.pick_of(functions_);
    const Label back = w_.make_label();
    const int height = w_.height();
    w_.push_label(back);
    for (uint32_t i = 0; i < f.arguments; ++i)
      operand('w');
    w_.push_label(f.label);
    op(v_.JUMP);
    w_.place_destination(back, height + static_cast<int>(f.results));
  }

  /// On entry the return address, and the arguments above it; on return the result instead.
  void function(size_t index) {
    const Function f = functions_[index];
    const auto arguments = static_cast<int>(f.arguments);
    floor_ = 1;
    w_.place_destination(f.label, 1 + arguments);
    body(1 + c_.below(5));
    settle(1 + static_cast<int>(f.results));
    if (f.results == 1)
      w_.swap(1);
    op(v_.JUMP);
  }

  void wild_jump() {
    enum { Anywhere, Inside, Wide, Data, Beyond };
    const bool conditional = c_.one_in(2);
    if (conditional)
      operand('w');
    switch (c_.below(5)) {
    case Anywhere:
      push(c_.below(static_cast<uint32_t>(w_.size()) + 20));
      break;
    case Inside: // the byte of a JUMPDEST, inside an immediate
      w_.push(v_.JUMPDEST);
      push(w_.size() - 1);
      break;
    case Wide:
      push(U256{w_.size()} | edge_word(c_) << 64);
      break;
    case Data:
      operand('w');
      break;
    default:
      push(U256{0xffff} << c_.below(64));
      break;
    }
    op(conditional ? v_.JUMPI : v_.JUMP);
  }

  /// Ends by gas or by the height of the stack.
  void endless_loop() {
    const Label head = w_.make_label();
    w_.place_destination(head, w_.height());
    nested(3);
    if (c_.one_in(2))
      op(v_.PC);
    if (c_.one_in(4))
      push(edge_word(c_));
    w_.push_label(head);
    op(v_.JUMP);
  }

  // --- messages ---

  void message() {
    const uint8_t calls[] = {v_.CALL, v_.CALL, v_.CALLCODE, v_.DELEGATECALL, v_.STATICCALL};
    instruction(c_.pick(calls));
    use_result();
  }

  /// What came back, and sometimes the data with it.
  void use_result() {
    if (c_.one_in(4)) {
      op(v_.RETURNDATASIZE);
      push(0);
      operand('o');
      op(v_.RETURNDATACOPY);
    } else if (c_.one_in(4)) {
      push(c_.below(3));
      op(v_.SSTORE);
    }
  }

  /// Gas enough for all levels goes along; everything else is small.
  void deep_call() {
    enum { Call, CallCode, DelegateCall, StaticCall, Create };
    const uint32_t kind = c_.below(16) == 0 ? uint32_t{Create} : c_.below(4);
    if (kind == Create) {
      op(v_.CODESIZE);
      push(0);
      push(0);
      op(v_.CODECOPY);
      op(v_.CODESIZE);
      push(0);
      push(0);
      return op(v_.CREATE);
    }
    push(c_.below(33));
    push(c_.below(64));
    push(c_.below(33));
    push(c_.below(64));
    if (kind < DelegateCall)
      push(c_.one_in(8) ? 1 : 0);
    if (c_.one_in(3))
      push(address());
    else
      op(v_.ADDRESS);
    push((U256{1} << 63) - U256{1});
    const uint8_t calls[] = {v_.CALL, v_.CALLCODE, v_.DELEGATECALL, v_.STATICCALL};
    op(calls[kind]);
  }

  [[nodiscard]] Bytes init_code() {
    const Vm vm = !world_.is_hybrid || c_.one_in(2) ? v_.vm : other();
    if (options_.nesting > 1 && c_.one_in(3)) {
      ProgramOptions inner{.statements = 6, .nesting = 1};
      return stored_form(c_, vm, world_, make_program(c_, vm, world_, inner));
    }
    const Vocabulary& v = vocabulary(vm);
    CodeWriter w{v};
    switch (c_.below(8)) {
    case 0: // zeros, as many as may just be stored, or more
      w.push(c_.pick(kCodeSizes));
      break;
    case 1: // EIP-3541
      w.push(0xef);
      w.push(0);
      w.op(v.MSTORE8);
      w.push(c_.below(3));
      break;
    case 2: { // a container, sometimes a broken one
      Bytes container = stored_form(c_, other(), world_, Bytes{v.STOP, c_.byte()});
      if (c_.one_in(3))
        container[c_.below(static_cast<uint32_t>(container.size()))] ^= 1;
      container.resize(32);
      w.push(U256::load_be(container.data()), 32);
      w.push(0);
      w.op(v.MSTORE);
      w.push(16 + c_.below(4));
      break;
    }
    case 3: { // a few random bytes
      const unsigned size = 1 + c_.below(24);
      w.push(U256{c_.number(8), c_.number(8), c_.number(8), c_.number(8)}, 32);
      w.push(0);
      w.op(v.MSTORE);
      w.push(size);
      break;
    }
    default: { // a small program behind the init code
      const Label begin = w.make_label(), end = w.make_label();
      w.push_distance(begin, end);
      w.push_label(begin);
      w.push(0);
      w.op(v.CODECOPY);
      w.push_distance(begin, end);
      w.push(0);
      w.op(v.RETURN);
      ProgramOptions inner{.statements = 5, .nesting = 0};
      w.place(begin);
      w.bytes(make_program(c_, vm, world_, inner));
      w.place(end);
      return stored_form(c_, vm, world_, w.finish());
    }
    }
    w.push(0);
    w.op(c_.one_in(8) ? v.REVERT : v.RETURN);
    return stored_form(c_, vm, world_, w.finish());
  }

  [[nodiscard]] Vm other() const { return v_.vm == Vm::Evm ? Vm::Zvm : Vm::Evm; }

  void creation() {
    if (options_.nesting == 0)
      return simple_statement();
    if (c_.one_in(4)) // from whatever is in memory
      return instruction(c_.one_in(2) ? v_.CREATE : v_.CREATE2);
    const Label begin = w_.make_label(), end = w_.make_label();
    data_.push_back({begin, end, init_code()});
    const U256 at = c_.below(64);
    const bool salted = c_.one_in(2);
    w_.push_distance(begin, end);
    w_.push_label(begin);
    push(at);
    op(v_.CODECOPY);
    if (salted)
      push(c_.below(2));
    w_.push_distance(begin, end);
    push(at);
    operand('v');
    op(salted ? v_.CREATE2 : v_.CREATE);
    if (c_.one_in(2)) { // and call it
      const int n = 6;
      for (int i = 0; i < n - 1; ++i)
        push(0);
      if (v_.reach >= n)
        w_.dup(n);
      else
        push_address();
      operand('g');
      op(v_.CALL);
    } else {
      use_result();
    }
  }

  // --- the end ---

  /// Makes what has been computed visible, then ends.
  void terminal() {
    enum { Dump, Store, Return, Revert, Stop, Destruct, FallOff };
    constexpr uint16_t kWeights[] = {150, 20, 12, 20, 12, 10, 12};
    const uint32_t end = c_.weighted(kWeights);
    const int items = std::min(w_.height() - (options_.is_deep ? 1 : 0), 12);
    switch (end) {
    case Dump:
    case Revert:
      for (int i = 0; i < items; ++i) {
        push(static_cast<uint64_t>(32 * i));
        op(v_.MSTORE);
      }
      op(v_.MSIZE);
      push(0);
      return op(end == Dump ? v_.RETURN : v_.REVERT);
    case Store:
      for (int i = 0; i < items; ++i) {
        push(static_cast<uint64_t>(i));
        op(v_.SSTORE);
      }
      return op(v_.STOP);
    case Return:
      return instruction(v_.RETURN);
    case Stop:
      return op(v_.STOP);
    case Destruct:
      return instruction(v_.SELFDESTRUCT);
    default:
      return;
    }
  }

  Choices& c_;
  const Vocabulary& v_;
  CodeWriter w_;
  const Surroundings& world_;
  const ProgramOptions& options_;
  std::vector<Function> functions_;
  std::vector<Data> data_;
  int floor_ = 0;
  unsigned nesting_ = 0;
};

} // namespace

Bytes make_program(Choices& c, Vm vm, const Surroundings& world, const ProgramOptions& options) {
  return Generator{c, vm, world, options}.run();
}

Bytes stored_form(Choices& c, Vm vm, const Surroundings& world, Bytes code) {
  using namespace frontend::zvm;
  const bool fits = vm == world.default_vm;
  const bool knows_containers = world.is_hybrid || world.default_vm == Vm::Zvm;
  if (fits && !(knows_containers && c.one_in(4)))
    return code;
  const bool is_zvm = vm == Vm::Zvm;
  const uint8_t flags = is_zvm && c.one_in(3) ? kStrictJumpdest : 0;
  const auto header = container_header(vm, flags, static_cast<uint32_t>(code.size()), 0);
  code.insert(code.begin(), header.begin(), header.end());
  return code;
}

} // namespace zvm::fuzz

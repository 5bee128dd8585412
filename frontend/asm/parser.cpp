#include <algorithm>

#include "base/hex.hpp"
#include "base/stack_immediate.hpp"
#include "base/uint256_text.hpp"
#include "frontend/asm/listing.hpp"

namespace zvm::frontend::assembler {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const AssembleOptions& options)
      : lexer_(text), symbols_(options.symbols), out_(options.revision) {
    Block& whole = out_.blocks.emplace_back();
    whole.language = options.language;
    whole.where = lexer_.peek();
  }

  Result<Listing> run() {
    while (lexer_.peek().kind != TokenKind::End) {
      const Token token = lexer_.take();
      switch (token.kind) {
      case TokenKind::Newline:
        continue;
      case TokenKind::Label:
        ZVM_CHECK(define(token));
        continue;
      case TokenKind::Name:
        ZVM_CHECK(instruction(token));
        continue;
      case TokenKind::Directive:
        ZVM_CHECK(directive(token));
        continue;
      default:
        return error(token,
                     "expected a mnemonic, a label or a directive, found " + describe(token));
      }
    }
    if (current_ != 0)
      return error(block().where, ".begin without .end");
    return std::move(out_);
  }

 private:
  using Unexpected = std::unexpected<Error>;

  static Unexpected error(const Token& where, const std::string& what) {
    return Unexpected{syntax_error(where, what)};
  }
  Block& block() { return out_.blocks[current_]; }

  Item& add(Item::Kind kind) {
    Item& item = out_.items.emplace_back();
    item.kind = kind;
    item.block = current_;
    return item;
  }

  Result<Label*> define(const Token& name) {
    const auto [at, is_new] = block().labels.try_emplace(std::string{name.text});
    if (!is_new)
      return error(name, "the label '" + at->first + "' stands twice in its block");
    at->second.item = static_cast<uint32_t>(out_.items.size());
    out_.labels.emplace_back(&at->second, current_);
    return &at->second;
  }

  // --- operands ---

  Result<U256> number(const Token& token) {
    std::string digits;
    std::ranges::copy_if(token.text, std::back_inserter(digits), [](char c) { return c != '_'; });
    Result<U256> value = parse_u256(digits);
    if (!value)
      return error(token, value.error().code == ErrorCode::LimitExceeded
                              ? describe(token) + " does not fit 256 bits"
                              : describe(token) + " is not a number");
    return value;
  }

  Result<Term> term() {
    Term out;
    out.where = lexer_.take();
    switch (out.where.kind) {
    case TokenKind::Number: {
      ZVM_TRY(out.value, number(out.where));
      return out;
    }
    case TokenKind::Symbol: {
      const auto symbol = symbols_.find(out.where.text);
      if (symbol == symbols_.end())
        return error(out.where, "there is no symbol " + describe(out.where));
      out.value = symbol->second;
      return out;
    }
    case TokenKind::Address:
      out.kind = Term::Kind::Address;
      return out;
    case TokenKind::Size:
      out.kind = Term::Kind::Size;
      return out;
    default:
      return error(out.where, "expected a number, @label or $symbol, found " + describe(out.where));
    }
  }

  Result<Expression> expression() {
    Expression out;
    out.where = lexer_.peek();
    out.begin = static_cast<uint32_t>(out_.terms.size());
    bool is_negative = lexer_.peek().kind == TokenKind::Minus;
    if (is_negative)
      lexer_.take();
    while (true) {
      ZVM_TRY(Term next, term());
      next.is_negative = is_negative;
      out_.terms.push_back(next);
      ++out.count;
      const TokenKind sign = lexer_.peek().kind;
      if (sign != TokenKind::Plus && sign != TokenKind::Minus)
        return out;
      is_negative = sign == TokenKind::Minus;
      lexer_.take();
    }
  }

  /// An operand without labels, which is known at once.
  Result<U256> constant() {
    ZVM_TRY(const Expression e, expression());
    U256 sum;
    for (uint32_t i = 0; i < e.count; ++i) {
      const Term& t = out_.terms[e.begin + i];
      if (t.kind != Term::Kind::Value)
        return error(t.where, "expected a number or $symbol, found " + describe(t.where));
      sum = t.is_negative ? sum - t.value : sum + t.value;
    }
    return sum;
  }

  [[nodiscard]] bool at_operand() const {
    const TokenKind kind = lexer_.peek().kind;
    return kind == TokenKind::Number || kind == TokenKind::Symbol || kind == TokenKind::Address ||
           kind == TokenKind::Size || kind == TokenKind::Minus;
  }

  // --- instructions ---

  Result<void> instruction(const Token& name) {
    const Dialect& dialect = out_.dialect(block());
    if (!dialect.has_mnemonics())
      return error(name, "expected data: this block has no mnemonics");
    std::string upper{name.text};
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    if (upper == "PUSH") {
      Item& item = add(Item::Kind::Push);
      item.is_free = true;
      const size_t index = out_.items.size() - 1;
      ZVM_TRY(out_.items[index].operand, expression());
      return {};
    }
    const std::optional<uint8_t> opcode = dialect.find(name.text);
    if (!opcode)
      return error(name, "there is no " + std::string{::zvm::name(dialect.language())} +
                             " mnemonic " + describe(name));
    const OpcodeInfo& row = dialect.row(*opcode);
    if (!row.is_defined(dialect.revision(), /*with_later=*/true))
      return error(name, std::string{row.name} + " is defined from " +
                             std::string{::zvm::name(row.since)} + " on, not in " +
                             std::string{::zvm::name(dialect.revision())});
    if (row.immediate == 0) {
      add(Item::Kind::Opcode).opcode = *opcode;
      return {};
    }
    if (stack_operands(row) != 0)
      return stack_instruction(name, *opcode, row);
    if (!at_operand())
      return error(lexer_.peek(), "expected the operand of " + std::string{row.name} +
                                      " (a number, @label or $symbol), found " +
                                      describe(lexer_.peek()));
    ZVM_TRY(const Expression operand, expression());
    Item& item = add(Item::Kind::Push);
    item.opcode = *opcode;
    item.width = row.immediate;
    item.operand = operand;
    return {};
  }

  /// An instruction whose immediate names items of the stack.
  Result<void> stack_instruction(const Token& name, uint8_t opcode, const OpcodeInfo& row) {
    ZVM_TRY(const U256 first, constant());
    const bool is_pair = stack_operands(row) == 2;
    U256 second;
    if (is_pair) {
      ZVM_TRY(second, constant());
    }
    const bool fits = first.fits_u64() && second.fits_u64();
    const std::optional<uint8_t> immediate = is_pair
                                                 ? immediate_of_pair(first.low64(), second.low64())
                                                 : immediate_of_item(first.low64());
    if (!fits || !immediate)
      return error(name, std::string{row.name} +
                             (is_pair ? " names n and m with 0 < n < m and n + m up to 30, not " +
                                            to_decimal(first) + " and " + to_decimal(second)
                                      : " names items 17 to 235, not " + to_decimal(first)));
    add(Item::Kind::Opcode).opcode = opcode;
    add(Item::Kind::Opcode).opcode = *immediate;
    return {};
  }

  // --- directives ---

  Result<void> directive(const Token& token) {
    struct Row {
      std::string_view name;
      Result<void> (Parser::*run)(const Token&);
    };
    static constexpr Row kRows[] = {
        {"byte", &Parser::bytes},          {"word", &Parser::words}, {"hex", &Parser::hex},
        {"ascii", &Parser::ascii},         {"zero", &Parser::zeros}, {"equ", &Parser::equ},
        {"begin", &Parser::begin},         {"end", &Parser::end},    {"vm", &Parser::vm},
        {"container", &Parser::container}, {"abi", &Parser::abi},    {"abi_hex", &Parser::abi_hex},
    };
    const auto* row = std::ranges::find(kRows, token.text, &Row::name);
    if (row == std::end(kRows))
      return error(token, "there is no directive " + describe(token));
    return (this->*row->run)(token);
  }

  Result<void> values(const Token& token, uint8_t width) {
    if (!at_operand())
      return error(lexer_.peek(), "expected a number, @label or $symbol after " + describe(token) +
                                      ", found " + describe(lexer_.peek()));
    while (at_operand()) {
      ZVM_TRY(const Expression operand, expression());
      Item& item = add(Item::Kind::Value);
      item.width = width;
      item.operand = operand;
    }
    return {};
  }
  Result<void> bytes(const Token& token) { return values(token, 1); }
  Result<void> words(const Token& token) { return values(token, 32); }

  /// "0x…" of any even number of digits, appended to `out`.
  Result<void> hex_bytes(std::vector<uint8_t>& out) {
    const Token token = lexer_.take();
    if (token.kind != TokenKind::Number || !token.text.starts_with("0x"))
      return error(token, "expected bytes as 0x…, found " + describe(token));
    int high = -1;
    for (const char c : token.text.substr(2)) {
      if (c == '_')
        continue;
      const int digit = hex_digit(c);
      if (digit < 0)
        return error(token, std::string{"'"} + c + "' is not a hexadecimal digit");
      if (high < 0) {
        high = digit;
      } else {
        out.push_back(static_cast<uint8_t>(high << 4 | digit));
        high = -1;
      }
    }
    if (high >= 0)
      return error(token, "an odd number of hexadecimal digits");
    return {};
  }

  /// A string with its escapes replaced, appended to `out`.
  Result<void> string_bytes(std::vector<uint8_t>& out) {
    const Token token = lexer_.take();
    if (token.kind != TokenKind::String)
      return error(token, "expected a string, found " + describe(token));
    const std::string_view s = token.text;
    for (size_t i = 0; i < s.size(); ++i) {
      if (s[i] != '\\') {
        out.push_back(static_cast<uint8_t>(s[i]));
        continue;
      }
      const char c = i + 1 < s.size() ? s[++i] : '\0';
      constexpr std::string_view kLetters = "\\\"ntr0", kBytes{"\\\"\n\t\r\0", 6};
      if (const size_t at = kLetters.find(c); at != std::string_view::npos && c != '\0') {
        out.push_back(static_cast<uint8_t>(kBytes[at]));
      } else if (c == 'x' && i + 2 < s.size() && hex_digit(s[i + 1]) >= 0 &&
                 hex_digit(s[i + 2]) >= 0) {
        out.push_back(static_cast<uint8_t>(hex_digit(s[i + 1]) << 4 | hex_digit(s[i + 2])));
        i += 2;
      } else {
        return error(token, R"(after \ expected one of \ " n t r 0 or x and two digits)");
      }
    }
    return {};
  }

  Result<void> add_bytes(Result<void> (Parser::*read)(std::vector<uint8_t>&)) {
    const auto begin = static_cast<uint32_t>(out_.data.size());
    ZVM_CHECK((this->*read)(out_.data));
    Item& item = add(Item::Kind::Bytes);
    item.begin = begin;
    item.count = static_cast<uint32_t>(out_.data.size()) - begin;
    return {};
  }
  Result<void> hex(const Token&) { return add_bytes(&Parser::hex_bytes); }
  Result<void> ascii(const Token&) { return add_bytes(&Parser::string_bytes); }

  Result<void> zeros(const Token&) {
    const Token where = lexer_.peek();
    ZVM_TRY(const U256 count, constant());
    if (count > U256{kMaxProgram})
      return error(where, "more than " + std::to_string(kMaxProgram) + " zeros");
    add(Item::Kind::Zeros).count = static_cast<uint32_t>(count.low64());
    return {};
  }

  Result<void> equ(const Token&) {
    const Token name = lexer_.take();
    if (name.kind != TokenKind::Name)
      return error(name, "expected the name of a symbol, found " + describe(name));
    ZVM_TRY(const U256 value, constant());
    if (!symbols_.try_emplace(std::string{name.text}, value).second)
      return error(name, "the symbol '" + std::string{name.text} + "' is defined already");
    return {};
  }

  Result<void> begin(const Token& token) {
    const Token name = lexer_.take();
    if (name.kind != TokenKind::Name)
      return error(name, "expected the name of the block, found " + describe(name));
    if (++nesting_ > kMaxNesting)
      return error(token, "more than " + std::to_string(kMaxNesting) + " blocks in each other");
    ZVM_TRY(Label* const label, define(name));
    label->is_block = true;
    const auto index = static_cast<uint32_t>(out_.blocks.size());
    add(Item::Kind::Begin).begin = index;
    Block inner;
    inner.parent = current_;
    inner.language = block().language;
    inner.name = label;
    inner.where = token;
    out_.blocks.push_back(std::move(inner));
    current_ = index;
    return {};
  }

  Result<void> end(const Token& token) {
    if (current_ == 0)
      return error(token, ".end without .begin");
    add(Item::Kind::End).begin = current_;
    current_ = block().parent;
    --nesting_;
    return {};
  }

  Result<void> vm(const Token&) {
    const Token name = lexer_.take();
    const auto language = name.kind == TokenKind::Name ? find_vm(name.text) : std::nullopt;
    if (language && is_bytecode(*language)) {
      block().language = *language;
      return {};
    }
    return error(name, "expected zvm or evm, found " + describe(name));
  }

  Result<void> container(const Token& token) {
    Block& b = block();
    const bool has_items = !out_.items.empty() && out_.items.back().block == current_;
    if (b.is_container || has_items || !b.labels.empty())
      return error(token, ".container must be the first in its block");
    b.is_container = true;
    b.where = token;
    b.target = is_bytecode(b.language) ? b.language : Vm::Zvm;
    while (lexer_.peek().kind == TokenKind::Name) {
      const Token option = lexer_.take();
      if (const auto target = find_vm(option.text)) {
        b.target = *target;
        b.language = *target;
      } else if (option.text == "strict_jumpdest") {
        b.flags |= zvm::kStrictJumpdest;
      } else {
        return error(option, "expected zvm, evm, wasm, riscv or strict_jumpdest, found " +
                                 describe(option));
      }
    }
    return {};
  }

  Result<void> add_abi(const Token& token, Result<void> (Parser::*read)(std::vector<uint8_t>&)) {
    if (!block().is_container)
      return error(token, "an ABI belongs into a .container");
    return (this->*read)(block().abi);
  }
  Result<void> abi(const Token& token) { return add_abi(token, &Parser::string_bytes); }
  Result<void> abi_hex(const Token& token) { return add_abi(token, &Parser::hex_bytes); }

  Lexer lexer_;
  std::map<std::string, U256, std::less<>> symbols_;
  Listing out_;
  uint32_t current_ = 0;
  size_t nesting_ = 0;
};

} // namespace

Result<Listing> parse(std::string_view text, const AssembleOptions& options) {
  if (text.size() > kMaxText)
    return fail(ErrorCode::LimitExceeded, 0,
                "the text is longer than " + std::to_string(kMaxText) + " bytes");
  return Parser{text, options}.run();
}

} // namespace zvm::frontend::assembler

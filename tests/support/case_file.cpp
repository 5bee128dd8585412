#include "tests/support/case_file.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include "base/uint256_text.hpp"
#include "frontend/asm/assembler.hpp"

namespace zvm::test {
namespace {

using frontend::assembler::Language;

Address repeated(uint8_t a, uint8_t b) {
  Address out;
  for (size_t i = 0; i < out.bytes.size(); ++i)
    out.bytes[i] = i % 2 == 0 ? a : b;
  return out;
}

class Parser {
 public:
  Parser(std::string_view name, std::string_view text) : text_(text) {
    file_.name = name;
    CaseInput& in = file_.input;
    declare("caller", in.caller = repeated(0xca, 0x11));
    declare("origin", in.origin = repeated(0x04, 0x19));
    declare("self", in.self = repeated(0x5e, 0x1f));
    declare("coinbase", in.coinbase = repeated(0xc0, 0x1b));
    in.number = 1000;
    in.timestamp = 1'700'000'000;
    in.gas_limit = 30'000'000;
    in.prev_randao = 0x4a4d;
    in.base_fee = 7;
    in.blob_base_fee = 2;
    in.chain_id = 1;
    in.gas_price = 10;
  }

  Result<CaseFile> run(gas::Vm vm) {
    file_.input.vm = vm;
    while (next_line()) {
      const bool is_section = !at_end() && rest_.front() == '[';
      ZVM_CHECK(is_section ? section() : (this->*key_)());
    }
    ZVM_CHECK(close_text(text_.size()));
    return finish();
  }

 private:
  using Unexpected = std::unexpected<Error>;

  Unexpected error(const std::string& what) const {
    return fail(ErrorCode::SyntaxError, line_,
                file_.name + ".case:" + std::to_string(line_) + ": " + what);
  }

  // --- lines and words ---

  /// The next line that is not empty; of assembler text every line is kept.
  bool next_line() {
    while (next_ < text_.size()) {
      const size_t end = std::min(text_.find('\n', next_), text_.size());
      line_begin_ = next_;
      rest_ = text_.substr(next_, end - next_);
      next_ = end + 1;
      ++line_;
      if (key_ == &Parser::assembler_line && !rest_.starts_with('['))
        return true;
      const size_t comment = rest_.find(';');
      if (comment != std::string_view::npos) {
        if (line_ == about_lines_ + 1) { // the comment at the top says what the case shows
          ++about_lines_;
          std::string_view sentence = rest_.substr(comment + 1);
          while (sentence.starts_with(' '))
            sentence.remove_prefix(1);
          file_.about.append(file_.about.empty() ? "" : " ").append(sentence);
        }
        rest_ = rest_.substr(0, comment);
      }
      skip_blanks();
      if (!at_end())
        return true;
    }
    return false;
  }
  void skip_blanks() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())))
      rest_.remove_prefix(1);
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  /// The next word of the line, without what stands behind it.
  std::string_view word() {
    size_t size = 0;
    while (size < rest_.size() && !std::isspace(static_cast<unsigned char>(rest_[size])))
      ++size;
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    skip_blanks();
    return out;
  }
  bool accept(char c) {
    if (at_end() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }
  Result<void> end_of_line() const {
    if (!at_end())
      return error("expected the end of the line, found '" + std::string{rest_} + "'");
    return {};
  }

  // --- values ---

  void declare(std::string_view name, const Address& address) {
    names_[std::string{name}] = address;
    symbols_[std::string{name}] = to_word(address);
  }
  Result<Address> account_name() {
    const std::string name{word()};
    const auto found = names_.find(name);
    if (found == names_.end())
      return error("there is no account '" + name + "'; declare it with address");
    return found->second;
  }

  Result<U256> atom() {
    size_t size = 0;
    while (size < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[size])) ||
                                   rest_[size] == '_' || rest_[size] == '$'))
      ++size;
    std::string text{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    skip_blanks();
    if (text.starts_with('$')) {
      const auto symbol = symbols_.find(std::string_view{text}.substr(1));
      if (symbol == symbols_.end())
        return error("there is no name " + text);
      return symbol->second;
    }
    std::erase(text, '_');
    const Result<U256> value = parse_u256(text);
    if (!value)
      return error("expected a number or $name, found '" + text + std::string{rest_} + "'");
    return value;
  }
  Result<U256> product() {
    ZVM_TRY(U256 out, atom());
    while (accept('*')) {
      ZVM_TRY(const U256 factor, atom());
      out *= factor;
    }
    return out;
  }
  Result<U256> value() {
    U256 out;
    bool is_negative = accept('-');
    while (true) {
      ZVM_TRY(const U256 summand, product());
      out = is_negative ? out - summand : out + summand;
      if (accept('+'))
        is_negative = false;
      else if (accept('-'))
        is_negative = true;
      else
        return out;
    }
  }
  Result<U256> value_line() {
    ZVM_TRY(const U256 out, value());
    ZVM_CHECK(end_of_line());
    return out;
  }
  template <typename Integer>
  Result<void> integer_line(Integer& out) {
    ZVM_TRY(const U256 v, value_line());
    if (!v.fits_u64() || v.low64() > static_cast<uint64_t>(std::numeric_limits<Integer>::max()))
      return error("the number is too large");
    out = static_cast<Integer>(v.low64());
    return {};
  }
  Result<Bytes> bytes_line() {
    Bytes out;
    while (!at_end()) {
      std::string_view text = word();
      if (text == "word") {
        ZVM_TRY(const U256 v, value());
        uint8_t be[32];
        v.store_be(be);
        out.insert(out.end(), be, be + 32);
        continue;
      }
      if (text == "zeros") {
        ZVM_TRY(const U256 count, value());
        if (count > U256{1 << 20})
          return error("more than 2^20 zeros");
        out.resize(out.size() + count.low64());
        continue;
      }
      if (!text.starts_with("0x") || text.size() % 2 != 0)
        return error("expected bytes as 0x…, found '" + std::string{text} + "'");
      for (size_t i = 2; i < text.size(); i += 2) {
        uint8_t byte = 0;
        const auto [end, failed] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        if (failed != std::errc{} || end != text.data() + i + 2)
          return error("expected bytes as 0x…, found '" + std::string{text} + "'");
        out.push_back(byte);
      }
    }
    return out;
  }

  // --- keys before the first section ---

  Result<void> header_key() {
    CaseInput& in = file_.input;
    const std::string_view key = word();
    if (key == "revision") {
      const std::string_view name = word();
      const Result<Revision> revision = parse_revision(name);
      if (!revision)
        return error(revision.error().detail);
      in.revision = *revision;
      return end_of_line();
    }
    if (key == "kind") {
      const std::string_view kind = word();
      if (kind == "call")
        in.kind = CaseKind::Call;
      else if (kind == "create")
        in.kind = CaseKind::Create;
      else if (kind == "transaction")
        in.kind = CaseKind::Transaction;
      else
        return error("expected call, create or transaction, found '" + std::string{kind} + "'");
      return end_of_line();
    }
    if (key == "zvm-1.1") {
      in.zvm_1_1 = true;
      return end_of_line();
    }
    if (key == "static") {
      in.is_static = true;
      return end_of_line();
    }
    if (key == "address")
      return address_key();
    if (key == "calldata") {
      ZVM_TRY(in.calldata, bytes_line());
      return {};
    }
    if (key == "extension") {
      ZVM_TRY(in.extension_result, value_line());
      return {};
    }
    if (key == "blobhash") {
      ZVM_TRY(const U256 hash, value_line());
      in.blob_hashes.push_back(to_bytes32(hash));
      return {};
    }
    if (key == "blockhash") {
      ZVM_TRY(const U256 number, atom());
      ZVM_TRY(in.block_hashes[number.low64()], value_line());
      return {};
    }
    if (key == "gas")
      return integer_line(in.gas);
    if (key == "reservoir")
      return integer_line(in.reservoir);
    if (key == "number")
      return integer_line(in.number);
    if (key == "timestamp")
      return integer_line(in.timestamp);
    if (key == "slotnumber")
      return integer_line(in.slot_number);
    if (key == "gaslimit")
      return integer_line(in.gas_limit);
    const std::pair<std::string_view, U256*> words[] = {
        {"value", &in.value},
        {"gasprice", &in.gas_price},
        {"basefee", &in.base_fee},
        {"blobbasefee", &in.blob_base_fee},
        {"chainid", &in.chain_id},
        {"prevrandao", &in.prev_randao},
        {"txhash", &in.transaction_hash},
    };
    for (const auto& [name, target] : words) {
      if (key == name) {
        ZVM_TRY(*target, value_line());
        return {};
      }
    }
    return error("there is no key '" + std::string{key} + "' here");
  }

  Result<void> address_key() {
    const std::string_view name = word();
    if (name.empty() || names_.contains(std::string{name}))
      return error("expected a new name, found '" + std::string{name} + "'");
    ZVM_TRY(const U256 address, value_line());
    if (address >= U256{1} << 160)
      return error("an address has 20 bytes");
    declare(name, to_address(address));
    return {};
  }

  // --- sections ---

  Result<void> section() {
    ZVM_CHECK(close_text(line_begin_));
    const size_t end = rest_.find(']');
    if (end == std::string_view::npos)
      return error("expected ']'");
    const std::string_view behind = rest_.substr(end + 1);
    rest_ = rest_.substr(1, end - 1);
    skip_blanks();
    const std::string_view kind = word();
    if (kind == "program") {
      account_ = nullptr;
      begin_text();
    } else if (kind == "code") {
      ZVM_TRY(const Address address, account_name());
      account_ = &file_.input.pre[address];
      begin_text();
    } else if (kind == "account") {
      ZVM_TRY(const Address address, account_name());
      account_ = &file_.input.pre[address];
      key_ = &Parser::account_key;
    } else if (kind == "expect") {
      key_ = &Parser::expect_key;
    } else if (kind == "post") {
      ZVM_TRY(posts_.emplace_back().address, account_name());
      key_ = &Parser::post_key;
    } else if (kind == "log") {
      ZVM_TRY(file_.expected.logs.emplace_back().address, account_name());
      key_ = &Parser::log_key;
    } else if (kind == "extension") {
      ZVM_CHECK(integer_line(file_.expected.extension_calls.emplace_back().number));
      key_ = &Parser::extension_key;
    } else if (kind == "deferred") {
      ZVM_CHECK(integer_line(file_.expected.deferred_hashes.emplace_back().algorithm));
      key_ = &Parser::deferred_key;
    } else {
      return error("there is no section '" + std::string{kind} + "'");
    }
    ZVM_CHECK(end_of_line());
    rest_ = behind.substr(0, behind.find(';'));
    skip_blanks();
    return end_of_line();
  }

  Result<void> assembler_line() { return {}; }
  void begin_text() {
    key_ = &Parser::assembler_line;
    text_begin_ = std::min(next_, text_.size());
    text_line_ = line_;
  }
  /// Assembles the text of the section that ends here, if it was assembler text.
  Result<void> close_text(size_t end) {
    if (key_ != &Parser::assembler_line)
      return {};
    key_ = &Parser::header_key;
    // Empty lines in front make the assembler count lines as the file does.
    const std::string text =
        std::string(text_line_, '\n') + std::string{text_.substr(text_begin_, end - text_begin_)};
    auto program = frontend::assembler::assemble(
        text, {file_.input.vm == gas::Vm::Zvm ? Language::Zvm : Language::Evm, file_.input.revision,
               symbols_});
    if (!program)
      return fail(ErrorCode::SyntaxError, program.error().offset,
                  file_.name + ".case: " + program.error().detail);
    if (account_ == nullptr) {
      file_.program = std::move(program->bytes);
      has_program_ = true;
    } else {
      account_->code = std::move(program->bytes);
    }
    return {};
  }

  Result<void> account_key_of(std::string_view key, CaseAccount& account) {
    if (key == "balance") {
      ZVM_TRY(account.balance, value_line());
      return {};
    }
    if (key == "nonce")
      return integer_line(account.nonce);
    if (key == "code") {
      ZVM_TRY(account.code, bytes_line());
      return {};
    }
    if (key == "storage") {
      ZVM_TRY(const U256 slot, value());
      if (!accept('='))
        return error("expected 'storage KEY = VALUE'");
      ZVM_TRY(const U256 content, value_line());
      if (content.is_zero())
        account.storage.erase(slot);
      else
        account.storage[slot] = content;
      return {};
    }
    return error("there is no key '" + std::string{key} + "' here");
  }
  Result<void> account_key() { return account_key_of(word(), *account_); }

  Result<void> expect_key() {
    CaseOutcome& expected = file_.expected;
    const std::string_view key = word();
    if (key == "status") {
      const std::string_view name = word();
      const auto* row = std::ranges::find(kStatusInfo, name, &StatusInfo::name);
      if (row == std::end(kStatusInfo))
        return error("there is no status '" + std::string{name} + "'");
      expected.status = static_cast<Status>(row - kStatusInfo);
      return end_of_line();
    }
    if (key == "gas") {
      has_gas_ = true;
      return integer_line(expected.gas_used);
    }
    if (key == "stategas")
      return integer_line(expected.state_gas);
    if (key == "refund")
      return integer_line(expected.refund);
    if (key == "output") {
      ZVM_TRY(expected.output, bytes_line());
      return {};
    }
    if (key == "result") {
      ZVM_TRY(const U256 v, value_line());
      expected.output.resize(32);
      v.store_be(expected.output.data());
      return {};
    }
    if (key == "created") {
      ZVM_TRY(expected.created, account_name());
      return end_of_line();
    }
    return error("there is no key '" + std::string{key} + "' here");
  }

  /// Kept as lines: they are changes to a pre-state that may stand behind them.
  Result<void> post_key() {
    posts_.back().lines.emplace_back(rest_, line_);
    return {};
  }
  Result<void> log_key() {
    CaseLog& log = file_.expected.logs.back();
    const std::string_view key = word();
    if (key == "topics") {
      while (!at_end()) {
        ZVM_TRY(log.topics.emplace_back(), atom());
      }
      return {};
    }
    if (key == "data") {
      ZVM_TRY(log.data, bytes_line());
      return {};
    }
    return error("there is no key '" + std::string{key} + "' here");
  }
  Result<void> extension_key() {
    const std::string_view key = word();
    if (key != "payload")
      return error("there is no key '" + std::string{key} + "' here");
    ZVM_TRY(file_.expected.extension_calls.back().payload, bytes_line());
    return {};
  }

  Result<void> deferred_key() {
    CaseDeferredHash& hash = file_.expected.deferred_hashes.back();
    const std::string_view key = word();
    if (key == "length")
      return integer_line(hash.length);
    if (key != "digest")
      return error("there is no key '" + std::string{key} + "' here");
    ZVM_TRY(const U256 digest, value_line());
    hash.digest = to_bytes32(digest);
    return {};
  }

  Result<CaseFile> finish() {
    CaseInput& in = file_.input;
    if (!has_program_)
      return error("there is no [program]");
    if (file_.about.empty())
      return error("the file does not begin with a comment that says what it shows");
    if (in.kind == CaseKind::Transaction)
      in.origin = in.caller;
    if (in.kind == CaseKind::Create)
      in.init_code = file_.program;
    else
      in.pre[in.self].code = file_.program;
    if (!has_gas_) {
      if (kind(file_.expected.status) != StatusKind::Failure)
        return error("[expect] does not say the gas");
      file_.expected.gas_used = in.gas;
    }
    CaseState& post = file_.expected.post = in.pre;
    for (const Post& change : posts_) {
      for (const auto& [text, line] : change.lines) {
        rest_ = text;
        line_ = line;
        const std::string_view key = word();
        if (key == "destroyed") {
          post.erase(change.address);
          continue;
        }
        ZVM_CHECK(account_key_of(key, post[change.address]));
      }
    }
    std::erase_if(post, [](const auto& entry) { return entry.second.is_empty(); });
    return std::move(file_);
  }

  struct Post {
    Address address;
    std::vector<std::pair<std::string_view, uint32_t>> lines;
  };

  std::string_view text_, rest_;
  size_t next_ = 0, line_begin_ = 0;
  uint32_t line_ = 0, about_lines_ = 0;
  Result<void> (Parser::*key_)() = &Parser::header_key;
  size_t text_begin_ = 0;
  uint32_t text_line_ = 0;
  CaseFile file_;
  std::map<std::string, Address> names_;
  std::map<std::string, U256, std::less<>> symbols_;
  CaseAccount* account_ = nullptr;
  std::vector<Post> posts_;
  bool has_program_ = false, has_gas_ = false;
};

} // namespace

Result<CaseFile> parse_case(std::string_view name, std::string_view text) {
  const size_t slash = name.find_last_of('/');
  const std::string_view folder = name.substr(0, slash == std::string_view::npos ? 0 : slash);
  if (!folder.ends_with("zvm") && !folder.ends_with("evm"))
    return fail(ErrorCode::UnknownName, 0,
                std::string{name} + ": a case stands in the folder zvm or evm");
  return Parser{name, text}.run(folder.ends_with("zvm") ? gas::Vm::Zvm : gas::Vm::Evm);
}

} // namespace zvm::test

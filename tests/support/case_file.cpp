#include "tests/support/case_file.hpp"

#include <algorithm>

#include "frontend/asm/assembler.hpp"
#include "runtime/tx/sign.hpp"
#include "tests/support/case_reader.hpp"
#include "tests/support/signing.hpp"

namespace zvm::test {
namespace {

Address repeated(uint8_t a, uint8_t b) {
  Address out;
  for (size_t i = 0; i < out.bytes.size(); ++i)
    out.bytes[i] = i % 2 == 0 ? a : b;
  return out;
}

class Parser : CaseReader {
 public:
  Parser(std::string_view name, std::string_view text) : CaseReader(name, text) {
    file_.name = name;
    CaseInput& in = file_.input;
    declare("caller", in.caller = repeated(0xca, 0x11));
    declare("origin", in.origin = repeated(0x04, 0x19));
    declare("self", in.self = in.to = repeated(0x5e, 0x1f));
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

  Result<CaseFile> run(Vm vm) {
    file_.input.vm = vm;
    while (next_line(key_ == &Parser::assembler_line)) {
      const bool is_section = !at_end() && rest_.front() == '[';
      ZVM_CHECK(is_section ? section() : (this->*key_)());
    }
    ZVM_CHECK(close_text(text_.size()));
    return finish();
  }

 private:
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
      constexpr std::string_view kKinds[] = {"call", "create", "transaction", "deployment"};
      const std::string_view kind = word();
      const auto* found = std::ranges::find(kKinds, kind);
      if (found == std::end(kKinds))
        return error("expected call, create, transaction or deployment, found '" +
                     std::string{kind} + "'");
      in.kind = static_cast<CaseKind>(found - kKinds);
      return end_of_line();
    }
    if (key == "zvm-1.1") {
      in.zvm_1_1 = true;
      return end_of_line();
    }
    if (key == "wasm") {
      in.wasm = true;
      return end_of_line();
    }
    if (key == "static") {
      in.is_static = true;
      return end_of_line();
    }
    if (key == "address")
      return address_key();
    if (key == "key")
      return secret_key();
    if (key == "to") {
      ZVM_TRY(in.to, account_name());
      return end_of_line();
    }
    if (key == "type") {
      uint8_t number = 0;
      ZVM_CHECK(integer_line(number));
      in.type = static_cast<runtime::TxType>(number);
      return {};
    }
    if (key == "access")
      return access_key();
    if (key == "authorization")
      return authorization_key();
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
    if (key == "gasused")
      return integer_line(in.block_gas_used);
    if (key == "stategasused")
      return integer_line(in.block_state_gas_used);
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
    if (name.empty() || is_declared(name))
      return error("expected a new name, found '" + std::string{name} + "'");
    ZVM_TRY(const U256 address, value_line());
    if (address >= U256{1} << 160)
      return error("an address has 20 bytes");
    declare(name, to_address(address));
    return {};
  }

  // --- what transactions carry ---

  /// The caller may get a key, all others get their address by it.
  Result<void> secret_key() {
    const std::string name{word()};
    if (name.empty() || (is_declared(name) && name != "caller"))
      return error("expected a new name or caller, found '" + name + "'");
    ZVM_TRY(const U256 key, value_line());
    const auto address = runtime::address_of_key(keys_[name] = to_bytes32(key));
    if (!address)
      return error("this is no secret key");
    declare(name, *address);
    if (name == "caller")
      file_.input.caller = *address;
    return {};
  }

  Result<void> access_key() {
    CaseAccess& entry = file_.input.access_list.emplace_back();
    ZVM_TRY(entry.address, account_name());
    while (!at_end()) {
      ZVM_TRY(entry.slots.emplace_back(), atom());
    }
    return {};
  }

  Result<void> authorization_key() {
    const auto key = keys_.find(std::string{word()});
    if (key == keys_.end())
      return error("only a name with a key can sign");
    runtime::Authorization made;
    ZVM_TRY(made.address, account_name());
    ZVM_TRY(const U256 nonce, atom());
    ZVM_CHECK(to_integer(nonce, made.nonce));
    made.chain_id = file_.input.chain_id;
    if (!at_end()) {
      ZVM_TRY(made.chain_id, value_line());
    }
    sign(made, key->second);
    file_.input.authorizations.push_back(made);
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
    auto program =
        frontend::assembler::assemble(text, {file_.input.vm, file_.input.revision, symbols_});
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
    if (key == "refused") {
      const std::string_view name = word();
      const std::span rows = runtime::tx_errors();
      const auto row = std::ranges::find(rows, name, &runtime::TxErrorInfo::name);
      if (row == rows.end())
        return error("there is no refusal '" + std::string{name} + "'");
      expected.refusal = static_cast<runtime::TxError>(row - rows.begin());
      expected.status = Status::NotRun;
      return end_of_line();
    }
    if (key == "gas") {
      has_gas_ = true;
      return integer_line(expected.gas_used);
    }
    if (key == "blockgas")
      return integer_line(expected.block_gas.emplace());
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
    file_.about = about_;
    if (!has_program_ && in.to == in.self)
      return error("there is no [program]");
    if (file_.about.empty())
      return error("the file does not begin with a comment that says what it shows");
    if (in.is_transaction())
      in.origin = in.caller;
    if (in.creates()) {
      in.init_code = file_.program;
      in.init_code.insert(in.init_code.end(), in.calldata.begin(), in.calldata.end());
    } else if (has_program_) {
      in.pre[in.self].code = file_.program;
    }
    if (!has_gas_ && file_.expected.refusal == runtime::TxError::None) {
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

  Result<void> (Parser::*key_)() = &Parser::header_key;
  size_t text_begin_ = 0;
  uint32_t text_line_ = 0;
  CaseFile file_;
  std::map<std::string, Bytes32> keys_; ///< secret ones
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
  return Parser{name, text}.run(folder.ends_with("zvm") ? Vm::Zvm : Vm::Evm);
}

} // namespace zvm::test

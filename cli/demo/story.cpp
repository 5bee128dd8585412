#include "cli/demo/story.hpp"

#include <algorithm>
#include <iomanip>
#include <zvm_demo_contracts.hpp>

#include "cli/errors.hpp"
#include "cli/listing.hpp"
#include "frontend/asm/assembler.hpp"

namespace zvm::cli {
namespace {

/// With its thousands apart.
std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (ptrdiff_t at = std::ssize(digits) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines)
    out += out.empty() ? line : "; " + line;
  return out.empty() ? "nothing" : out;
}

Address person(uint64_t number) { return to_address(U256{number}); }

void append_word(std::vector<uint8_t>& data, const U256& word) {
  data.resize(data.size() + 32);
  word.store_be(data.data() + data.size() - 32);
}

/// Calldata: the selector, then the words.
std::vector<uint8_t> call_data(const std::string& signature, const std::vector<U256>& words) {
  const auto selector = selector_of(signature);
  std::vector<uint8_t> data(selector.begin(), selector.end());
  for (const U256& word : words)
    append_word(data, word);
  return data;
}

std::vector<uint8_t> code_of_hex(std::string digits, const char* file) {
  std::erase_if(digits, [](char c) { return c == '\n'; });
  return value_or_throw(parse_hex(digits), file);
}

/// Init code of Token, whose constructor takes the supply.
std::vector<uint8_t> token_code(const U256& supply) {
  std::vector<uint8_t> code = code_of_hex(k_token_hex, "token.hex");
  append_word(code, supply);
  return code;
}

std::vector<uint8_t> vault_code(const Address& token) {
  namespace assembler = frontend::assembler;
  assembler::AssembleOptions options;
  options.symbols["token"] = to_word(token);
  return value_or_throw(assembler::assemble(k_vault_zasm, options), "vault.zasm").bytes;
}

const Address kAlice = person(0xa11ce);
const Address kBob = person(0xb0b);

} // namespace

bool Story::tell() {
  tell_of_two();
  out_.rdbuf(shown_.rdbuf());
  tell_of_coin();
  out_ << "state root " << to_hex(chain_.state_root()) << '\n';
  for (const std::string& difference : chain_.differences()) {
    out_ << "WRONG  " << difference << '\n';
    ++wrong_;
  }
  if (wrong_ == 0)
    out_ << "All " << step_ << " transactions did what they should, in both tiers.\n";
  else
    out_ << wrong_ << " things came out otherwise than they should.\n";
  return wrong_ == 0;
}

void Story::tell_of_two() {
  out_ << "Two contracts, one state, one gas counter.\n"
          "  Token  an ERC-20 token that calls its recipients (ERC-1363), compiled for the EVM by "
          "solc\n"
          "  Vault  keeps tokens for their owners, written in ZVM assembler\n"
          "Their sources are in docs/examples. Every transaction runs in tier step, the reference, "
          "and in\n"
          "tier interp with everything lowered; both must agree to the last unit of gas.\n\n";
  const U256 ether{1'000'000'000'000'000'000};
  chain_.fund(kAlice, ether * U256{10});
  chain_.fund(kBob, ether * U256{10});
  token_ = create_address(kAlice, 0);
  vault_ = create_address(kAlice, 1);
  // Alice's transfer to Bob is the third of hers.
  coin_ = create_address(kAlice, 3);
  coin_vault_ = create_address(kAlice, 4);
  name_everything();

  Transaction tx;
  tx.sender = kAlice;
  tx.is_create = true;
  const std::vector<uint8_t> token = token_code(1'000'000);
  tx.data = token;
  send("Alice deploys Token", tx,
       {.gas = 470'200,
        .logs = {"Token: Transfer(0x0000000000000000000000000000000000000000, Alice, 1000000)"},
        .storage = {"Token.totalSupply = 1000000", "Token.balanceOf[Alice] = 1000000"}});

  const std::vector<uint8_t> vault = vault_code(token_);
  tx.data = vault;
  send("Alice deploys Vault: init code in a ZVMC container, which says that it is for the ZVM", tx,
       {.gas = 155'016});
  expect("VM of Token", "evm", std::string{name(chain_.vm_of(token_))});
  expect("VM of Vault", "zvm", std::string{name(chain_.vm_of(vault_))});

  tx.is_create = false;
  tx.to = token_;
  std::vector<uint8_t> data = call_data("transfer(address,uint256)", {to_word(kBob), U256{1000}});
  tx.data = data;
  send("Alice sends Bob 1000", tx,
       {.gas = 51'131,
        .logs = {"Token: Transfer(Alice, Bob, 1000)"},
        .storage = {"Token.balanceOf[Alice] = 999000", "Token.balanceOf[Bob] = 1000"}});

  tx.sender = kBob;
  data = call_data("transferAndCall(address,uint256,bytes)",
                   {to_word(vault_), U256{600}, U256{96}, U256{0}});
  tx.data = data;
  send("Bob puts 600 into Vault: EVM calls ZVM, which asks EVM", tx,
       {.gas = 101'427,
        .logs = {"Token: Transfer(Bob, Vault, 600)", "Vault: Deposited(Bob, 600)"},
        .storage = {"Token.balanceOf[Bob] = 400", "Token.balanceOf[Vault] = 600",
                    "Vault.total = 600", "Vault.credit[Bob] = 600"}});
  show_ir();

  tx.to = vault_;
  data = call_data("withdraw(uint256)", {U256{250}});
  tx.data = data;
  send("Bob takes 250 out: ZVM calls EVM", tx,
       {.gas = 48'137,
        .logs = {"Token: Transfer(Vault, Bob, 250)", "Vault: Withdrawn(Bob, 250)"},
        .storage = {"Token.balanceOf[Bob] = 650", "Token.balanceOf[Vault] = 350",
                    "Vault.total = 350", "Vault.credit[Bob] = 350"}});

  data = call_data("withdraw(uint256)", {U256{1000}});
  tx.data = data;
  send("Bob asks for 1000 and has 350 there: Vault refuses", tx,
       {.gas = 23'451, .outcome = "Revert: without a reason"});

  tx.to = token_;
  data = call_data("transferAndCall(address,uint256,bytes)",
                   {to_word(vault_), U256{5000}, U256{96}, U256{0}});
  tx.data = data;
  send("Bob puts in 5000 and has 650: Token refuses, Vault is never asked", tx,
       {.gas = 24'734, .outcome = "Revert: ERC20InsufficientBalance(Bob, 650, 5000)"});

  tx.to = vault_;
  data = call_data("withdraw(uint256)", {U256{350}});
  tx.data = data;
  send("Bob takes the rest: slots that become zero give gas back", tx,
       {.gas = 38'520,
        .logs = {"Token: Transfer(Vault, Bob, 350)", "Vault: Withdrawn(Bob, 350)"},
        .storage = {"Token.balanceOf[Bob] = 1000", "Token.balanceOf[Vault] = 0", "Vault.total = 0",
                    "Vault.credit[Bob] = 0"}});
}

void Story::tell_of_coin() {
  out_ << "A third, for WebAssembly, and another Vault.\n"
          "  Coin       wraps Token: each coin stands for a token that it has; written in C\n"
          "  CoinVault  the same ZVM code as Vault, for coins\n\n";
  Transaction tx;
  tx.sender = kAlice;
  tx.is_create = true;
  const std::vector<uint8_t> coin = code_of_hex(k_coin_hex, "coin.hex");
  tx.data = coin;
  send("Alice deploys Coin: the module itself, whose _constructor runs", tx,
       {.gas = 742'327, .storage = {"Coin.owner = Alice"}});
  const std::vector<uint8_t> vault = vault_code(coin_);
  tx.data = vault;
  send("Alice deploys CoinVault", tx, {.gas = 154'980});
  expect("VM of Coin", "wasm", std::string{name(chain_.vm_of(coin_))});
  expect("VM of CoinVault", "zvm", std::string{name(chain_.vm_of(coin_vault_))});

  tx.is_create = false;
  tx.to = coin_;
  std::vector<uint8_t> data = call_data("open(address)", {to_word(token_)});
  tx.data = data;
  send("Alice says which token Coin wraps", tx, {.gas = 48'290, .storage = {"Coin.token = Token"}});

  tx.sender = kBob;
  tx.to = token_;
  data = call_data("transferAndCall(address,uint256,bytes)",
                   {to_word(coin_), U256{500}, U256{96}, U256{0}});
  tx.data = data;
  send("Bob makes 500 tokens coins: EVM calls WASM", tx,
       {.gas = 103'391,
        .logs = {"Token: Transfer(Bob, Coin, 500)",
                 "Coin: Transfer(0x0000000000000000000000000000000000000000, Bob, 500)"},
        .storage = {"Token.balanceOf[Bob] = 500", "Token.balanceOf[Coin] = 500",
                    "Coin.totalSupply = 500", "Coin.balanceOf[Bob] = 500"}});

  tx.to = coin_;
  data = call_data("transferAndCall(address,uint256,bytes)",
                   {to_word(coin_vault_), U256{300}, U256{96}, U256{0}});
  tx.data = data;
  send(
      "Bob puts 300 into CoinVault: WASM calls ZVM, which asks the WASM contract that waits for it",
      tx,
      {.gas = 104'191,
       .logs = {"Coin: Transfer(Bob, CoinVault, 300)", "CoinVault: Deposited(Bob, 300)"},
       .storage = {"Coin.balanceOf[Bob] = 200", "Coin.balanceOf[CoinVault] = 300",
                   "CoinVault.total = 300", "CoinVault.credit[Bob] = 300"}});

  tx.to = coin_vault_;
  data = call_data("withdraw(uint256)", {U256{100}});
  tx.data = data;
  send("Bob takes 100 out: ZVM calls WASM", tx,
       {.gas = 51'738,
        .logs = {"Coin: Transfer(CoinVault, Bob, 100)", "CoinVault: Withdrawn(Bob, 100)"},
        .storage = {"Coin.balanceOf[Bob] = 300", "Coin.balanceOf[CoinVault] = 200",
                    "CoinVault.total = 200", "CoinVault.credit[Bob] = 200"}});

  tx.to = coin_;
  data = call_data("unwrap(uint256)", {U256{250}});
  tx.data = data;
  send("Bob makes 250 coins tokens again: WASM calls EVM", tx,
       {.gas = 50'593,
        .logs = {"Coin: Transfer(Bob, 0x0000000000000000000000000000000000000000, 250)",
                 "Token: Transfer(Coin, Bob, 250)"},
        .storage = {"Token.balanceOf[Bob] = 750", "Token.balanceOf[Coin] = 250",
                    "Coin.totalSupply = 250", "Coin.balanceOf[Bob] = 50"}});

  data = call_data("unwrap(uint256)", {U256{51}});
  tx.data = data;
  send("Bob asks for 51 more and has 50: Coin refuses, with Token's error", tx,
       {.gas = 27'751, .outcome = "Revert: ERC20InsufficientBalance(Bob, 50, 51)"});
}

void Story::name_everything() {
  names_.add_account(kAlice, "Alice");
  names_.add_account(kBob, "Bob");
  names_.add_account(token_, "Token");
  names_.add_account(vault_, "Vault");
  names_.add_account(coin_, "Coin");
  names_.add_account(coin_vault_, "CoinVault");
  names_.add_slot(coin_, 0, "totalSupply");
  names_.add_mapping(coin_, 1, "balanceOf");
  names_.add_account_slot(coin_, 2, "token");
  names_.add_account_slot(coin_, 3, "owner");
  names_.add_slot(coin_vault_, 0, "total");
  names_.add_mapping(coin_vault_, 1, "credit");
  names_.add_slot(token_, 0, "totalSupply");
  names_.add_mapping(token_, 1, "balanceOf");
  names_.add_slot(vault_, 0, "total");
  names_.add_mapping(vault_, 1, "credit");
  for (const char* signature :
       {"transfer(address,uint256)", "transferAndCall(address,uint256,bytes)", "balanceOf(address)",
        "onTransferReceived(address,address,uint256,bytes)", "withdraw(uint256)", "open(address)",
        "unwrap(uint256)", "Transfer(address,address,uint256)", "Deposited(address,uint256)",
        "Withdrawn(address,uint256)", "ERC20InsufficientBalance(address,uint256,uint256)"})
    names_.add_signature(signature);
}

const Receipt& Story::send(const std::string& title, const Transaction& tx,
                           const Expectation& expected) {
  out_ << ++step_ << "  " << title << '\n';
  chain_.send(tx, receipt_);
  show(receipt_);

  const TransactionResult& result = receipt_.result;
  std::string outcome{name(result.status)};
  if (result.status == Status::Revert)
    outcome += ": " + names_.error(result.output.view());
  std::vector<std::string> logs;
  logs.reserve(receipt_.logs.size());
  for (size_t i = 0; i < receipt_.logs.size(); ++i)
    logs.push_back(names_.event(receipt_.logs[i]));
  std::vector<std::string> storage;
  for (const AccountChange& change : result.diff.accounts) {
    for (const SlotChange& slot : result.diff.slots_of(change))
      storage.push_back(names_.slot(change.address, slot.key) + " = " +
                        names_.value(change.address, slot.key, slot.value));
  }
  std::vector<std::string> wanted = expected.storage;
  std::ranges::sort(storage);
  std::ranges::sort(wanted);
  for (const std::string& line : logs)
    out_ << "   log      " << line << '\n';
  for (const std::string& line : storage)
    out_ << "   storage  " << line << '\n';
  expect("outcome", expected.outcome, outcome);
  expect("gas", std::to_string(expected.gas), std::to_string(result.gas_used));
  expect("logs", joined(expected.logs), joined(logs));
  expect("storage", joined(wanted), joined(storage));
  out_ << '\n';
  return receipt_;
}

void Story::show(const Receipt& receipt) {
  const TransactionResult& result = receipt.result;
  out_ << "   gas      " << grouped(result.gas_used) << ", of it " << grouped(receipt.intrinsic_gas)
       << " before the first instruction";
  if (result.gas_refunded != 0)
    out_ << ", " << grouped(result.gas_refunded) << " given back";
  out_ << '\n';
  for (const CallRecord& call : receipt.calls) {
    const std::string what = is_create(call.kind) ? " creates " + names_.account(call.recipient)
                                                  : " calls " + names_.account(call.recipient) +
                                                        '.' + names_.function(call.selector);
    out_ << "   " << (call.depth == 0 ? "calls    " : "         ")
         << std::string(2 * call.depth, ' ') << names_.account(call.sender) << what << " ("
         << name(chain_.vm_of(call.recipient)) << (call.is_static ? ", static" : "")
         << "): " << grouped(call.gas) << " gas";
    if (call.status != Status::Success)
      out_ << ", " << name(call.status);
    out_ << '\n';
  }
  if (result.status == Status::Revert)
    out_ << "   reverts  " << names_.error(result.output.view()) << '\n';
}

void Story::expect(const std::string& what, const std::string& expected,
                   const std::string& actual) {
  if (expected == actual)
    return;
  ++wrong_;
  out_ << "   WRONG    " << what << ": expected " << expected << ", got " << actual << '\n';
}

/// What Vault runs when tokens arrive: the trace behind the first of its dispatcher's branches.
void Story::show_ir() {
  const std::vector<uint8_t> stored = chain_.code(vault_);
  const engine::CodeFormat format = chain_.engine().detect(stored);
  TraceLister lister{format.code, format.vm, format.strict, Revision::Osaka};
  const Trace dispatcher = lister.lower(0, ir::Level::Local);
  if (dispatcher.leads_to.empty()) {
    expect("traces behind Vault's dispatcher", "some", "none");
    return;
  }
  const Trace trace = lister.lower(dispatcher.leads_to[0], ir::Level::Local);
  out_ << "   This is how Vault.onTransferReceived begins, as the interpreter lowers it: the trace "
          "at pc "
       << trace.pc
       << ",\n   up to its call of Token. Static gas is charged at the head of each block ("
       << "in all ";
  int64_t gas = 0;
  for (const BlockGas& block : trace.blocks)
    gas += block.cold ? 0 : block.gas;
  out_ << gas << ").\n\n";
  std::string line;
  for (const char c : trace.text) {
    line += c;
    if (c == '\n') {
      out_ << "      " << line;
      line.clear();
    }
  }
  out_ << '\n';
}

} // namespace zvm::cli

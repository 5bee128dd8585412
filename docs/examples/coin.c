// Coin: a token that wraps another. A WASM contract that lives beside EVM and ZVM contracts: tokens that are sent to it
// (ERC-1363) become as many coins of the sender, and coins become tokens again.
//
//   open(address)                                      by who deployed it, once: the token that it wraps
//   onTransferReceived(address,address,uint256,bytes)  called by the token: makes coins
//   unwrap(uint256)                                    takes the caller's coins and sends tokens for them
//   transfer  transferAndCall  balanceOf  totalSupply  as ERC-20 and ERC-1363 have them
//
// Storage: slot 0 the total, mapping 1 the balances, laid out as solc lays out mappings; slot 2 the token, slot 3 who
// deployed it. There are never more coins than tokens, so sums do not overflow.
//
// clang-19 --target=wasm32 -mcpu=mvp -Oz -nostdlib -Wl,--no-entry,--strip-all,-z,stack-size=4096 coin.c -o coin.wasm
// xxd -p -c 60 coin.wasm coin.hex
#define IMPORT(name) __attribute__((import_module("zvm"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(name)))
typedef unsigned char u8;
typedef unsigned u32;

IMPORT(input_size) int input_size(void);
IMPORT(input_copy) void input_copy(u8* out, int from, int size);
IMPORT(get_caller) void get_caller(u8* out);
IMPORT(storage_load) void storage_load(const u8* key, u8* out);
IMPORT(storage_store) void storage_store(const u8* key, const u8* value);
IMPORT(keccak256) void keccak256(const u8* data, int size, u8* out);
IMPORT(u256_add) void u256_add(const u8* a, const u8* b, u8* out);
IMPORT(u256_sub) void u256_sub(const u8* a, const u8* b, u8* out);
IMPORT(emit_event) void emit_event(const u8* topics, int count, const u8* data, int size);
IMPORT(call_contract)
int call_contract(const u8* account, const u8* value, const u8* data, int size, long long gas);
IMPORT(return_data_size) int return_data_size(void);
IMPORT(return_data_copy) void return_data_copy(u8* out, int from, int size);
IMPORT(finish) _Noreturn void finish(const u8* data, int size);
IMPORT(revert) _Noreturn void revert(const u8* data, int size);

typedef struct {
  u8 bytes[32];
} Word;

static const Word kZero, kOne = {{[31] = 1}}, kTwo = {{[31] = 2}}, kThree = {{[31] = 3}};
// Keccak-256 of Transfer(address,address,uint256).
static const Word kTransfer = {{0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0,
                                0x68, 0xfc, 0x37, 0x8d, 0xaa, 0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4,
                                0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef}};

static u8 input[1024], output[1024]; // selectors, then words

static Word* argument(int index) { return (Word*)(input + 4) + index; }
static u8* account_in(Word* word) { return word->bytes + 12; }

static int is_less(const Word* a, const Word* b) {
  for (int i = 0; i < 32; ++i) {
    if (a->bytes[i] != b->bytes[i])
      return a->bytes[i] < b->bytes[i];
  }
  return 0;
}
static int is_equal(const Word* a, const Word* b) { return !is_less(a, b) && !is_less(b, a); }

static Word caller(void) {
  Word word = kZero;
  get_caller(account_in(&word));
  return word;
}
static Word load(const Word* key) {
  Word value;
  storage_load(key->bytes, value.bytes);
  return value;
}
static Word balance_slot(const Word* account) {
  const Word place[2] = {*account, kOne};
  Word slot;
  keccak256(place[0].bytes, 64, slot.bytes);
  return slot;
}

static void put_selector(u32 selector) {
  for (int i = 0; i < 4; ++i)
    output[i] = (u8)(selector >> (24 - 8 * i));
}
static void put_word(int index, const Word* word) { ((Word*)(output + 4))[index] = *word; }
static _Noreturn void answer(const Word* word) { finish(word->bytes, 32); }

// What the callee said is what the caller gets.
static _Noreturn void bubble(void) {
  int size = return_data_size();
  if (size > (int)sizeof output)
    size = sizeof output;
  return_data_copy(output, 0, size);
  revert(output, size);
}

static void log_transfer(const Word* from, const Word* to, const Word* value) {
  const Word topics[3] = {kTransfer, *from, *to};
  emit_event(topics[0].bytes, 3, value->bytes, 32);
}
static void give(const Word* account, const Word* value) {
  const Word slot = balance_slot(account);
  Word balance = load(&slot);
  u256_add(balance.bytes, value->bytes, balance.bytes);
  storage_store(slot.bytes, balance.bytes);
}
static void take(const Word* account, const Word* value) {
  const Word slot = balance_slot(account);
  Word balance = load(&slot);
  if (is_less(&balance, value)) {
    put_selector(0xe450d38c); // ERC20InsufficientBalance(address,uint256,uint256)
    put_word(0, account);
    put_word(1, &balance);
    put_word(2, value);
    revert(output, 4 + 96);
  }
  u256_sub(balance.bytes, value->bytes, balance.bytes);
  storage_store(slot.bytes, balance.bytes);
}
static void transfer(const Word* from, const Word* to, const Word* value) {
  take(from, value);
  give(to, value);
  log_transfer(from, to, value);
}

EXPORT("_constructor") int construct(void) {
  const Word owner = caller();
  storage_store(kThree.bytes, owner.bytes);
  return 0;
}

EXPORT("call") int call(void) {
  const int size = input_size();
  if (size < 4 || size > (int)sizeof input)
    return 1;
  input_copy(input, 0, size); // words that are not there are zero
  const Word sender = caller();
  Word token = load(&kTwo), total = load(&kZero);

  switch ((u32)input[0] << 24 | input[1] << 16 | input[2] << 8 | input[3]) {
  case 0xb95460f8: { // open(address)
    const Word owner = load(&kThree);
    if (!is_equal(&sender, &owner) || !is_equal(&token, &kZero))
      return 1;
    storage_store(kTwo.bytes, argument(0)->bytes);
    return 0;
  }
  case 0x88a7ca5c: { // onTransferReceived(address,address,uint256,bytes)
    if (!is_equal(&sender, &token))
      return 1;
    u256_add(total.bytes, argument(2)->bytes, total.bytes);
    storage_store(kZero.bytes, total.bytes);
    give(argument(1), argument(2));
    log_transfer(&kZero, argument(1), argument(2));
    Word accepted = kZero;
    for (int i = 0; i < 4; ++i)
      accepted.bytes[i] = input[i];
    answer(&accepted);
  }
  case 0xde0e9a3e: // unwrap(uint256)
    take(&sender, argument(0));
    u256_sub(total.bytes, argument(0)->bytes, total.bytes);
    storage_store(kZero.bytes, total.bytes);
    log_transfer(&sender, &kZero, argument(0));
    put_selector(0xa9059cbb); // transfer(address,uint256)
    put_word(0, &sender);
    put_word(1, argument(0));
    if (call_contract(account_in(&token), 0, output, 4 + 64, -1) != 0)
      bubble();
    answer(&kOne);
  case 0xa9059cbb: // transfer(address,uint256)
    transfer(&sender, argument(0), argument(1));
    answer(&kOne);
  case 0x4000aea0: { // transferAndCall(address,uint256,bytes); the bytes are passed on as none
    transfer(&sender, argument(0), argument(1));
    const Word bytes_at = {{[31] = 128}};
    put_selector(0x88a7ca5c);
    put_word(0, &sender);
    put_word(1, &sender);
    put_word(2, argument(1));
    put_word(3, &bytes_at);
    put_word(4, &kZero);
    if (call_contract(account_in(argument(0)), 0, output, 4 + 160, -1) != 0)
      bubble();
    answer(&kOne);
  }
  case 0x70a08231: { // balanceOf(address)
    const Word slot = balance_slot(argument(0)), balance = load(&slot);
    answer(&balance);
  }
  case 0x18160ddd: // totalSupply()
    answer(&total);
  }
  return 1;
}

// A contract that does what its input's first word says, with the words behind it; relay.zasm does 0 to 5 for the EVM
// and the ZVM. Built by contracts.sh, which writes relay.hex.
#define IMPORT(name) __attribute__((import_module("zvm"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(name)))
typedef unsigned char u8;
typedef unsigned long long u64;

IMPORT(input_size) int input_size(void);
IMPORT(input_copy) void input_copy(u8*, int, int);
IMPORT(get_address) void get_address(u8*);
IMPORT(get_caller) void get_caller(u8*);
IMPORT(get_value) void get_value(u8*);
IMPORT(storage_load) void storage_load(const u8*, u8*);
IMPORT(storage_store) void storage_store(const u8*, const u8*);
IMPORT(emit_event) void emit_event(const u8*, int, const u8*, int);
IMPORT(call_contract) int call_contract(const u8*, const u8*, const u8*, int, u64);
IMPORT(static_call) int static_call(const u8*, const u8*, int, u64);
IMPORT(delegate_call) int delegate_call(const u8*, const u8*, int, u64);
IMPORT(create) int create(const u8*, const u8*, int, const u8*, u8*);
IMPORT(return_data_size) int return_data_size(void);
IMPORT(return_data_copy) void return_data_copy(u8*, int, int);
IMPORT(finish) _Noreturn void finish(const u8*, int);
IMPORT(revert) _Noreturn void revert(const u8*, int);

static u8 in[32768], out[32768], key[32], word[32];
static int entered; // in this instance

static u64 number(const u8* w) {
  u64 n = 0;
  for (int i = 24; i < 32; ++i)
    n = n << 8 | w[i];
  return n;
}
static void set(u8* w, u64 n) {
  for (int i = 31; i >= 24; --i, n >>= 8)
    w[i] = (u8)n;
}

// Input: kind, account, value, gas, then the payload.
static int forward(int size) {
  const u8* account = in + 64 + 12;
  const u8* data = in + 160;
  const u64 gas = number(in + 128);
  switch (number(in + 32)) {
  case 1:
    return static_call(account, data, size - 160, gas);
  case 2:
    return delegate_call(account, data, size - 160, gas);
  default:
    return call_contract(account, in + 96, data, size - 160, gas);
  }
}
static _Noreturn void finish_with_return_data(int size) {
  const int more = return_data_size();
  return_data_copy(out + size, 0, more);
  finish(out, size + more);
}
static int descend(int n) { return n == 0 ? 0 : descend(n + 1) * 3 + n; }

EXPORT("_constructor") int construct(void) {
  key[31] = 1;
  word[31] = 7;
  storage_store(key, word);
  return 0;
}

EXPORT("call") int call(void) {
  const int size = input_size();
  input_copy(in, 0, size);
  ++entered;
  switch (number(in)) {
  case 0: // who runs, who called, what came along
    get_address(out + 12);
    get_caller(out + 32 + 12);
    get_value(out + 64);
    finish(out, 96);
  case 1: // slot 7
    key[31] = 7;
    storage_store(key, in + 32);
    return 0;
  case 2:
    set(out, 0xdead);
    revert(out, 32);
  case 3:
    for (;;)
      *(volatile u8*)out = 1;
  case 4: // what the call answered, and what it left
    set(out, (u64)forward(size));
    finish_with_return_data(32);
  case 5: // creates: value, salt or 0, code. What it answered, and the address
    set(out, (u64)create(in + 32, in + 96, size - 96, number(in + 64) != 0 ? in + 64 : 0,
                         out + 32 + 12));
    finish_with_return_data(64);
  case 6: { // counts in memory and in slot 3, then forwards; both counts, both again, what came of it
    key[31] = 3;
    storage_load(key, word);
    set(word, number(word) + 1);
    storage_store(key, word);
    set(out, (u64)entered);
    set(out + 32, number(word));
    const int code = size > 160 ? forward(size) : 0;
    storage_load(key, out + 96);
    set(out + 64, (u64)entered);
    set(out + 128, (u64)code);
    finish_with_return_data(160);
  }
  case 7:
    __builtin_trap();
  case 8:
    return 1;
  case 9:
    storage_load((const u8*)0xfffffff0, out);
    return 0;
  case 10: { // calls itself as deep as that goes; how deep, and the last answer
    get_address(key);
    const int code = call_contract(key, word, in, 32, ~0ull);
    if (code == 0) {
      return_data_copy(out, 0, 64);
      set(out, number(out) + 1);
    } else {
      set(out + 32, (u64)code);
    }
    finish(out, 64);
  }
  case 11:
    emit_event(in + 32, 2, in + 96, size - 96);
    return 0;
  case 12:
    return descend(1);
  }
  return 2;
}

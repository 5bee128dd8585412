// Counter, in C; beside it the same contract in Rust, Zig and AssemblyScript.
//
//   value()       what has been counted
//   add(uint256)  counts, and logs Added(address indexed, uint256); answers the sum. Where it needs more than 256 bits,
//                 reverts with Panic(0x11), as code by solc does
//   reset()       by who deployed the contract: counts from 0 again
//
// Storage: slot 0 the sum, slot 1 who deployed the contract.
//
// clang-19 --target=wasm32 -Oz -nostdlib -Wl,--no-entry,--strip-all,--stack-first,-z,stack-size=4096 counter.c -o counter.wasm
// xxd -p -c 60 counter.wasm counter.c.hex
#define IMPORT(name) __attribute__((import_module("zvm"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(name)))
typedef unsigned char u8;
typedef unsigned u32;

typedef struct {
  u8 bytes[32]; // big-endian
} Word;

IMPORT(input_copy) void input_copy(u8* out, int from, int size);
IMPORT(get_caller) void get_caller(u8* out);
IMPORT(storage_load) void storage_load(const Word* key, Word* out);
IMPORT(storage_store) void storage_store(const Word* key, const Word* value);
IMPORT(u256_add) void u256_add(const Word* a, const Word* b, Word* out);
IMPORT(emit_event) void emit_event(const Word* topics, int count, const void* data, int size);
IMPORT(finish) _Noreturn void finish(const void* output, int size);
IMPORT(revert) _Noreturn void revert(const void* output, int size);

static const Word kSum, kOwner = {{[31] = 1}};
// Keccak-256 of Added(address,uint256).
static const Word kAdded = {{0x44, 0x6e, 0x00, 0xad, 0x56, 0xf9, 0xb8, 0x87, 0x84, 0x4f, 0x39,
                             0x0c, 0x87, 0xa1, 0x28, 0x50, 0x7b, 0x99, 0x1e, 0xa0, 0x49, 0x93,
                             0x75, 0xf1, 0x3e, 0xcb, 0x11, 0x52, 0x88, 0xc2, 0xdf, 0x7d}};
// Panic(uint256) of 0x11, overflow.
static const u8 kOverflow[36] = {0x4e, 0x48, 0x7b, 0x71, [35] = 0x11};

static Word load(const Word* key) {
  Word value;
  storage_load(key, &value);
  return value;
}
static Word caller(void) {
  Word word = {};
  get_caller(word.bytes + 12);
  return word;
}
// As memcmp.
static int compare(const Word* a, const Word* b) {
  for (int i = 0; i < 32; ++i) {
    if (a->bytes[i] != b->bytes[i])
      return a->bytes[i] - b->bytes[i];
  }
  return 0;
}

static _Noreturn void add(const Word* step) {
  const Word before = load(&kSum);
  Word after;
  u256_add(&before, step, &after);
  if (compare(&after, &before) < 0)
    revert(kOverflow, sizeof kOverflow);
  storage_store(&kSum, &after);
  const Word topics[2] = {kAdded, caller()};
  emit_event(topics, 2, step, sizeof *step);
  finish(&after, sizeof after);
}

static int reset(void) {
  const Word owner = load(&kOwner), sender = caller();
  if (compare(&owner, &sender) != 0)
    return 1;
  storage_store(&kSum, &(Word){});
  return 0;
}

EXPORT("_constructor") void construct(void) {
  const Word owner = caller();
  storage_store(&kOwner, &owner);
}

EXPORT("call") int call(void) {
  struct {
    u8 selector[4];
    Word argument;
  } input;
  input_copy(input.selector, 0, sizeof input); // zeros past its end
  switch ((u32)input.selector[0] << 24 | input.selector[1] << 16 | input.selector[2] << 8 |
          input.selector[3]) {
  case 0x3fa4f245: { // value()
    const Word sum = load(&kSum);
    finish(&sum, sizeof sum);
  }
  case 0x1003e2d2: // add(uint256)
    add(&input.argument);
  case 0xd826f88f: // reset()
    return reset();
  }
  return 1;
}

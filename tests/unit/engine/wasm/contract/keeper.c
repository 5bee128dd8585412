// A contract that keeps registers: it does with them what its input's first word says, with the five words behind it and
// the payload behind those. Output: what the function answered, a word that it wrote, and data that it read. Built by
// contracts.sh, which writes keeper.hex.
#define IMPORT(name) __attribute__((import_module("zvm"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(name)))
typedef unsigned char u8;
typedef unsigned u32;
typedef unsigned long long u64;

IMPORT(input_size) int input_size(void);
IMPORT(input_copy) void input_copy(u8*, int, int);
IMPORT(res_create) int res_create(u32, const u8*, int, u8*);
IMPORT(res_read) int res_read(const u8*, u32, u8*, int);
IMPORT(res_update) int res_update(const u8*, u32, const u8*, int, u8*);
IMPORT(res_consume) int res_consume(const u8*, u32, u8*);
IMPORT(res_transfer) int res_transfer(const u8*, u32, const u8*, u8*);
IMPORT(res_status) int res_status(const u8*);
IMPORT(res_set_status) int res_set_status(const u8*, u32, u32);
IMPORT(cap_delegate) int cap_delegate(const u8*, u32, u32, const u8*, u64);
IMPORT(cap_revoke) int cap_revoke(const u8*, u32);
IMPORT(finish) _Noreturn void finish(const u8*, int);
IMPORT(revert) _Noreturn void revert(const u8*, int);

enum { kCreate, kRead, kUpdate, kConsume, kTransfer, kStatus, kSetStatus, kDelegate, kRevoke, kCreateAndRevert };

static u8 in[8192], out[8192];

static u64 number(int word) {
  u64 n = 0;
  for (int i = 24; i < 32; ++i)
    n = n << 8 | in[32 * word + i];
  return n;
}

EXPORT("call") int call(void) {
  const int size = input_size();
  input_copy(in, 0, size);
  const u8* id = in + 32;
  const u32 capability = (u32)number(2);
  const u8* payload = in + 6 * 32;
  const int payload_size = size - 6 * 32;
  u8 *word = out + 32, *data = out + 64;
  int answer = 0, data_size = 0;
  const u64 operation = number(0);
  switch (operation) {
  case kCreate:
  case kCreateAndRevert:
    answer = res_create((u32)number(1), payload, payload_size, word);
    break;
  case kRead:
    answer = res_read(id, capability, data, sizeof out - 64);
    data_size = answer > 0 ? answer : 0;
    break;
  case kUpdate:
    answer = res_update(id, capability, payload, payload_size, word);
    break;
  case kConsume:
    answer = res_consume(id, capability, word);
    break;
  case kTransfer:
    answer = res_transfer(id, capability, in + 3 * 32 + 12, word);
    break;
  case kStatus:
    answer = res_status(id);
    break;
  case kSetStatus:
    answer = res_set_status(id, capability, (u32)number(3));
    break;
  case kDelegate:
    answer = cap_delegate(id, capability, (u32)number(3), in + 4 * 32 + 12, number(5));
    break;
  case kRevoke:
    answer = cap_revoke(id, capability);
    break;
  default:
    return 1;
  }
  for (int i = 0; i < 32; ++i)
    out[i] = i < 28 ? (u8)(answer >> 31) : (u8)(answer >> 8 * (31 - i));
  if (operation == kCreateAndRevert)
    revert(out, 64);
  finish(out, 64 + data_size);
}

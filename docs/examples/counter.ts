// Counter, in AssemblyScript; counter.c says what it does. It has no objects, and so no start function that sets up a heap:
// data stand in memory at addresses that the compiler knows, and each message finds them as they are written here.
//
// asc counter.ts -Oz --runtime stub -o counter.wasm
// xxd -p -c 60 counter.wasm counter.ts.hex
@external("zvm", "input_copy")
declare function inputCopy(out: usize, from: i32, size: i32): void;
@external("zvm", "get_caller")
declare function getCaller(out: usize): void;
@external("zvm", "storage_load")
declare function storageLoad(key: usize, out: usize): void;
@external("zvm", "storage_store")
declare function storageStore(key: usize, value: usize): void;
@external("zvm", "u256_add")
declare function u256Add(a: usize, b: usize, out: usize): void;
@external("zvm", "emit_event")
declare function emitEvent(topics: usize, count: i32, data: usize, size: i32): void;
// These two do not come back.
@external("zvm", "finish")
declare function finish(output: usize, size: i32): void;
@external("zvm", "revert")
declare function revert(output: usize, size: i32): void;

// Words of 32 bytes, big-endian.
const SUM = memory.data(32);
const OWNER = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
]);
// Keccak-256 of Added(address,uint256), then room for who added.
const TOPICS = memory.data<u8>([
  0x44, 0x6e, 0x00, 0xad, 0x56, 0xf9, 0xb8, 0x87, 0x84, 0x4f, 0x39, 0x0c, 0x87, 0xa1, 0x28, 0x50,
  0x7b, 0x99, 0x1e, 0xa0, 0x49, 0x93, 0x75, 0xf1, 0x3e, 0xcb, 0x11, 0x52, 0x88, 0xc2, 0xdf, 0x7d,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);
// Panic(uint256) of 0x11, overflow.
const OVERFLOW = memory.data<u8>([
  0x4e, 0x48, 0x7b, 0x71, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0x11,
]);
const INPUT = memory.data(36);
const ARGUMENT = INPUT + 4;
const CALLER = TOPICS + 32;
const BEFORE = memory.data(32);
const AFTER = memory.data(32);

function add(): i32 {
  u256Add(BEFORE, ARGUMENT, AFTER);
  if (memory.compare(AFTER, BEFORE, 32) < 0) revert(OVERFLOW, 36);
  storageStore(SUM, AFTER);
  emitEvent(TOPICS, 2, ARGUMENT, 32);
  finish(AFTER, 32);
  return 0;
}

function reset(): i32 {
  storageLoad(OWNER, BEFORE);
  if (memory.compare(BEFORE, CALLER, 32) != 0) return 1;
  storageStore(SUM, AFTER); // 0
  return 0;
}

export function _constructor(): void {
  getCaller(CALLER + 12);
  storageStore(OWNER, CALLER);
}

export function call(): i32 {
  inputCopy(INPUT, 0, 36); // zeros past its end
  getCaller(CALLER + 12);
  storageLoad(SUM, BEFORE);
  switch (bswap(load<u32>(INPUT))) {
    case 0x3fa4f245: // value()
      finish(BEFORE, 32);
      break;
    case 0x1003e2d2: // add(uint256)
      return add();
    case 0xd826f88f: // reset()
      return reset();
  }
  return 1;
}

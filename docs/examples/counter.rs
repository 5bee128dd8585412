//! Counter, in Rust; counter.c says what it does.
//!
//! rustc --target wasm32v1-none --crate-type cdylib -C opt-level=z -C lto -C strip=symbols counter.rs -o counter.wasm
//! xxd -p -c 60 counter.wasm counter.rs.hex
#![no_std]

/// Big-endian.
type Word = [u8; 32];

#[link(wasm_import_module = "zvm")]
unsafe extern "C" {
    fn input_copy(out: *mut u8, from: usize, size: usize);
    fn get_caller(out: *mut u8);
    safe fn storage_load(key: &Word, out: &mut Word);
    safe fn storage_store(key: &Word, value: &Word);
    safe fn u256_add(a: &Word, b: &Word, out: &mut Word);
    fn emit_event(topics: *const Word, count: usize, data: *const u8, size: usize);
    fn finish(output: *const u8, size: usize) -> !;
    fn revert(output: *const u8, size: usize) -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

const SUM: Word = word(0);
const OWNER: Word = word(1);
/// Keccak-256 of Added(address,uint256).
const ADDED: Word = [
    0x44, 0x6e, 0x00, 0xad, 0x56, 0xf9, 0xb8, 0x87, 0x84, 0x4f, 0x39, 0x0c, 0x87, 0xa1, 0x28, 0x50,
    0x7b, 0x99, 0x1e, 0xa0, 0x49, 0x93, 0x75, 0xf1, 0x3e, 0xcb, 0x11, 0x52, 0x88, 0xc2, 0xdf, 0x7d,
];
/// Panic(uint256) of 0x11, overflow.
const OVERFLOW: [u8; 36] = {
    let mut error = [0; 36];
    [error[0], error[1], error[2], error[3]] = [0x4e, 0x48, 0x7b, 0x71];
    error[35] = 0x11;
    error
};

const fn word(number: u8) -> Word {
    let mut word = [0; 32];
    word[31] = number;
    word
}

fn load(key: &Word) -> Word {
    let mut value = [0; 32];
    storage_load(key, &mut value);
    value
}

fn caller() -> Word {
    let mut word = [0; 32];
    unsafe { get_caller(word[12..].as_mut_ptr()) }
    word
}

fn answer(output: &[u8]) -> ! {
    unsafe { finish(output.as_ptr(), output.len()) }
}

fn add(step: &Word) -> ! {
    let before = load(&SUM);
    let mut after = [0; 32];
    u256_add(&before, step, &mut after);
    if after < before {
        unsafe { revert(OVERFLOW.as_ptr(), OVERFLOW.len()) }
    }
    storage_store(&SUM, &after);
    let topics = [ADDED, caller()];
    unsafe { emit_event(topics.as_ptr(), topics.len(), step.as_ptr(), step.len()) }
    answer(&after)
}

fn reset() -> i32 {
    if load(&OWNER) != caller() {
        return 1;
    }
    storage_store(&SUM, &word(0));
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn _constructor() {
    storage_store(&OWNER, &caller());
}

#[unsafe(no_mangle)]
pub extern "C" fn call() -> i32 {
    let mut selector = [0; 4];
    let mut argument = [0; 32];
    unsafe {
        input_copy(selector.as_mut_ptr(), 0, selector.len()); // zeros past its end
        input_copy(argument.as_mut_ptr(), 4, argument.len());
    }
    match u32::from_be_bytes(selector) {
        0x3fa4f245 => answer(&load(&SUM)), // value()
        0x1003e2d2 => add(&argument),      // add(uint256)
        0xd826f88f => reset(),             // reset()
        _ => 1,
    }
}

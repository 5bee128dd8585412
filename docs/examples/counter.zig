//! Counter, in Zig; counter.c says what it does. Zig has integers of 256 bits itself.
//!
//! zig build-exe -target wasm32-freestanding -fno-entry -rdynamic -O ReleaseSmall -fstrip counter.zig -femit-bin=counter.wasm
//! xxd -p -c 60 counter.wasm counter.zig.hex
const std = @import("std");

/// Big-endian.
const Word = [32]u8;

extern "zvm" fn input_copy(out: [*]u8, from: usize, size: usize) void;
extern "zvm" fn get_caller(out: *[20]u8) void;
extern "zvm" fn storage_load(key: *const Word, out: *Word) void;
extern "zvm" fn storage_store(key: *const Word, value: *const Word) void;
extern "zvm" fn emit_event(topics: [*]const Word, count: usize, data: [*]const u8, size: usize) void;
extern "zvm" fn finish(output: [*]const u8, size: usize) noreturn;
extern "zvm" fn revert(output: [*]const u8, size: usize) noreturn;

const sum_slot = word(0);
const owner_slot = word(1);
/// Keccak-256 of Added(address,uint256).
const added = word(0x446e00ad56f9b887844f390c87a128507b991ea0499375f13ecb115288c2df7d);
/// Panic(uint256) of 0x11, overflow.
const overflow = [_]u8{ 0x4e, 0x48, 0x7b, 0x71 } ++ word(0x11);

fn word(number: u256) Word {
    var bytes: Word = undefined;
    std.mem.writeInt(u256, &bytes, number, .big);
    return bytes;
}

fn load(slot: *const Word) u256 {
    var value: Word = undefined;
    storage_load(slot, &value);
    return std.mem.readInt(u256, &value, .big);
}

fn store(slot: *const Word, value: u256) void {
    storage_store(slot, &word(value));
}

fn caller() u256 {
    var address: [20]u8 = undefined;
    get_caller(&address);
    return std.mem.readInt(u160, &address, .big);
}

fn answer(number: u256) noreturn {
    finish(&word(number), 32);
}

fn add(step: *const Word) noreturn {
    const after = std.math.add(u256, load(&sum_slot), std.mem.readInt(u256, step, .big)) catch
        revert(&overflow, overflow.len);
    store(&sum_slot, after);
    const topics = [_]Word{ added, word(caller()) };
    emit_event(&topics, topics.len, step, step.len);
    answer(after);
}

fn reset() i32 {
    if (load(&owner_slot) != caller()) return 1;
    store(&sum_slot, 0);
    return 0;
}

export fn _constructor() void {
    store(&owner_slot, caller());
}

export fn call() i32 {
    var input: [36]u8 = undefined;
    input_copy(&input, 0, input.len); // zeros past its end
    return switch (std.mem.readInt(u32, input[0..4], .big)) {
        0x3fa4f245 => answer(load(&sum_slot)), // value()
        0x1003e2d2 => add(input[4..36]), // add(uint256)
        0xd826f88f => reset(), // reset()
        else => 1,
    };
}

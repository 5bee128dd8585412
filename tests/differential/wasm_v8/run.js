// run.js FOLDER: runs what wasm_cases wrote there in V8 and compares results, traps and memory. Exits with 1 where something
// differs, and prints "N passed, M failed, K skipped"; skipped are programs that V8's own stack is too small for.
'use strict';
require('v8').setFlagsFromString('--experimental-wasm-memory64');
const fs = require('fs');
const path = require('path');

const MASK = (1n << 64n) - 1n;

/// What V8 says of a trap, and the statuses that this is.
const TRAPS = [
  [/unreachable/, ['Unreachable']],
  [/divide by zero|remainder by zero/, ['DivisionByZero']],
  [/divide result unrepresentable/, ['IntegerOverflow']],
  [/float unrepresentable/, ['IntegerOverflow', 'InvalidConversion']],
  [/memory access out of bounds|data segment/, ['MemoryViolation']],
  [/null function or function signature mismatch/, ['NullElement', 'SignatureMismatch']],
  [/table index is out of bounds/, ['UndefinedElement', 'TableViolation']],
  [/table (access|or element|initializer)|element segment|table\./, ['TableViolation']],
];

/// As hash_words (tests/fuzz/oracles/wasm_runner.hpp).
function hash(buffer) {
  let h = 0x811c9dc5 | 0;
  for (const word of new Uint32Array(buffer)) h = Math.imul(((h << 5) | (h >>> 27)) ^ word, 0x01000193);
  return h >>> 0;
}

/// As import_result (the same file).
function imported(letters) {
  const [parameters, results] = letters.split(':');
  return (...given) => {
    let sum = 7n;
    for (const [i, type] of [...parameters].entries()) {
      const argument = type === 'i' ? BigInt(given[i] >>> 0) : BigInt.asUintN(64, given[i]);
      sum = (sum * 31n + argument) & MASK;
    }
    const values = [...results].map((type, i) => {
      const value = sum + BigInt(i);
      return type === 'i' ? Number(BigInt.asIntN(32, value)) : BigInt.asIntN(64, value);
    });
    return values.length > 1 ? values : values[0];
  };
}

function attempt(action) {
  try {
    return {status: 'Success', value: action()};
  } catch (error) {
    if (error instanceof RangeError) return {status: 'stack'};
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return {status: error.message};
  }
}

function agrees(found, expected) {
  if (found.status === 'Success' || expected === 'Success') return found.status === expected;
  const row = TRAPS.find(([pattern]) => pattern.test(found.status));
  return row !== undefined && row[1].includes(expected);
}

/// '' where all is the same, 'skipped', or what differs.
function compare(folder, item) {
  const env = Object.fromEntries(item.imports.map((letters, i) => ['f' + i, imported(letters)]));
  const module = new WebAssembly.Module(fs.readFileSync(path.join(folder, item.file)));
  const started = attempt(() => new WebAssembly.Instance(module, {env}));
  if (!agrees(started, item.start)) return `instantiation: ${item.start}, V8 says ${started.status}`;
  if (started.status !== 'Success') return '';
  const {exports} = started.value;
  for (const call of item.calls) {
    const found = attempt(() => exports[call.name]());
    if (found.status === 'stack') return 'skipped';
    if (!agrees(found, call.status)) return `${call.name}: ${call.status}, V8 says ${found.status}`;
    if (found.status === 'Success' && String(BigInt.asUintN(64, found.value)) !== call.result)
      return `${call.name}: ${call.result}, V8 says ${BigInt.asUintN(64, found.value)}`;
  }
  if (item.memory !== undefined && hash(exports.memory.buffer) !== item.memory) return 'the memory';
  return '';
}

const [folder] = process.argv.slice(2);
const counts = {passed: 0, failed: 0, skipped: 0};
let calls = 0;
for (const item of JSON.parse(fs.readFileSync(path.join(folder, 'cases.json'), 'utf8'))) {
  const difference = compare(folder, item);
  const kind = difference === '' ? 'passed' : difference === 'skipped' ? 'skipped' : 'failed';
  ++counts[kind];
  calls += item.calls.length;
  if (kind === 'failed') console.log(`${item.file}: ${difference}`);
}
console.log(`${calls} calls`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

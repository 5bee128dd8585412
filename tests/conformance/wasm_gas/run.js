// run.js: reads lines "FILE N" from the standard input, each a module that gasinst.py has instrumented; calls its run(N) in a
// new instance, and prints "RESULT GAS", or "trap GAS".
'use strict';
const fs = require('fs');

for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) {
  const [file, n] = line.split(' ');
  const {run, gas} = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(file))).exports;
  const before = gas.value;
  let result = 'trap';
  try {
    result = run(Number(n));
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  }
  console.log(`${result} ${before - gas.value}`);
}

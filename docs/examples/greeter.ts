// Greeter, in AssemblyScript with objects: answers "Hello, " and its input. The start function, which sets up the heap and
// runs what stands at top level, is exported as the entry point; there is no `call`. The heap never frees: the next message
// has another one.
//
// asc greeter.ts -Oz --runtime stub --exportStart main -o greeter.wasm
// xxd -p -c 60 greeter.wasm greeter.ts.hex
@external("zvm", "input_size")
declare function inputSize(): i32;
@external("zvm", "input_copy")
declare function inputCopy(out: usize, from: i32, size: i32): void;
@external("zvm", "finish")
declare function finish(output: usize, size: i32): void;

const name = new ArrayBuffer(inputSize());
inputCopy(changetype<usize>(name), 0, name.byteLength);
const answer = String.UTF8.encode("Hello, " + String.UTF8.decode(name));
finish(changetype<usize>(answer), answer.byteLength);

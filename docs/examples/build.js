// Compiles Token.sol and writes its init code to token.hex. The same solc gives the same bytes everywhere.
const fs = require("fs");
const solc = require("solc");

const input = {
  language: "Solidity",
  sources: { "Token.sol": { content: fs.readFileSync("Token.sol", "utf8") } },
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 200 },
    metadata: { appendCBOR: false },
    outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.methodIdentifiers"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
for (const message of output.errors ?? []) console.error(message.formattedMessage);
if ((output.errors ?? []).some((message) => message.severity === "error")) process.exit(1);

const { evm } = output.contracts["Token.sol"].Token;
fs.writeFileSync("token.hex", evm.bytecode.object.replace(/.{100}/g, "$&\n").trimEnd() + "\n");
console.log(`token.hex: ${evm.bytecode.object.length / 2} bytes, by solc ${solc.version()}`);
for (const [signature, selector] of Object.entries(evm.methodIdentifiers)) console.log(selector, signature);

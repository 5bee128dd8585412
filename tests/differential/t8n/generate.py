"""Random chains for a transition tool: a state, and block after block an env and transactions, valid ones and others.

Everything follows from the seed. What a block can have depends on its fork; each transaction that is meant to be refused
breaks one rule only, since tools differ in which of two they name."""

import random

from system_contracts import CONTRACTS, SINCE

# In order of activation, in the spelling of execution-spec-tests.
FORKS = ["Frontier", "Homestead", "EIP150", "EIP158", "Byzantium", "Constantinople", "ConstantinopleFix", "Istanbul",
         "MuirGlacier", "Berlin", "London", "ArrowGlacier", "GrayGlacier", "Merge", "Shanghai", "Cancun", "Prague", "Osaka",
         "BPO1", "BPO2", "Amsterdam"]
KEYS = [f"0x{n:064x}" for n in range(1, 7)]
# The addresses of those keys.
SENDERS = ["0x7e5f4552091a69125d5dfcb7b8c2659029395bdf", "0x2b5ad5c4795c026514f8317c7a215e218dccd6cf",
           "0x6813eb9362372eef6200f3b1dbc3f819671cba69", "0x1eff47bc3a10a45d4b230b5d10e37751fe6aa718",
           "0xe1ab8145f7e55dc933d51a18c793f901a3a0b276", "0xe57bfe9f44b819898f47bf37e5af72a0783e1141"]
CONTRACTS_AT = [f"0x{0xc0de00 + n:040x}" for n in range(8)]
GAS_LIMIT = 30_000_000
GWEI = 10**9


def has(fork, since):
    return FORKS.index(fork) >= FORKS.index(since)


def push(value):
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([0x5f + size]) + value.to_bytes(size, "big")


class Programs:
    """Code out of small pieces, each of which leaves the stack as it was."""

    def __init__(self, rng, fork):
        self.rng = rng
        self.of_amsterdam = has(fork, "Amsterdam")

    def piece_of_amsterdam(self):
        """What the fork adds, and what it prices anew: state that grows, is given back, or is not paid for."""
        r, slot = self.rng, self.rng.randrange(4)
        kind = r.randrange(6)
        if kind == 0:
            return b"\x4b" + push(slot) + b"\x55"  # SLOTNUM
        if kind == 1:
            n = r.randrange(17, 21)
            return b"".join(push(i + 1) for i in range(n)) + bytes([0xe6, (n - 145) % 256]) + push(slot) + b"\x55" + b"\x50" * n
        if kind == 2:
            op = bytes([0xe7, (18 - 145) % 256]) if r.random() < 0.5 else bytes([0xe8, (2 * 16 + 5) ^ 143])
            return b"".join(push(r.getrandbits(16)) for _ in range(20)) + op + push(slot) + b"\x55" + b"\x50" * 19
        if kind == 3:
            new = push(r.randrange(4, 40))  # set and cleared again
            return push(1) + new + b"\x55" + push(r.choice([0, 0, 2])) + new + b"\x55"
        if kind == 4:
            return push(0) * 4 + push(r.choice([1, 5])) + push(r.getrandbits(40)) \
                + push(r.choice([0, 30_000])) + b"\xf1" + push(slot) + b"\x55"  # value to nobody yet
        if r.random() < 0.1:
            return b"\xe6\x5b"  # an immediate that is none
        return push(1) + push(r.randrange(40, 400)) + b"\x55"

    def address(self):
        return int(self.rng.choice(SENDERS + CONTRACTS_AT + [f"0x{n:02x}" for n in range(1, 12)] + ["0xdead", "0xbeef"]), 16)

    def piece(self):
        if self.of_amsterdam and self.rng.random() < 0.35:
            return self.piece_of_amsterdam()
        r, slot = self.rng, self.rng.randrange(4)
        kind = r.randrange(16)
        if kind < 3:
            return push(r.choice([0, 1, r.getrandbits(64)])) + push(slot) + b"\x55"  # SSTORE
        if kind == 4:
            return push(slot) + b"\x54\x50"  # SLOAD
        if kind in (3, 5):
            topics = r.randrange(5)
            return b"".join(push(r.getrandbits(40)) for _ in range(topics)) + push(r.randrange(80)) + push(r.randrange(64)) \
                + bytes([0xa0 + topics])
        if kind == 6:
            # A context read is stored, so that the state shows it.
            return bytes([r.choice([0x30, 0x32, 0x33, 0x34, 0x36, 0x3a, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4a])]) \
                + push(slot) + b"\x55"
        if kind == 7:
            return push(self.address()) + bytes([r.choice([0x31, 0x3b, 0x3f])]) + push(slot) + b"\x55"
        if kind == 8:
            return push(r.randrange(100)) + push(r.randrange(100)) + b"\x20" + push(slot) + b"\x55"  # KECCAK256
        if kind in (9, 10):
            op = r.choice([0xf1, 0xf1, 0xf2, 0xf4, 0xfa])
            value = push(r.choice([0, 0, 1, 1000])) if op in (0xf1, 0xf2) else b""
            return push(32) + push(0) + push(r.randrange(64)) + push(0) + value + push(self.address()) \
                + push(r.choice([0, 2300, 50_000, 200_000])) + bytes([op]) + push(slot) + b"\x55"
        if kind == 11:
            init = r.choice([b"\x60\x01\x60\x00\xf3", b"\x60\xef\x60\x00\x53\x60\x01\x60\x00\xf3", b"\xfe",
                             b"\x60\x01\x60\x02\x55\x60\x00\x60\x00\xf3", b"\x33\xff"])
            put = push(int.from_bytes(init.ljust(32, b"\0"), "big")) + push(0) + b"\x52"
            salt = push(r.randrange(3)) if r.random() < 0.5 else b""
            return put + salt + push(len(init)) + push(0) + push(r.choice([0, 0, 1])) + (b"\xf5" if salt else b"\xf0") \
                + push(slot) + b"\x55"
        if kind == 12:
            return push(r.getrandbits(64)) + push(r.randrange(3)) + b"\x5d" + push(r.randrange(3)) + b"\x5c" + push(slot) + b"\x55"
        if kind == 13:
            return b"\x43" + push(r.choice([1, 1, 2, 5])) + b"\x90\x03\x40" + push(slot) + b"\x55"  # an earlier block's hash
        if kind == 14:
            return push(r.randrange(3)) + b"\x49" + push(slot) + b"\x55"  # BLOBHASH
        return push(r.getrandbits(256)) + push(r.randrange(2000)) + b"\x52"  # MSTORE

    def code(self):
        r = self.rng
        end = r.choice([b"\x00", b"\x00", push(32) + push(0) + b"\xf3", push(4) + push(0) + b"\xfd", b"\xfe",
                        push(self.address()) + b"\xff"])
        return b"".join(self.piece() for _ in range(r.randrange(1, 7))) + end


class Chain:
    """One fork's chain. The state is what the tool that is trusted makes of each block."""

    def __init__(self, fork, seed):
        self.fork = fork
        self.rng = random.Random(f"{fork} {seed}")
        self.programs = Programs(self.rng, fork)
        self.number = self.rng.choice([1, 5, 200, 9_000_000])
        self.time = 1_000_000
        self.hashes = {n: f"0x{self.rng.getrandbits(256):064x}" for n in range(max(0, self.number - 6), self.number)}
        self.parent = {"gas_used": 0, "base_fee": 10 * GWEI, "difficulty": 0x20000 + self.rng.randrange(10**6),
                       "excess": self.rng.choice([0, 393216, 5_000_000, 60_000_000]), "blob_gas": 0}
        self.alloc = {a: {"balance": hex(10**20)} for a in SENDERS}
        for at in CONTRACTS_AT:
            self.alloc[at] = {"balance": hex(self.rng.choice([0, 10**6])), "nonce": "0x1",
                              "code": "0x" + self.programs.code().hex(),
                              "storage": {f"0x{s:064x}": f"0x{self.rng.randrange(1, 9):064x}" for s in range(self.rng.randrange(3))}}
        for name, (address, code) in CONTRACTS.items():
            if has(fork, SINCE[name]):
                self.alloc[address] = {"balance": "0x0", "nonce": "0x1", "code": "0x" + code}

    def env(self):
        r = self.rng
        self.time += r.choice([1, 5, 12, 12, 30, 90])
        env = {"currentCoinbase": r.choice(["0x" + "c0" * 20, "0x" + "c1" * 20, SENDERS[0]]),
               "currentNumber": hex(self.number), "currentTimestamp": hex(self.time), "currentGasLimit": hex(GAS_LIMIT),
               "blockHashes": {str(n): h for n, h in self.hashes.items()}}
        if has(self.fork, "Merge"):
            env["currentRandom"] = hex(r.getrandbits(256))
        else:
            env["parentDifficulty"] = hex(self.parent["difficulty"])
            env["parentTimestamp"] = hex(self.time - r.choice([1, 8, 9, 18, 100]))
            env["parentUncleHash"] = r.choice(["0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347", "0x" + "11" * 32])
            if r.random() < 0.3:
                env["ommers"] = [{"delta": r.randrange(1, 7), "address": f"0x{0xa0 + i:040x}"} for i in range(r.randrange(1, 3))]
        if has(self.fork, "London"):
            if r.random() < 0.5:
                env["currentBaseFee"] = hex(self.parent["base_fee"])
            else:
                env |= {"parentBaseFee": hex(self.parent["base_fee"]), "parentGasUsed": hex(self.parent["gas_used"]),
                        "parentGasLimit": hex(GAS_LIMIT)}
        if has(self.fork, "Shanghai"):
            env["withdrawals"] = [{"index": hex(r.randrange(10**6)), "validatorIndex": hex(i), "amount": hex(r.choice([0, 1, 10**6])),
                                   "address": r.choice(SENDERS + CONTRACTS_AT + ["0x" + "ee" * 20])} for i in range(r.randrange(4))]
        if has(self.fork, "Cancun"):
            env["parentBeaconBlockRoot"] = f"0x{r.getrandbits(256):064x}"
            if r.random() < 0.5:
                env["currentExcessBlobGas"] = hex(self.parent["excess"])
            else:
                env |= {"parentExcessBlobGas": hex(self.parent["excess"]), "parentBlobGasUsed": hex(self.parent["blob_gas"]),
                        "parentBaseFee": hex(self.parent["base_fee"])}
        if has(self.fork, "Amsterdam"):
            env["slotNumber"] = hex(self.time // 12)
        return env

    def types(self):
        kinds = [0, 0]
        for type_, since in ((1, "Berlin"), (2, "London"), (3, "Cancun"), (4, "Prague")):
            if has(self.fork, since):
                kinds += [type_] * 2
        return kinds

    def gas_limits(self):
        if has(self.fork, "Amsterdam"):
            # Up to what leaves a reservoir of state gas.
            return [60_000, 150_000, 400_000, 1_000_000, 3_000_000, 16_900_000, 17_500_000]
        return [60_000, 150_000, 400_000, 1_000_000]

    def transaction(self, nonces):
        r = self.rng
        who = r.randrange(len(KEYS))
        sender = SENDERS[who]
        tx = {"type": hex(r.choice(self.types())), "chainId": "0x1", "nonce": hex(nonces[sender]), "value": hex(r.choice([0, 0, 1, 10**9])),
              "gas": hex(r.choice(self.gas_limits())), "to": r.choice(CONTRACTS_AT + CONTRACTS_AT + SENDERS + ["0x" + "bb" * 20]),
              "input": "0x" + r.randbytes(r.choice([0, 0, 4, 33, 70])).hex(), "secretKey": KEYS[who], "v": "0x0", "r": "0x0", "s": "0x0"}
        kind = int(tx["type"], 16)
        if has(self.fork, "Prague") and r.random() < 0.1:
            # A request to the beacon chain.
            requests = [("withdrawals", 56), ("consolidations", 96)]
            if has(self.fork, "Amsterdam"):
                requests += [("builder_deposits", 184), ("builder_exits", 48)]
            name, size = r.choice(requests)
            tx |= {"to": CONTRACTS[name][0], "input": "0x" + r.randbytes(size).hex(), "value": hex(r.choice([1, 100])),
                   "gas": hex(2_000_000 if has(self.fork, "Amsterdam") else 400_000)}
        if kind < 3 and r.random() < 0.15:
            tx |= {"to": None, "input": "0x" + (r.choice([b"\x60\x01\x60\x00\xf3", b"", b"\xfe"]) + self.programs.code()).hex(),
                   "gas": hex(1_500_000)}
        if kind == 0:
            tx["protected"] = has(self.fork, "EIP158") and r.random() < 0.7
        price = self.parent["base_fee"] * 3 if has(self.fork, "London") else r.choice([0, 1, GWEI])
        if kind < 2:
            tx["gasPrice"] = hex(price)
        else:
            tx |= {"maxFeePerGas": hex(price), "maxPriorityFeePerGas": hex(min(r.choice([0, 1, GWEI]), price))}
        if kind >= 1:
            tx["accessList"] = [{"address": r.choice(CONTRACTS_AT), "storageKeys": [f"0x{r.randrange(3):064x}" for _ in range(r.randrange(3))]}
                                for _ in range(r.randrange(3))]
        if kind == 3:
            tx |= {"maxFeePerBlobGas": hex(10**12), "blobVersionedHashes": [f"0x01{r.getrandbits(248):062x}" for _ in range(r.randrange(1, 4))]}
        if kind == 4:
            # Signatures of nobody in particular: half of them are of some address, with nonce 0.
            tx["authorizationList"] = [{"chainId": hex(r.choice([0, 1, 1, 7])), "address": r.choice(CONTRACTS_AT + ["0x" + "00" * 20]),
                                        "nonce": hex(r.choice([0, 0, 1])), "yParity": hex(r.randrange(2)),
                                        "r": hex(r.getrandbits(255) + 1), "s": hex(r.getrandbits(250) + 1)} for _ in range(r.randrange(1, 4))]
            tx["gas"] = hex(600_000)
        if r.random() < 0.15:
            self.spoil(tx, kind)
        else:
            nonces[sender] += 1
        return tx

    def spoil(self, tx, kind):
        """Breaks one rule."""
        r = self.rng
        ways = ["nonce low", "nonce high", "gas", "value", "block gas"]
        if has(self.fork, "London"):
            ways.append("base fee")
        if kind >= 2:
            ways.append("tip")
        if kind == 3:
            ways += ["version", "blob fee"]  # without blobs go-ethereum's tool does not read it
        if kind == 4:
            ways.append("no authorisations")
        if not has(self.fork, "Prague"):
            ways.append("type")
        way = r.choice(ways)
        nonce = int(tx["nonce"], 16)
        if way == "nonce low" and nonce > 0:
            tx["nonce"] = hex(nonce - 1)
        elif way == "nonce high" or way == "nonce low":
            tx["nonce"] = hex(nonce + 1)
        elif way == "gas":
            tx["gas"] = hex(11_000)
        elif way == "value":
            tx["value"] = hex(10**30)
        elif way == "block gas":
            # More than the block has; from Osaka on more than a transaction may have.
            tx["gas"] = hex(GAS_LIMIT + 1)
            for fee in ("gasPrice", "maxFeePerGas"):
                if fee in tx:
                    tx[fee] = hex(min(int(tx[fee], 16), 100 * GWEI))
        elif way == "base fee":
            for fee in ("gasPrice", "maxFeePerGas", "maxPriorityFeePerGas"):
                if fee in tx:
                    tx[fee] = "0x0"
        elif way == "tip":
            tx["maxPriorityFeePerGas"] = hex(int(tx["maxFeePerGas"], 16) + 1)
        elif way == "version":
            tx["blobVersionedHashes"] = ["0x02" + "00" * 31]
        elif way == "blob fee":
            tx["maxFeePerBlobGas"] = "0x0"
        elif way == "no authorisations":
            tx["authorizationList"] = []
        elif way == "type":
            # Not blobs: go-ethereum's tool asks for their fee before it looks at the type.
            first = next(t for t, since in ((1, "Berlin"), (2, "London"), (4, "Prague")) if not has(self.fork, since))
            tx.pop("protected", None)
            price = tx.pop("gasPrice", None) or tx["maxFeePerGas"]
            tx |= {"type": hex(first), "accessList": [], "to": tx["to"] or SENDERS[0]}
            tx |= {"gasPrice": price} if first == 1 else {"maxFeePerGas": price, "maxPriorityFeePerGas": "0x0"}
            if first == 4:
                tx["authorizationList"] = [{"chainId": "0x1", "address": SENDERS[0], "nonce": "0x0", "yParity": "0x0", "r": "0x1", "s": "0x1"}]

    def block(self):
        """{alloc, env, txs}, and the reward."""
        nonces = {a: int(self.alloc.get(a, {}).get("nonce", "0x0"), 16) for a in SENDERS}
        env = self.env()
        txs = [self.transaction(nonces) for _ in range(self.rng.randrange(1, 9))]
        reward = self.rng.choice([0, 2 * 10**18]) if not has(self.fork, "Merge") else 0
        if self.rng.random() < 0.1:
            reward = -1
        return {"alloc": self.alloc, "env": env, "txs": txs}, reward

    def follow(self, alloc, result):
        """Goes on from what came of the block."""
        self.alloc = alloc
        self.hashes[self.number] = f"0x{self.rng.getrandbits(256):064x}"
        self.number += 1
        p = self.parent
        p["gas_used"] = int(result["gasUsed"], 16)
        p["base_fee"] = int(result.get("currentBaseFee") or hex(p["base_fee"]), 16)
        p["difficulty"] = int(result.get("currentDifficulty") or hex(p["difficulty"]), 16)
        p["excess"] = int(result.get("currentExcessBlobGas") or "0x0", 16)
        p["blob_gas"] = int(result.get("blobGasUsed") or "0x0", 16)

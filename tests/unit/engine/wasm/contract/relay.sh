#!/usr/bin/env bash
# Builds relay.hex from relay.c; needs clang and lld 19.
set -euo pipefail
cd "$(dirname "$0")"
clang-19 --target=wasm32 -mcpu=mvp -O2 -nostdlib -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=4096 relay.c -o relay.wasm
xxd -p -c 60 relay.wasm > relay.hex
rm relay.wasm

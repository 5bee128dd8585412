#!/usr/bin/env bash
# Builds relay.hex from relay.c, and keeper.hex from keeper.c; needs clang and lld 19.
set -euo pipefail
cd "$(dirname "$0")"
for name in relay keeper; do
  clang-19 --target=wasm32 -mcpu=mvp -O2 -nostdlib -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=4096 $name.c -o $name.wasm
  xxd -p -c 60 $name.wasm > $name.hex
  rm $name.wasm
done

# shellcheck shell=bash
# Sourced by ./dev: what `./dev test`, `./dev lint` and `./dev fuzz` run. A step is a function in a subshell with a log;
# it reports its counts with `count`. A step that fails lets the others run and is a failed row of the table.

# shellcheck disable=SC2154  # build_root and jobs come from ./dev
logs=$build_root/logs
rows=()    # "suite|ran|passed|failed|skipped|absent|seconds|note"
full=0
step_limit=2400 # seconds for one program, so that a hang is a failed row; 0 is none

# count PASSED FAILED SKIPPED [NOTE]: the result of the running step, read back by `step`.
count() { printf '%s|%s|%s|%s\n' "$1" "$2" "$3" "${4:-}" >"$step_result"; }

# step NAME FUNCTION [ARG...]
step() {
  local name=$1 began=$SECONDS status=0 passed=0 failed=0 skipped=0 note=
  shift
  local file=${name//[^a-zA-Z0-9+.-]/_}
  local log=$logs/$file.log
  step_result=$logs/$file.result
  rm -f "$step_result"
  printf 'dev: %s ... (log: %s)\n' "$name" "$log"
  # Not the left side of || or an if: bash would ignore set -e inside.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  if [[ -f $step_result ]]; then
    IFS='|' read -r passed failed skipped note <"$step_result"
  elif ((status == 0)); then
    passed=1 # a check without cases of its own
  fi
  if ((status != 0 && failed == 0)); then
    failed=1
    note=${note:-exit code $status}
  fi
  if ((failed > 0)); then
    printf 'dev: %s FAILED; first errors and the end of %s:\n' "$name" "$log"
    { grep -m 5 -E 'error:' "$log" || true; tail -n 40 "$log"; } | sed 's/^/    /'
  fi
  rows+=("$name|$((passed + failed))|$passed|$failed|$skipped||$((SECONDS - began))|$note")
}

absent() { rows+=("$1|||||yes|0|$2"); }

# ---- single programs ------------------------------------------------------------------------------------------------

# unit PRESET [FILTER]: zvm_tests, sharded over the cores. A crash counts as one failed test.
unit() {
  local tree=$build_root/$1 filter=${2:-*} shard log pids=() status=0 logs_of=()
  [[ -x $tree/bin/zvm_tests ]] || {
    echo "there is no $tree/bin/zvm_tests"
    return 1
  }
  for ((shard = 0; shard < jobs; shard++)); do
    log=$logs/unit-$1-$shard.txt
    logs_of+=("$log")
    GTEST_TOTAL_SHARDS=$jobs GTEST_SHARD_INDEX=$shard \
      timeout "$step_limit" "$tree/bin/zvm_tests" --gtest_color=no --gtest_filter="$filter" >"$log" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
  gtest_counts "$status" "${logs_of[@]}"
}

# gtest_counts STATUS LOG...: the result of runs of GoogleTest, the worst of whose exit codes is STATUS.
gtest_counts() {
  local status=$1 passed failed skipped
  shift
  passed=$(cat "$@" | grep -c '^\[       OK \]' || true)
  failed=$(cat "$@" | grep -cE '^\[  FAILED  \] .*\([0-9]+ ms\)$' || true)
  skipped=$(cat "$@" | grep -cE '^\[  SKIPPED \] .*\([0-9]+ ms\)$' || true)
  # A run without its summary line crashed, or was stopped, in a test that no line counts.
  failed=$((failed + $(grep -LE '^\[==========\] .* ran\.' "$@" | wc -l || true)))
  if ((status != 0)); then
    # What failed, without the passing lines around it; for a crash the end of each run.
    grep -vhE '^\[( +OK| RUN  |-+|=+)' "$@" | tail -n 200
    tail -n 3 "$@"
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  count "$passed" "$failed" "$skipped"
  return "$status"
}

# aarch64_hashes: the hash functions cross-built, on a CPU with the SHA-3 extension and on one with SHA-2 only, each with
# its variants and without.
aarch64_hashes() {
  local cpu kernels log pid status=0 logs_of=() pids=()
  build aarch64 zvm_hash_tests
  for cpu in max cortex-a72; do
    for kernels in all portable; do
      log=$logs/unit-aarch64-$cpu-$kernels.txt
      logs_of+=("$log")
      wait_for_core
      ZVM_HASH_KERNELS=$kernels timeout "$step_limit" \
        qemu-aarch64 -cpu "$cpu" "$build_root/aarch64/bin/zvm_hash_tests" --gtest_color=no >"$log" 2>&1 &
      pids+=($!)
    done
  done
  for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
  gtest_counts "$status" "${logs_of[@]}"
}

# aarch64_unit: zvm_tests, except what starts programs and what makes thousands of machines. In many processes: qemu keeps
# 30 MiB of its own for each machine that was made.
aarch64_unit() {
  local shards=40 shard log status=0 logs_of=()
  build aarch64 zvm_tests
  for ((shard = 0; shard < shards; shard++)); do
    log=$logs/unit-aarch64-$shard.txt
    logs_of+=("$log")
    GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard timeout "$step_limit" qemu-aarch64 -cpu max \
      "$build_root/aarch64/bin/zvm_tests" --gtest_color=no --gtest_filter='-Embedding.ExampleRuns:*/OpcodeRows.*:MachineMemory.*' \
      >"$log" 2>&1 || status=$?
  done
  gtest_counts "$status" "${logs_of[@]}"
}

# aarch64_obstacle: what keeps the preset aarch64 from being built and run; nothing where it can.
aarch64_obstacle() {
  if [[ ! -d /usr/aarch64-linux-gnu/include/c++ ]]; then
    echo "no C++ library for AArch64"
  elif ! command -v qemu-aarch64 >/dev/null; then
    echo "no qemu-aarch64"
  fi
}

# counted COMMAND...: a program whose last line is `N passed, M failed[, K skipped]`.
counted() {
  local status=0 out=$step_result.out last
  timeout "$step_limit" "$@" >"$out" 2>&1 || status=$?
  cat "$out"
  last=$(tail -n 1 "$out")
  if [[ ! $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    echo "exit code $status, and the last line is not 'N passed, M failed, K skipped'"
    return 1
  fi
  count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}"
  if ((BASH_REMATCH[1] + BASH_REMATCH[2] == 0)); then
    echo "no case was run"
    return 1
  fi
  return "$status"
}

# conformance PRESET SUITE TIER ARG...: in the tiers interp and asmjit everything is lowered at once; in tier auto what has
# become warm, and compiled soon, of blocks by a thread.
conformance() {
  local program=$build_root/$1/bin/zvm suite=$2 tier=$3 emulator=()
  [[ $1 != aarch64 ]] || emulator=(qemu-aarch64 -cpu max)
  shift 3
  [[ -x $program ]] || {
    echo "there is no $program"
    return 1
  }
  case $tier in
    interp | asmjit) set -- "$@" --promote-gas 0 ;;
    auto)
      set -- "$@" --promote-gas 500 --compile-gas 500
      [[ $suite == blocktest ]] || set -- "$@" --compile-threads 0
      ;;
  esac
  counted "${emulator[@]}" "$program" conformance "$suite" "$@" --tier "$tier"
}

# fuzz_one TARGET SECONDS
fuzz_one() {
  local target=$1 seconds=$2 corpus=$build_root/fuzz/corpus/$1 findings=$build_root/fuzz/findings/$1
  mkdir -p "$corpus" "$findings"
  local seeds=()
  [[ ! -d tests/fuzz/seeds/$target ]] || seeds=("tests/fuzz/seeds/$target")
  # Leaks are looked for at the end, not after every input; programs need some length from the first input on. To weigh
  # inputs by the rareness of what they reach takes a third of the time, and reaches no more; whole stacks of allocations
  # take a fifth, and a finding has them when it is run again.
  ASAN_OPTIONS=malloc_context_size=2:${ASAN_OPTIONS:-} "$build_root/asan/bin/$target" \
    -max_total_time="$seconds" -print_final_stats=1 -timeout=20 -rss_limit_mb=4096 \
    -detect_leaks=0 -len_control=0 -entropic=0 -artifact_prefix="$findings/" "$corpus" "${seeds[@]}"
}

# wait_for_core: until one of the jobs in the background can be joined by another.
wait_for_core() {
  while (($(jobs -rp | wc -l) >= jobs)); do sleep 1; done
}

# fuzz_reports OPTION COUNT NAME...: the generators of the fuzzers against the release build, as many at a time as there are
# cores. OPTION is --gas-sweep or nothing; each NAME may have a COUNT of its own behind a colon.
fuzz_reports() {
  local option=$1 each=$2 name total=0 passed=0 failed=0 pids=() pid
  shift 2
  for name in "$@"; do
    local runs=$each
    [[ $name != *:* ]] || runs=${name#*:}
    wait_for_core
    # shellcheck disable=SC2086 # none, or one
    "$build_root/release/bin/fuzz_report" $option "${name%:*}" "$runs" &
    pids+=($!)
    total=$((total + runs))
  done
  for pid in "${pids[@]}"; do
    if wait "$pid"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  count "$passed" "$failed" 0 "$total programs"
  ((failed == 0))
}

# fuzz_all TARGET|all SECONDS: as many targets at a time as there are cores; a finding is a failure.
fuzz_all() {
  local targets target pids=() names=() passed=0 failed=0 total=0 i
  mapfile -t targets < <(fuzz_targets "$1")
  if ((${#targets[@]} == 0)); then
    echo "no fuzz target '$1'; there are: $(fuzz_targets all | tr '\n' ' ')"
    return 1
  fi
  build asan "${targets[@]}"
  for target in "${targets[@]}"; do
    wait_for_core
    fuzz_one "$target" "$2" >"$logs/fuzz-$target.log" 2>&1 &
    pids+=($!)
    names+=("$target")
  done
  for i in "${!pids[@]}"; do
    local runs
    if wait "${pids[$i]}"; then
      passed=$((passed + 1))
      echo "${names[$i]}: no finding"
    else
      failed=$((failed + 1))
      echo "${names[$i]}: a finding; $build_root/fuzz/findings/${names[$i]} has the input, log:"
      tail -n 30 "$logs/fuzz-${names[$i]}.log"
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/fuzz-${names[$i]}.log")
    echo "${names[$i]}: ${runs:-unknown} executions"
    total=$((total + ${runs:-0}))
  done
  count "$passed" "$failed" 0 "$total executions"
  ((failed == 0))
}

fuzz_targets() {
  local file
  for file in tests/fuzz/*_fuzz.cpp; do
    [[ -f $file ]] || continue
    file=${file##*/}
    [[ $1 != all && $1 != "${file%.cpp}" && $1 != "${file%_fuzz.cpp}" ]] || echo "${file%.cpp}"
  done
}

# ---- public suites --------------------------------------------------------------------------------------------------

# suite_folders NAME: the unpacked folders of a suite, one per line; nothing where it is absent. $ZVM_DATA/NAME may hold
# packs (*.tar.zst, unpacked once per checksum) or the files themselves. Fails where a pack does not unpack.
suite_folders() {
  local from=${ZVM_DATA:-../shared/data}/$1 pack into sum
  [[ -d $from ]] || return 0
  if ! compgen -G "$from/*.tar.zst" >/dev/null; then
    echo "$from"
    return
  fi
  for pack in "$from"/*.tar.zst; do
    into=$build_root/data/$1/$(basename "$pack" .tar.zst)
    sum=$(sha256sum <"$pack")
    if [[ $(cat "$into/.checksum" 2>/dev/null) != "$sum" ]]; then
      say "unpacking $pack" >&2
      rm -rf "$into"
      mkdir -p "$into"
      tar --zstd -xf "$pack" -C "$into" || {
        echo "error: $pack does not unpack" >&2
        return 1
      }
      echo "$sum" >"$into/.checksum"
    fi
    echo "$into"
  done
}

# find_data ROW NAME: sets `folders` to those of a suite. Where there are none it returns 1 and has made the row: absent where
# there is no such data, failed where it is there and cannot be had.
find_data() {
  local list
  folders=()
  if ! list=$(suite_folders "$2"); then
    step "$1" suite_folders "$2"
    return 1
  fi
  if [[ -z $list ]]; then
    absent "$1" "no ${ZVM_DATA:-../shared/data}/$2"
    return 1
  fi
  mapfile -t folders <<<"$list"
}

# suite NAME PRESET RUNNER_SUITE TIER FOLDER_OF_DATA
suite() {
  local name=$1 preset=$2 runner=$3 tier=$4 data=$5 folders slow=()
  find_data "$name" "$data" || return 0
  # Billions of rounds of BLAKE2b in one call teach a sanitizer nothing and take it hours.
  [[ $full == 0 || $preset != release ]] || slow=(--full)
  step "$name" conformance "$preset" "$runner" "$tier" "${folders[@]}" "${slow[@]}"
}

# evm_blocks NAME TIER: the blockchain tests that the packs of state tests bring along, in folders of the name `blocks`.
evm_blocks() {
  local folders
  find_data "$1" evm || return 0
  mapfile -t folders < <(find "${folders[@]}" -type d -name blocks -prune)
  if ((${#folders[@]} == 0)); then
    absent "$1" "no folder 'blocks' in the packs"
  else
    step "$1" conformance release blocktest "$2" "${folders[@]}"
  fi
}

# wast PRESET TIER OPTIONS FOLDER...: the WebAssembly test suite, converted once; the converter is ours and cargo's.
wast() {
  local preset=$1 tier=$2 options=$3 folder into converter=$build_root/wast_json/release/wast_json
  shift 3
  cargo build --release --locked --quiet --manifest-path tests/conformance/wast_json/Cargo.toml \
    --target-dir "$build_root/wast_json"
  for folder in "$@"; do
    into=$build_root/data/wast_json/$(basename "$folder")
    if [[ ! -d $into || $folder -nt $into || $converter -nt $into ]]; then
      rm -rf "$into"
      "$converter" "$folder" "$into"
    fi
  done
  # shellcheck disable=SC2086 # none, or some
  conformance "$preset" wast "$tier" "$build_root/data/wast_json" $options
}

# wast_suite NAME PRESET TIER [OPTIONS]
wast_suite() {
  local folders
  find_data "$1" wasm || return 0
  if ! cargo fetch --locked --quiet --manifest-path tests/conformance/wast_json/Cargo.toml 2>/dev/null; then
    absent "$1" "cargo cannot fetch the converter's crates"
  else
    step "$1" wast "$2" "$3" "${4:-}" "${folders[@]}"
  fi
}

# wasm_gas: what the kernels cost, counted by V8, and then by the engine.
wasm_gas() {
  local folders tier totals=$build_root/data/wasm_gas.json
  find_data "wasm gas" wasm-kernels || return 0
  if ! command -v node >/dev/null; then
    absent "wasm gas" "no node"
  else
    step "wasm gas, counted by node" counted python3 tests/conformance/wasm_gas/totals.py "${folders[0]}" --out "$totals"
    for tier in step interp asmjit; do
      step "wasm gas, $tier" conformance release wasm-gas "$tier" "$totals"
    done
  fi
}

# wasm_v8: generated programs, whose results, traps and memories V8 must find, too.
wasm_v8() {
  local cases=$build_root/data/wasm_v8
  if ! command -v node >/dev/null; then
    absent "wasm programs in V8" "no node"
    return 0
  fi
  rm -rf "$cases"
  step "wasm programs" "$build_root/release/bin/wasm_cases" "$cases" "$((full ? 20000 : 2000))"
  step "wasm programs in V8" counted node tests/differential/wasm_v8/run.js "$cases"
}

# traces_beside NAME VARIABLE: state tests, line by line as the tool that the variable names has them.
traces_beside() {
  local folders
  if [[ -z ${!2:-} ]]; then
    absent "traces beside $1" "$2 is not set"
    return 0
  fi
  find_data "traces beside $1" evm || return 0
  step "traces beside $1" counted python3 tests/differential/traces/compare.py "$build_root/release/bin/zvm" \
    "$1=${!2}" "${folders[@]}" --most-lines 50000
}

# beside_clients: what other clients' tools do, too.
beside_clients() {
  if [[ -n ${ZVM_GETH_EVM:-} ]]; then
    step "t8n beside geth" counted python3 tests/differential/t8n/compare.py "$build_root/release/bin/zvm"
  else
    absent "t8n beside geth" "ZVM_GETH_EVM is not set"
  fi
  traces_beside geth ZVM_GETH_EVM
  traces_beside revm ZVM_REVME
}

# split_evm eest|rest FOLDER...: state tests are sampled by origin under the sanitizers. The rest are eest's sibling folders.
split_evm() {
  local part=$1 folder eest
  shift
  for folder in "$@"; do
    eest=$(find "$folder" -maxdepth 2 -type d -name 'eest*' | head -n 1)
    if [[ $part == eest ]]; then
      [[ -z $eest ]] || echo "$eest"
    elif [[ -z $eest ]]; then
      echo "$folder"
    else
      find "$(dirname "$eest")" -mindepth 1 -maxdepth 1 -type d ! -name 'eest*'
    fi
  done
}

sampled_evm() {
  local tier=$1 folders eest rest
  find_data "statetest, $tier, asan" evm || return 0
  mapfile -t eest < <(split_evm eest "${folders[@]}")
  mapfile -t rest < <(split_evm rest "${folders[@]}")
  ((${#eest[@]} == 0)) || step "statetest eest, $tier, asan" conformance asan statetest "$tier" "${eest[@]}"
  ((${#rest[@]} == 0)) ||
    step "statetest legacy 1/8, $tier, asan" conformance asan statetest "$tier" "${rest[@]}" --sample 1/8
}

# The corpus written for this project: it runs everywhere.
mini_corpus() {
  local preset=$1 suite tier
  for suite in statetest blocktest contracts hashes precompiles wast wasm-gas; do
    [[ -d tests/conformance/mini/$suite ]] || continue
    for tier in step interp asmjit auto; do
      step "mini $suite, $tier, $preset" conformance "$preset" "$suite" "$tier" "tests/conformance/mini/$suite"
    done
  done
}

# ---- lint -----------------------------------------------------------------------------------------------------------

compile_fail() { counted python3 tests/compile_fail/run.py --compiler clang++-19; }
headers() { python3 tests/lint/includes.py --compiler clang++-19 --jobs "$jobs"; }

# changed_files: against ZVM_BASE, or the last commit, plus what is not committed.
changed_files() {
  local base=${ZVM_BASE:-HEAD~1}
  git rev-parse -q --verify "$base" >/dev/null || base=HEAD
  {
    git diff --name-only --diff-filter=d "$base"
    git ls-files --others --exclude-standard
  } | sort -u
}

tidy() {
  local files
  configure tidy
  if [[ ${1:-} == --all ]]; then
    mapfile -t files < <(cxx_files | grep '\.cpp$')
  else
    mapfile -t files < <(changed_files | grep '\.cpp$' || true)
  fi
  # Only what the build knows has compile commands: the fuzz targets are not part of it.
  mapfile -t files < <(printf '%s\n' "${files[@]}" | while read -r f; do
    [[ -z $f ]] || ! grep -qF "\"file\": \"$PWD/$f\"" "$build_root/tidy/compile_commands.json" || echo "$f"
  done)
  echo "clang-tidy on ${#files[@]} files"
  ((${#files[@]} == 0)) ||
    printf '%s\n' "${files[@]}" | xargs -P "$jobs" -n 4 clang-tidy-19 -p "$build_root/tidy" --quiet
}

lint_steps() {
  step "layers" python3 tests/lint/layers.py
  step "lint self-test" counted python3 tests/lint/selftest.py
  step "text" python3 tests/lint/text.py
  step "formatting" verb_fmt --check
  step "compile_fail" compile_fail
  step "worked example" counted python3 tests/lint/worked_example.py --compiler clang++-19
  if compgen -G 'docs/generate/*.cpp' >/dev/null; then step "generated docs" verb_docs --check; fi
}

run_lint() {
  mkdir -p "$logs"
  lint_steps
  step "headers stand alone" headers
  step "clang-tidy" tidy "${1:-}"
  table
}

run_fuzz() {
  mkdir -p "$logs"
  step "fuzz $1 ($2 s each)" fuzz_all "$1" "$2"
  sed -n '/: /p' "$logs"/fuzz_"${1//[^a-zA-Z0-9+.-]/_}"*.log | grep -E 'executions|finding' || true
  table
}

# ---- the test verb --------------------------------------------------------------------------------------------------

libraries=(zvm_base zvm_gas zvm_ir zvm_frontend zvm_frontend_evm zvm_frontend_zvm zvm_frontend_asm zvm_frontend_wasm
  zvm_hash zvm_runtime zvm_backend zvm_backend_interp zvm_backend_asmjit zvm_engine)

build_present() { # the targets among those named that have sources
  local preset=$1 target present=()
  shift
  configure "$preset"
  for target in "$@"; do
    if has_target "$preset" "$target"; then present+=("$target"); fi
  done
  ((${#present[@]} == 0)) || build "$preset" "${present[@]}"
}

quick_tests() {
  step "build release" build_present release zvm zvm_tests
  step "unit, release" unit release
  mini_corpus release
}

sanitizer_tests() {
  step "build asan" build_present asan zvm zvm_tests
  step "unit, asan" unit asan
  mini_corpus asan
  local tier
  for tier in step interp; do
    if ((full)); then
      suite "statetest, $tier, asan" asan statetest "$tier" evm
    else
      sampled_evm "$tier"
    fi
    suite "contracts, $tier, asan" asan contracts "$tier" contracts
    wast_suite "wast, $tier, asan" asan "$tier"
  done
  for tier in asmjit auto; do suite "contracts, $tier, asan" asan contracts "$tier" contracts; done
  wast_suite "wast, asmjit, asan" asan asmjit
  suite "hashes, asan" asan hashes auto hashes
  suite "precompiles, asan" asan precompiles step precompiles
}

# The hash kernels are code of its own for AArch64; the whole engine, without the libraries of others, only with --full.
aarch64_tests() {
  local obstacle folders tier
  obstacle=$(aarch64_obstacle)
  if [[ -n $obstacle ]]; then
    absent "hash kernels, aarch64 (qemu)" "$obstacle"
    return
  fi
  step "hash kernels, aarch64 (qemu)" aarch64_hashes
  ((full)) || return 0
  step "build aarch64" build aarch64 zvm zvm_tests
  step "unit, aarch64" aarch64_unit
  mini_corpus aarch64
  suite "hashes, aarch64" aarch64 hashes auto hashes
  for tier in step interp; do
    suite "contracts, $tier, aarch64" aarch64 contracts "$tier" contracts
    if find_data "statetest 1/10, $tier, aarch64" evm; then
      step "statetest 1/10, $tier, aarch64" conformance aarch64 statetest "$tier" "${folders[@]}" --sample 1/10
    fi
  done
}

all_tests() {
  local tier
  step "build release" build release
  lint_steps
  step "consoles in documents" counted python3 tests/lint/console.py --bin "$build_root/release/bin"
  step "unit, release" unit release
  mini_corpus release
  for tier in step interp asmjit auto; do
    suite "statetest, $tier" release statetest "$tier" evm
    suite "blocktest, $tier" release blocktest "$tier" blocks
    evm_blocks "blocktest of the evm packs, $tier" "$tier"
    suite "contracts, $tier" release contracts "$tier" contracts
  done
  suite "hashes" release hashes auto hashes # no code runs: one tier is all
  suite "precompiles" release precompiles step precompiles # the same in every tier
  for tier in step interp asmjit; do wast_suite "wast, $tier" release "$tier"; done
  for tier in interp asmjit; do
    wast_suite "wast, $tier, explicit bounds" release "$tier" --explicit-bounds
  done
  wasm_gas
  aarch64_tests
  step "fuzz report" fuzz_reports "" "$((full ? 2000000 : 100000))" \
    "wasm:$((full ? 500000 : 25000))" "contracts:$((full ? 100000 : 1000))" zvm evm
  step "gas sweep" fuzz_reports --gas-sweep "$((full ? 500 : 3))" contracts zvm evm
  wasm_v8
  beside_clients
  sanitizer_tests
  if compgen -G 'tests/fuzz/*_fuzz.cpp' >/dev/null; then
    step "fuzz" fuzz_all all "$((full ? 600 : 60))"
  fi
  step "build g++-12" build_present gcc "${libraries[@]}"
  step "programs of users" counted python3 tests/users/run.py --build "$build_root/release" --out "$build_root/users" --jobs "$jobs"
  if ((full)); then
    step "build gcc tests" build_present gcc zvm_tests
    step "unit, gcc" unit gcc
    step "build tsan" build_present tsan zvm_tests
    step "unit, tsan" unit tsan
    step "headers stand alone" headers
    step "clang-tidy" tidy --all
  fi
}

# table: one row per step, then the line that programs read. Exits with 1 on any failure.
table() {
  local row name ran passed failed skipped is_absent seconds note n=0 m=0 k=0
  printf '\n%-36s %9s %9s %7s %8s %7s %6s  %s\n' suite ran passed failed skipped absent s note
  for row in "${rows[@]}"; do
    IFS='|' read -r name ran passed failed skipped is_absent seconds note <<<"$row"
    printf '%-36s %9s %9s %7s %8s %7s %6s  %s\n' \
      "$name" "$ran" "$passed" "$failed" "$skipped" "$is_absent" "$seconds" "$note"
    n=$((n + ${passed:-0})) m=$((m + ${failed:-0})) k=$((k + ${skipped:-0}))
  done
  printf '\n%d seconds in all\n' "$SECONDS"
  local line="$n passed, $m failed"
  ((k == 0)) || line+=", $k skipped"
  printf '%s\n' "$line"
  ((m == 0)) || exit 1
  exit 0
}

run_tests() {
  mkdir -p "$logs"
  case ${1:-} in
    quick) quick_tests ;;
    --full)
      full=1
      step_limit=0
      all_tests
      ;;
    "") all_tests ;;
    *) die "usage: ./dev test [quick|--full]" ;;
  esac
  table
}

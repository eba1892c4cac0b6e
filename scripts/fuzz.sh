#!/usr/bin/env bash
# Searches for inputs that a reader of files fails on, guided by coverage (libFuzzer), on the stable compiler. Needs a C++
# compiler. What it finds lies in target/fuzz/found; put it into crates/fuzz/seeds once it is mended.
#
#     scripts/fuzz.sh [SECONDS] [TARGET...]      so long for each target: 600 seconds and all of them unless told otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-600}"
shift || true
targets=("$@")
[ "${#targets[@]}" -gt 0 ] || mapfile -t targets < <(ls crates/fuzz/seeds)

# The counters that libFuzzer is guided by; a flag for every crate, so that they have a folder of their own.
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
coverage+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
coverage+=" -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=on"
out="${CARGO_TARGET_DIR:-target}/fuzz"
RUSTFLAGS="$coverage" cargo build --release --package modulens-fuzz --bin fuzz --features libfuzzer \
    --target-dir "$out" --target "$(rustc -vV | sed -n 's/^host: //p')"
program="$(ls "$out"/*/release/fuzz)"

failed=()
for target in "${targets[@]}"; do
    mkdir -p "$out/corpus/$target" "$out/found"
    echo "$target"
    log="$out/$target.log"
    MODULENS_FUZZ="$target" "$program" "$out/corpus/$target" "crates/fuzz/seeds/$target" -max_total_time="$seconds" \
        -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$out/found/$target-" -print_final_stats=1 -verbosity=0 \
        >"$log" 2>&1 || failed+=("$target")
    grep -E 'panicked|ERROR|SUMMARY|stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)' "$log" || true
done
[ "${#failed[@]}" -eq 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }

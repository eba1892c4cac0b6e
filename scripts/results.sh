#!/usr/bin/env bash
# Makes docs/results from nothing: draws both galleries, trains and measures every method, and writes the reports.
# About three and a half hours on two quiet cores (216 thousand GMACs at 17 a second). A run that was stopped goes on where
# it was.
#
#     scripts/results.sh [FOLDER]      pictures and runs go to FOLDER, target/results unless told otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work="${1:-target/results}"
mkdir -p "$work"

cargo build --package modulens-trainer --bin trainer
trainer() { cargo run --quiet --package modulens-trainer --bin trainer -- "$@"; }

for plan in faces shoes faces-epochs faces-tasks faces-labels; do
    gallery="${plan%%-*}"
    [ -e "$work/data/$gallery" ] || trainer synth "$gallery" --out "$work/data/$gallery"
    trainer compare "trainer/configs/compare-$plan.toml" --data "$work/data/$gallery" --out "$work/$plan" \
        --backend flex
done

report() {
    local plan="$1" title="$2"
    shift 2
    local notes=()
    if [ -e "docs/results/$plan.notes" ]; then
        # A paragraph a line.
        while IFS= read -r line; do
            [ -z "$line" ] || notes+=(--note "$line")
        done < "docs/results/$plan.notes"
    fi
    trainer report "$work/$plan" --data "$work/data/${plan%%-*}" --out "docs/results/$plan" --title "$title" \
        "${notes[@]}" "$@"
}
report faces "Seven attributes of drawn faces, nineteen methods" \
    --not-run "CelebA, because no copy of it was at hand: trainer compare trainer/configs/compare-celeba.toml --data PATH, where PATH holds Anno, Eval and Img as downloaded. A test runs it on a small directory in that layout."
report shoes "Four respects of drawn shoes, nineteen methods" \
    --not-run "UT-Zappos50K, because no copy of it was at hand: trainer compare trainer/configs/compare-zappos.toml --data PATH, where PATH holds the images and ut-zap50k-data as downloaded; by the CSN paper's protocol trainer train trainer/configs/zappos-csn.toml --data PATH. A test runs both on a small directory in that layout."
report faces-epochs "Drawn faces, trained for 8, 24 and 72 epochs, five methods"
report faces-tasks "From one attribute of drawn faces to twenty, five methods"
report faces-labels "From few labelled pictures of drawn faces to many, five methods"

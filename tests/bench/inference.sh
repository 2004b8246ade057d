#!/usr/bin/env bash
# One act of an exported C header, compiled as a user would: inference.sh PROGRAM [RUN|POLICY]. CC and CFLAGS (-O2) as usual.
# Without a policy: an untrained one of the default shape.
set -euo pipefail
program=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
policy=${2:-}
if [[ -z $policy ]]; then
  policy=$work/run
  (cd "$work" && "$program" train configs/smoke.yaml train.iterations=1 evaluation.episodes=1 evaluation.episode_length=1.5 run.folder=run --quiet) >/dev/null
fi
"$program" export "$policy" --header "$work/policy.h" >/dev/null
# shellcheck disable=SC2086
${CC:-cc} -std=c99 ${CFLAGS:--O2} -I"$work" -o "$work/inference" "$here/inference.c" -lm
for _ in 1 2 3; do "$work/inference"; done

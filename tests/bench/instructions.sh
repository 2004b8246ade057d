#!/usr/bin/env bash
# Instructions of the hot loops, counted by valgrind: once each, as the difference between two runs of different length. Compares
# them with instructions.txt and reports what changed by more than 3 %; never fails for it. Argument: the program `instructions`;
# a second, --write, renews instructions.txt. Exits with 77 where valgrind is missing or does not know this processor's instructions
# (it has no AVX-512: build with -DDOGGO_NATIVE=OFF there).
set -uo pipefail
program=$1
stored=$(dirname "$0")/instructions.txt
command -v valgrind >/dev/null || { echo "there is no valgrind here: nothing was counted"; exit 77; }

# count WORKLOAD TIMES: instructions of the whole run
count() {
  valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
    awk '/I +refs:/ { gsub(",", "", $NF); print $NF; found = 1 } END { exit !found }'
}

compiler=$(strings "$program" | awk '/^GCC: |^clang version/ && !found { print; found = 1 }')
instructions=$(awk 'tolower($1) ~ /^(flags|features)/ { print; exit }' /proc/cpuinfo | grep -owE "avx512f|avx2|sse4_2|asimd" | sort | head -n 1)
lines="# instructions a call; $compiler, $instructions"
declare -A times=([env_step]=10 [forward]=10 [learn]=1)
for workload in env_step forward learn; do
  n=${times[$workload]}
  if ! few=$(count $workload "$n") || ! many=$(count $workload $((2 * n))); then
    echo "valgrind could not run '$workload': it may not know this processor's instructions"
    exit 77
  fi
  counted=$(((many - few) / n))
  lines+=$'\n'"$workload $counted"
  before=$(awk -v name=$workload '$1 == name { print $2 }' "$stored" 2>/dev/null)
  awk -v name=$workload -v now=$counted -v before="${before:-0}" 'BEGIN {
    if (before == 0) { printf "%-10s %12d\n", name, now; exit }
    change = 100 * (now / before - 1)
    printf "%-10s %12d  was %12d  %+.1f %%%s\n", name, now, before, change,
           change > 3 || change < -3 ? "  <-- more than 3 %" : ""
  }'
done
[[ -s $stored ]] && echo "stored: $(head -n 1 "$stored")"
echo "now:    ${lines%%$'\n'*}"
if [[ ${2:-} == --write ]]; then echo "$lines" >"$stored"; fi
exit 0

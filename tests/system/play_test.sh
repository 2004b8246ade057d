#!/usr/bin/env bash
# ./doggo play as a user meets it, on a display of its own. Argument: the program.
set -uo pipefail
program=$(realpath "$1")
for command in xvfb-run xauth xdotool; do
  command -v $command >/dev/null || { echo "SKIPPED: there is no $command"; exit 77; }
done
if [[ -z ${DOGGO_OWN_DISPLAY:-} ]]; then
  # LIBGL_ALWAYS_SOFTWARE: an X server without a screen has no graphics card
  DOGGO_OWN_DISPLAY=1 LIBGL_ALWAYS_SOFTWARE=1 exec xvfb-run --auto-servernum --server-args="-screen 0 1280x800x24" bash "$0" "$program"
fi
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

# walked FILE: the distance in the line of figures, m.
walked() { sed -nE 's/.*walked ([0-9.]+) m.*/\1/p' "$1"; }

# open NAME ARGUMENT...: in the background, until its window has the focus. Sets pid.
open() {
  local name=$1
  shift
  "$program" play walk "$@" >"$name.txt" 2>&1 &
  pid=$!
  timeout 30 xdotool search --sync --onlyvisible --name '^doggo' windowfocus --sync >/dev/null 2>&1 ||
    fail "$name: no window: $(cat "$name.txt")"
}

# closes NAME: the window of `open` is gone within 10 s, with exit code 0 and its line.
closes() {
  local code=0
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill "$pid" 2>/dev/null && fail "$1: it does not close"
  wait "$pid" || code=$?
  [[ $code == 0 ]] || fail "$1: exit code $code: $(cat "$1.txt")"
  grep -qE "^[0-9]+ frames, .* real-time factor [0-9.]+; walked [0-9.]+ m" "$1.txt" || fail "$1: no figures: $(cat "$1.txt")"
}

# the open-loop trot walks before anything is learned, so hardly anything is
"$program" train configs/smoke.yaml run.folder=walk train.iterations=1 --plain >train.txt 2>&1 || fail "$(tail -1 train.txt)"

# ---- it closes by itself
open still --seconds 3
closes still

# ---- W walks, Escape closes; every panel and the help can be drawn
open driven --seconds 60
for key in F1 1 2 3 4 5; do xdotool key $key; done
xdotool keydown w
sleep 3
xdotool keyup w
xdotool key Escape
closes driven
awk -v w="$(walked driven.txt)" -v s="$(walked still.txt)" 'BEGIN { exit !(w > s + 0.3) }' ||
  fail "W held for 3 s: walked $(walked driven.txt) m, without it $(walked still.txt) m"

# ---- no display: one sentence
env -u DISPLAY -u WAYLAND_DISPLAY "$program" play walk >out.txt 2>err.txt
[[ $? == 1 && $(wc -l <err.txt) == 1 ]] || fail "no display: $(cat err.txt)"
grep -q "DISPLAY is not set.*doggo record" err.txt || fail "no display: '$(cat err.txt)'"
"$program" play nowhere >out.txt 2>err.txt && fail "a run that is not there is played"
grep -q "^nowhere: no such run or policy file" err.txt || fail "no run: '$(cat err.txt)'"

exit $((failures > 0))

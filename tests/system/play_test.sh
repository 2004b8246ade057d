#!/usr/bin/env bash
# ./doggo play as a user meets it, on a display of its own. Argument: the program.
set -uo pipefail
program=$(realpath "$1")
for command in xvfb-run xauth xdotool; do
  command -v $command >/dev/null || { echo "SKIPPED: there is no $command"; exit 77; }
done
if [[ -z ${DOGGO_OWN_DISPLAY:-} ]]; then
  # LIBGL_ALWAYS_SOFTWARE: an X server without a screen has no graphics card
  DOGGO_OWN_DISPLAY=1 LIBGL_ALWAYS_SOFTWARE=1 exec xvfb-run --auto-servernum --server-args="-screen 0 1280x800x24 -noreset" bash "$0" "$program"
fi
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

# walked FILE: the distance in the line of figures, m.
walked() { sed -nE 's/.*walked ([0-9.]+) m.*/\1/p' "$1"; }
# factor FILE: seconds of the robots for one of the clock.
factor() { sed -nE 's/.*real-time factor ([0-9.]+);.*/\1/p' "$1"; }

# open NAME ARGUMENT...: the program in the background, until its window has the focus. Sets pid and window.
open() {
  local name=$1
  shift
  "$program" "$@" >"$name.txt" 2>&1 &
  pid=$!
  window=$(timeout 60 xdotool search --sync --onlyvisible --name '^doggo' 2>/dev/null | head -1)
  [[ -n $window ]] && timeout 10 xdotool windowfocus --sync "$window" >/dev/null 2>&1 || fail "$name: no window: $(cat "$name.txt")"
}

# closes NAME: the window of `open` is gone within 20 s, with exit code 0.
closes() {
  local code=0
  for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill "$pid" 2>/dev/null && fail "$1: it does not close"
  wait "$pid" || code=$?
  [[ $code == 0 ]] || fail "$1: exit code $code: $(cat "$1.txt")"
  grep -qi "OpenGL reports" "$1.txt" && fail "$1: $(cat "$1.txt")"
}

# played NAME: it has closed, with its line of figures.
played() {
  closes "$1"
  grep -qE "^[0-9]+ frames, .* real-time factor [0-9.]+; walked [0-9.]+ m" "$1.txt" || fail "$1: no figures: $(cat "$1.txt")"
}

# click LEFT TOP: the left button, pixels in the window.
click() { xdotool mousemove --window "$window" "$1" "$2" && sleep 0.3 && xdotool click 1 && sleep 0.3; }

# ---- windows come and go, and keep nothing
"$(dirname "$program")/tests/test_sim_viewer" --gtest_filter='Window.*' >window.txt 2>&1 || fail "$(grep -A3 Failure window.txt)"

# ---- what walks, and how: seconds of training
"$program" train run.folder=walk train.iterations=60 train.test_every=0 evaluation.episodes=4 --plain >train.txt 2>&1 ||
  fail "$(tail -1 train.txt)"

# ---- it closes by itself
open still play walk --seconds 3
played still

# ---- W walks as fast as it says, Escape closes
open driven play walk --seconds 10
xdotool keydown w
sleep 0.1
closes driven
xdotool keyup w
awk -v w="$(walked driven.txt)" -v f="$(factor driven.txt)" 'BEGIN { v = w / (10 * f); exit !(v > 0.8 && v < 1.2) }' ||
  fail "W held for 10 s: $(cat driven.txt)"

# ---- every panel, overlay and the help can be drawn; a kick, single steps of a pause, another speed; Escape closes
open keys play walk --robots 2 --seconds 120
for key in F1 F1 F3 F4 F5 F6 F7 F8 F9 f v t i m c space p period period p plus minus Tab g r F2 F2; do xdotool key $key; sleep 0.1; done
xdotool key Escape
played keys

# ---- paused, nothing walks
open paused play walk --seconds 4
xdotool key p keydown w
played paused
xdotool keyup w
awk -v w="$(walked paused.txt)" 'BEGIN { exit !(w < 0.4) }' || fail "paused: $(cat paused.txt)"

# ---- the mouse: the pause's switch, a slider, looking around, a pull that moves the robot
open mouse play walk --seconds 8
click 80 350
click 80 350
xdotool mousemove --window "$window" 700 300 mousedown 1 mousemove_relative 60 20 mouseup 1 click 4 click 5
xdotool keydown ctrl mousedown 1
for _ in 1 2 3 4 5; do xdotool mousemove_relative -- 40 0; sleep 0.1; done
sleep 2
xdotool mouseup 1 keyup ctrl
played mouse
awk -v m="$(walked mouse.txt)" -v s="$(walked still.txt)" 'BEGIN { exit !(m > s + 0.1) }' ||
  fail "pulled: walked $(walked mouse.txt) m, without it $(walked still.txt) m"

# ---- another size, very small, an icon and back
open sizes play walk --seconds 6
for size in "300 200" "1270 790" "64 64" "900 600"; do xdotool windowsize --sync "$window" $size; sleep 0.2; done
xdotool windowminimize "$window"
sleep 0.5
xdotool windowmap "$window" 2>/dev/null
played sizes

# ---- a policy that is saved while it plays is taken up
open renewed play walk --seconds 60
"$program" train run.folder=other train.iterations=1 evaluation.episodes=2 --plain >/dev/null 2>&1
cp other/policy.safetensors walk/policy.tmp && mv walk/policy.tmp walk/policy.safetensors
for _ in $(seq 50); do xdotool getwindowname "$window" 2>/dev/null | grep -q "0.00 M steps" && break; sleep 0.1; done
xdotool getwindowname "$window" | grep -q "0.00 M steps" || fail "the newer policy: $(xdotool getwindowname "$window")"
xdotool key --window "$window" Escape
closes renewed

# ---- a replay
"$program" record walk --seconds 2 --out walk.replay >/dev/null 2>err.txt || fail "record --out walk.replay: $(cat err.txt)"
open replay play --replay walk.replay --seconds 4
for key in Right Right Left Home End space F3 f; do xdotool key $key; sleep 0.1; done
closes replay
grep -q "2.00 s" replay.txt || fail "replay: $(cat replay.txt)"
refuses "nothing.replay: cannot be read" play --replay nothing.replay
head -c 500 walk.replay >short.replay
refuses "short.replay: the replay is cut short" play --replay short.replay
refuses "config.yaml: not a replay" play --replay walk/config.yaml

# ---- a window beside the training changes nothing of it
for way in "" --watch; do
  if [[ $way ]]; then
    open watched train configs/smoke.yaml run.folder=smoke_watched --watch --robots 2 --plain
    for _ in $(seq 600); do grep -q "until you close it" watched.txt && break; sleep 0.1; done
    xdotool key --window "$window" Escape
    closes watched
  else
    "$program" train configs/smoke.yaml run.folder=smoke --plain >/dev/null 2>&1
  fi
done
cmp -s smoke/policy.safetensors smoke_watched/policy.safetensors || fail "--watch changed the policy"

# ---- without a display, and without anything to play: one sentence, and no run is begun
export -n DISPLAY WAYLAND_DISPLAY
refuses "DISPLAY is not set.*doggo record" play walk
refuses "DISPLAY is not set.*doggo record" train configs/smoke.yaml run.folder=unseen --watch
[[ ! -e unseen ]] || fail "a run was begun without its window"
refuses "^nowhere: no such run or policy file" play nowhere

exit $((failures > 0))

#!/usr/bin/env bash
# ./doggo record as a person meets it: files of the right kind, size and length, and one sentence for what is wrong.
# Argument: the program. Exits with 77 where there is no ffmpeg or no OpenGL without a display.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

# probe FILE: codec,width,height,pictures a second,how many pictures
probe() {
  ffprobe -v error -count_frames -select_streams v:0 -show_entries stream=codec_name,width,height,r_frame_rate,nb_read_frames \
    -of csv=p=0 "$1"
}

"$program" train configs/smoke.yaml run.folder=run >/dev/null 2>&1 || { echo "FAIL: no policy to record"; exit 1; }

# ---- what is wrong gets one sentence, before anything is drawn ----
refuses "no such run or policy file" record nowhere
refuses "walk.avi: the name must end in .mp4, .gif, .png or .replay" record run --out walk.avi
refuses "missing/walk.mp4: cannot be written" record run --out missing/walk.mp4
refuses "--size 640: not WIDTHxHEIGHT" record run --size 640
refuses "--size 8x8: not WIDTHxHEIGHT" record run --size 8x8
refuses "--size 65x64: .*even" record run --size 65x64
refuses "--grid 4: not WIDTHxHEIGHT" record run --grid 4
refuses "--grid 20x20: its tiles would be smaller" record run --grid 20x20
refuses "--command: 'fast' is not" record run --command fast
refuses "--command: only the last" record run --command "1,0,0; 0,0,1"
refuses "--command: .*longer than 0 s" record run --command "1,0,0 for 0s"
refuses "--command: .*faster than" record run --command "100,0,0"
refuses "--strip makes one still" record run --strip 4 --out walk.mp4
refuses "--seconds" record run --seconds -3
refuses "--quality" record run --quality good
rough=$(dirname "$0")/../../models/policies/anymal_rough.safetensors
refuses "--terrain stars: there is no such ground; there are flat, slope_up, .*stairs_up" record "$rough" --terrain stars
refuses "--level 10: levels are from 0 to 9" record "$rough" --level 10
refuses "--level 3: this policy walks on flat ground" record run --level 3
refuses "unknown key 'evaluation.hole'" record run evaluation.hole=2
(PATH=/nowhere "$program" record run >out.txt 2>err.txt) && fail "a recording without ffmpeg"
grep -qE "^pictures.* ffmpeg, which is not here .*apt-get install ffmpeg" err.txt || fail "without ffmpeg: $(cat err.txt)"
[[ -z $(ls ./*.tmp ./*.mp4 2>/dev/null) ]] || fail "a refused recording left a file behind: $(ls)"

if ! command -v ffmpeg >/dev/null || ! command -v ffprobe >/dev/null; then
  ((failures)) && exit 1
  echo "there is no ffmpeg here: nothing was recorded"
  exit 77
fi
if ! "$program" record run --out first.png --size 64x64 --seconds 0.1 >out.txt 2>err.txt; then
  grep -qE "EGL" err.txt || fail "a picture: $(cat err.txt)"
  ((failures)) && exit 1
  cat err.txt
  exit 77
fi
[[ $(probe first.png) == png,64,64,25/1,1 ]] || fail "first.png is $(probe first.png)"

# ---- where EGL finds no driver, OSMesa draws the same; without that, one sentence ----
if __EGL_VENDOR_LIBRARY_FILENAMES=/nowhere "$program" record run --out osmesa.png --size 64x64 --seconds 0.1 >out.txt 2>err.txt; then
  [[ $(probe osmesa.png) == png,64,64,25/1,1 ]] || fail "osmesa.png is $(probe osmesa.png)"
else
  [[ $(wc -l <err.txt) == 1 ]] && grep -qE "^EGL has no driver.* libOSMesa.*apt-get install" err.txt || fail "no driver: $(cat err.txt)"
fi

# ---- videos: as long as they were asked to be ----
"$program" record run --size 160x120 --command "0.5,0,0 for 0.4s; 0,0,1 for 0.6s" --overlay --quality draft >out.txt 2>err.txt ||
  fail "a video: $(cat err.txt)"
[[ $(probe walk.mp4) == h264,160,120,50/1,50 ]] || fail "walk.mp4 is $(probe walk.mp4)"
[[ $(ffprobe -v error -show_entries format=duration -of csv=p=0 walk.mp4) == 1.0* ]] || fail "walk.mp4 does not last 1 s"
grep -q "walk.mp4: 50 pictures, 1.0 s" out.txt || fail "the last line is '$(tail -n 1 out.txt)'"
grep -q $'\x1b' out.txt && fail "escape codes in piped output"

"$program" record run --out -walk.gif --size 96x64 --seconds 0.4 --grid 3x2 >/dev/null 2>err.txt || fail "a .gif: $(cat err.txt)"
[[ $(probe ./-walk.gif) == gif,96,64,25/1,10 ]] || fail "-walk.gif is $(probe ./-walk.gif)"

"$program" record run --strip 5 --size 81x65 --out strip.png >/dev/null 2>err.txt || fail "a strip: $(cat err.txt)"
[[ $(probe strip.png) == png,405,65,25/1,1 ]] || fail "strip.png is $(probe strip.png)"

# ---- rough ground: another type and level are another picture, and its replay stands on it
"$program" record "$rough" --out stairs.png --size 64x64 --seconds 0.5 --overlay >/dev/null 2>err.txt || fail "rough ground: $(cat err.txt)"
"$program" record "$rough" --out pit.png --size 64x64 --seconds 0.5 --overlay --no-scan --terrain stairs_down --level 9 >/dev/null 2>err.txt ||
  fail "--terrain: $(cat err.txt)"
cmp -s stairs.png pit.png && fail "--terrain changed nothing"
"$program" record "$rough" --out rough.replay --seconds 1 --terrain discrete --level 2 >/dev/null 2>err.txt || fail "a replay: $(cat err.txt)"

# ---- the same seed gives the same picture, another one another ----
for k in 1 2 3; do
  "$program" record run --out seed$k.png --size 64x64 --seconds 0.5 --seed $((k / 2)) >/dev/null 2>err.txt || fail "$(cat err.txt)"
done
cmp -s seed2.png seed3.png || fail "the same seed gave another picture"
cmp -s seed1.png seed2.png && fail "another seed gave the same picture"

# ---- Ctrl-C: what there is by then is a whole file ----
"$program" record run --out cut.mp4 --size 160x120 --seconds 600 >out.txt 2>&1 &
recorder=$!
for ((k = 0; k < 200; ++k)); do
  [[ $(stat -c %s cut.mp4.tmp 2>/dev/null || echo 0) -gt 0 ]] && break
  sleep 0.1
done
kill -TERM $recorder
wait $recorder || fail "stopped: exit code $?"
[[ $(probe cut.mp4) == h264,160,120,50/1,* ]] || fail "cut.mp4 is $(probe cut.mp4)"
grep -q "stopped by Ctrl-C" out.txt || fail "stopped: '$(tail -n 1 out.txt)'"
[[ -z $(ls -A | grep '\.tmp$') ]] || fail "temporary files are left: $(ls -A)"

((failures == 0)) && echo "all right"
exit $((failures > 0))

#!/usr/bin/env bash
# Files for other programs: what goes right leaves checked files, what goes wrong one sentence and no file.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

"$program" train configs/smoke.yaml train.iterations=1 evaluation.episodes=1 evaluation.episode_length=1.5 run.folder=run --quiet >/dev/null ||
  fail "train"

# ---- beside the policy, or where it is told ----
"$program" export run >out.txt || fail "export: $(cat out.txt)"
[[ -s run/policy.onnx && -s run/policy.h ]] || fail "nothing beside the policy: $(ls run)"
[[ $(grep -cE 'greatest difference [0-9.]+e-0[6-9]|greatest difference 0' out.txt) -ge 1 ]] || fail "no difference: $(cat out.txt)"
"$program" export run --onnx a.onnx --header my-walk.h --safetensors c.safetensors --model robot.xml --json >out.json || fail "export to named files"
if command -v python3 >/dev/null; then
  python3 - <<'PYTHON' || fail "out.json: $(cat out.json)"
import json
result = json.load(open("out.json"))
assert result["schema"] == 1 and [file["format"] for file in result["files"]] == ["onnx", "header", "safetensors"]
assert all(file["bytes"] > 1000 and (not file["checked"] or file["greatest_difference"] <= 1e-5) for file in result["files"])
assert len(result["hash"]) == 16 and result["model"] == "robot.xml"
PYTHON
fi
grep -q 'static inline void my_walk_act(const float observation\[52\], float action\[12\])' my-walk.h || fail "my-walk.h: no my_walk_act"
"$program" export run --header named.h --name gait >/dev/null && grep -q 'void gait_act(' named.h || fail "--name"
"$program" export run --model robot.mjb >/dev/null && [[ -s robot.mjb && ! -e run/robot.onnx ]] || fail "--model alone"
"$program" eval c.safetensors evaluation.episodes=1 evaluation.episode_length=1.5 >/dev/null || fail "an exported .safetensors is no policy"
cmp run/policy.onnx a.onnx || fail "the same policy gives another file"

# ---- checked again ----
for file in a.onnx my-walk.h c.safetensors run/policy.onnx; do
  "$program" export --check $file run >out.txt || fail "--check $file run: $(cat out.txt)"
done
"$program" export --check run/policy.onnx | grep -q "run/policy.safetensors" || fail "--check does not find the policy beside the file"
mkdir -p elsewhere runs && cp a.onnx elsewhere && cp -r run runs/run
"$program" export --check elsewhere/a.onnx | grep -q "runs/run/policy.safetensors" || fail "--check does not find the policy in runs/"
rm -r runs
refuses "elsewhere/a.onnx: was made from policy [0-9a-f]{16}, which is neither beside it nor in runs/" export --check elsewhere/a.onnx

"$program" train configs/smoke.yaml seed=9 train.iterations=1 evaluation.episodes=1 evaluation.episode_length=1.5 run.folder=other --quiet >/dev/null || fail "train"
for file in a.onnx my-walk.h c.safetensors; do
  refuses "$file: its actions differ from the policy's by up to [0-9.e-]+ where 1e-05 is allowed; it was made from another policy" \
    export --check $file other
done

# ---- bad input ----
printf 'text' >file.txt
head -c 20000 a.onnx >cut.onnx
head -c 20000 my-walk.h >cut.h
head -c 3000 c.safetensors >cut.safetensors
refuses "file.txt: unknown extension '.txt'; exported files end in .onnx, .h, .safetensors" export --check file.txt
refuses "cut.onnx: is cut short" export --check cut.onnx run
refuses "cut.h: holds no function of a policy, or is cut short" export --check cut.h run
refuses "cut.safetensors: " export --check cut.safetensors run
refuses "missing.onnx: cannot be read" export --check missing.onnx run
refuses "p.txt: --onnx writes files that end in .onnx" export run --onnx p.txt
refuses "p.txt: --model writes files that end in .xml or .mjb" export run --model p.txt
refuses "nowhere/p.onnx: cannot be written" export run --onnx nowhere/p.onnx
refuses "nowhere/p.h: cannot be written" export run --header nowhere/p.h
refuses "'9x' cannot be a name in C" export run --header p.h --name 9x
refuses "is the policy itself" export run --safetensors run/policy.safetensors
"$program" train configs/smoke.yaml symmetry_method=equivariant train.iterations=1 evaluation.episodes=1 evaluation.episode_length=1.5 run.folder=mean \
  --quiet >/dev/null || fail "train symmetry_method=equivariant"
refuses "mean/policy.safetensors: its action is the mean over [24] mirror images" export mean
refuses "no such run or policy file" export nothing_here
refuses "cut.safetensors" export cut.safetensors
refuses "has 40 and 12. Differences:" export run "observations.policy=[base_linear_velocity, base_angular_velocity, projected_gravity, command_velocity, command_yaw_rate, joint_position, joint_velocity, gait_phase, moving, fore_aft_frame]"
refuses "--check looks at a file that is there" export --check a.onnx --onnx b.onnx
[[ -e p.h || -e p.txt || -e b.onnx ]] && fail "a refused export left a file"

# one number changed by hand
sed '0,/^    \(-\?\)0\.\([0-9]*\)f, /s//    \17.\2f, /' my-walk.h >changed.h
cmp -s changed.h my-walk.h && fail "nothing was changed by hand"
CC=no_such_compiler "$program" export --check my-walk.h run | grep -q "not run: there is no C compiler" || fail "without a C compiler"
command -v cc >/dev/null && refuses "changed.h: its actions differ from the policy's by up to .*; it is damaged" export --check changed.h run

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))

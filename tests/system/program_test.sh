#!/usr/bin/env bash
# The program as a person meets it: what goes wrong gets one sentence and exit code 1, and leaves nothing half-written; what
# goes right leaves a run that can be judged; the threads do not change it.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

# ---- bad input ----
refuses "ppo.gama=0.9: unknown key 'ppo.gama' \(did you mean 'ppo.gamma'\?\)" train ppo.gama=0.9
refuses "train.threads=abc: not a whole number" train train.threads=abc
refuses "train.environments=0: .*1 to" train train.environments=0
refuses "train.environments=-8" train train.environments=-8
refuses "train.environments=100: must be a multiple of train.shard_size \(16\)" train train.environments=100
refuses "network.policy_hidden" train "network.policy_hidden=[64, -3]"
refuses "ppo.gamma=nan" train ppo.gamma=nan
refuses "ppo.minibatches=7: must divide" train ppo.minibatches=7
refuses "observations.policy" train "observations.policy=[base_linear_velocity, no_such_thing]"
refuses "missing.yaml" train missing.yaml
printf 'ppo:\n  gama: 0.9\n' >unknown.yaml
refuses "unknown.yaml:2:3: unknown key 'ppo.gama' \(did you mean 'ppo.gamma'\?\)" train unknown.yaml
printf 'ppo: [1, 2\n' >broken.yaml
refuses "broken.yaml:[0-9]+:[0-9]+: " train broken.yaml
printf 'train:\n  threads: many\n' >typed.yaml
refuses "typed.yaml:2:12: " train typed.yaml
refuses "nowhere.xml: no such file" train physics.model=nowhere.xml
printf '<mujoco><worldbody><geom type="plum"/></worldbody></mujoco>' >plum.xml
refuses "plum.xml: .*plum" train physics.model=plum.xml
printf '<mujoco><worldbody><body name="base"><freejoint/><geom size="1"/></body></worldbody></mujoco>' >ball.xml
refuses "ball.xml: the model has no" train physics.model=ball.xml
touch occupied
refuses "occupied/run: cannot create the run's folder" train run.folder=occupied/run
refuses "one file or folder at a time" train a.yaml b.yaml
refuses "no such run or policy file" eval nothing_here
"$program" eval --suite standing evaluation.grid=2 >shipped.txt 2>&1 && grep -q "^anymal_robust" shipped.txt || fail "without a run, not the shipped policy: $(cat shipped.txt)"
refuses "unknown command 'trian' \(did you mean 'train'\?\)" trian
[[ -e runs ]] && fail "a refused training left a run behind: $(ls runs)"

# ---- a training, on one thread and on two ----
for threads in 1 2; do
  "$program" train smoke.yaml >/dev/null 2>&1 && fail "smoke.yaml is not in this folder"
  "$program" train configs/smoke.yaml seed=7 train.threads=$threads run.folder=run$threads >train$threads.txt 2>&1 ||
    fail "training on $threads threads: $(tail -n 3 train$threads.txt)"
  for file in config.yaml run.json metrics.csv metrics.jsonl checkpoint.safetensors policy.safetensors evaluation.json; do
    [[ -s run$threads/$file ]] || fail "run$threads/$file is missing"
  done
  ls run$threads | grep -q '\.tmp' && fail "a temporary file is left in run$threads"
done
cmp run1/policy.safetensors run2/policy.safetensors || fail "the policy depends on the number of threads"
# (the header tells the configuration and the seconds, which differ)
numbers() { tail -c +$(($(od -An -tu8 -N8 "$1") + 9)) "$1"; }
cmp <(numbers run1/checkpoint.safetensors) <(numbers run2/checkpoint.safetensors) || fail "the checkpoint depends on the number of threads"
cmp run1/evaluation.json run2/evaluation.json || fail "the evaluation depends on the number of threads"
[[ $(wc -l <run1/metrics.csv) == 5 && $(wc -l <run1/metrics.jsonl) == 4 ]] || fail "metrics: not a line per iteration"
grep -q $'\x1b' train1.txt && fail "escape codes in piped output"
awk 'length > 160 { exit 1 }' train1.txt || fail "a piped line is longer than 160"
refuses "run1: there is a run in this folder already" train configs/smoke.yaml run.folder=run1

# the resolved configuration reproduces the run
"$program" train run1/config.yaml run.folder=again >/dev/null 2>&1 || fail "training from a resolved configuration"
cmp run1/policy.safetensors again/policy.safetensors || fail "the resolved configuration gives another policy"

# ---- seeds in turn, warm starts, and the list of all runs ----
"$program" train configs/smoke.yaml --seeds 3 --quiet train.iterations=1 run.folder=seeds >seeds.txt 2>&1 || fail "--seeds: $(cat seeds.txt)"
grep -qE '^ +median +[0-9.]+ ' seeds.txt || fail "--seeds: no medians"
grep -qE '^it=|^Training' seeds.txt && fail "--quiet is not"
ls seeds/seed_{1,2,3}/policy.safetensors >/dev/null || fail "--seeds: a run is missing"
"$program" train configs/smoke.yaml --from run1 --quiet train.iterations=1 run.folder=warm >/dev/null || fail "--from"
refuses "policy.safetensors: training cannot begin with it: its network is .*dense 128.*, the configuration's is" \
  train configs/smoke.yaml --from run1 "network.policy_hidden=[8]"
refuses "run1/checkpoint.safetensors: not a checkpoint of this training" \
  train configs/smoke.yaml --from run1/checkpoint.safetensors "network.policy_hidden=[8]"
refuses "run1: is finished; to train it longer: " train --resume run1
refuses "no run in runs/ has a checkpoint" train --resume
refuses "nowhere: no such run" train --resume nowhere
"$program" runs . | awk 'length > 80 { exit 1 }' || fail "runs: a line is longer than 80"
[[ $("$program" runs . | grep -c finished) == 7 ]] || fail "runs: $("$program" runs .)"
"$program" runs . --json | python3 -m json.tool >/dev/null || fail "runs --json: no JSON"
refuses "nowhere: no such folder of runs" runs nowhere

# ---- judging ----
"$program" eval run1 --suite tracking,falls,standing,effort --quick evaluation.grid=2 --json out.json --html out.html >table.txt 2>&1 ||
  fail "eval: $(cat table.txt)"
grep -q $'\x1b' table.txt && fail "eval: escape codes in piped output"
python3 - <<'PYTHON' || fail "eval differs from the evaluation after training, or lacks something"
import json, math
result, trained = json.load(open("out.json")), json.load(open("run1/evaluation.json"))
assert result["schema"] == 2 and result["episodes"] == 4 and result["steps_trained"] == 4096
for section, values in trained.items():
    for key, value in values.items() if isinstance(values, dict) else []:
        assert math.isclose(result[section][key], value, rel_tol=1e-9), (section, key)
PYTHON
grep -q "Verdicts" out.html || fail "eval --html: no page"
(($(wc -c <out.html) < 3000000)) || fail "eval --html: too large"
for id in $(grep -oE 'failures/[a-z0-9_]+\.replay' out.html); do [[ -s $id ]] || fail "eval: $id is not there"; done
"$program" eval run1/policy.safetensors run2 --suite standing --json two.json >two.txt || fail "eval of a policy file and a run"
python3 -c 'import json; a, b = json.load(open("two.json"))["policies"]; assert a["standing"] == b["standing"]' || fail "eval of two: not the same"
printf 'standing: {drift_cm: [0, 1000]}\n' >easy.yaml
printf 'standing: {drift_cm: [0, 0]}\n' >hard.yaml
printf 'standing: {drift_c: [0, 0]}\n' >unknown.yaml
"$program" eval run1 --suite standing --gate easy.yaml >/dev/null || fail "eval --gate: does not let pass"
"$program" eval run1 --suite standing --gate hard.yaml >/dev/null && fail "eval --gate: lets pass"
refuses "unknown.yaml:1:.*unknown key 'standing.drift_c' \(did you mean 'standing.drift_cm'" eval run1 --gate unknown.yaml
refuses "none of the suites .* has a threshold in easy.yaml" eval run1 --suite gait --gate easy.yaml
refuses "there are tracking, .*did you mean 'standing'" eval run1 --suite stading
refuses "evaluation.grid=0: below 2" eval run1 evaluation.grid=0
refuses "no_folder" eval run1 --html no_folder/out.html
head -c 3000 run1/policy.safetensors >cut.safetensors
refuses "cut.safetensors" eval cut.safetensors
refuses "was trained for 'smoke' \(52 observations, 12 actions\); .* has 40" \
  eval run1 "observations.policy=[base_linear_velocity, base_angular_velocity, projected_gravity, command_velocity, command_yaw_rate, joint_position, joint_velocity, gait_phase, moving, fore_aft_frame]"
refuses "joint_position \(12\) x 2 is missing. joint_position \(12\) x 1 is new" \
  eval run1 "observations.policy=[base_linear_velocity, base_angular_velocity, projected_gravity, command_velocity, command_yaw_rate, joint_position scale=1, joint_velocity, last_action, gait_phase, moving, fore_aft_frame]"
refuses "no_folder" eval run1 --json no_folder/out.json

# ---- Ctrl-C: finishes the iteration, saves, judges, exit code 0 ----
# (setsid: a script's background jobs ignore the interrupt otherwise)
setsid "$program" train configs/smoke.yaml train.iterations=100000 run.folder=stopped >stopped.txt 2>&1 &
pid=$!
for _ in $(seq 100); do [[ $(cat stopped/metrics.csv 2>/dev/null | wc -l) -ge 3 ]] && break; sleep 0.1; done
kill -TERM $pid
wait $pid || fail "Ctrl-C: exit code $?"
grep -q "^Stopped: " stopped.txt || fail "Ctrl-C: $(tail -n 3 stopped.txt)"
[[ -s stopped/policy.safetensors && -s stopped/evaluation.json ]] || fail "Ctrl-C: nothing saved"

# ---- looking things up ----
"$program" config configs/anymal_flat.yaml >config.txt || fail "config"
grep -qE '^  gamma: 0.97 +# ' config.txt || fail "config does not explain ppo.gamma"
"$program" inspect configs/anymal_flat.yaml --rollout 20 >page.txt || fail "inspect --rollout"
grep -qE '^ +12\.\.23 +joint_position ' page.txt || fail "inspect does not list joint_position"
awk 'length > 100 { exit 1 }' page.txt || fail "inspect: a line is longer than 100"
"$program" inspect configs/anymal_flat.yaml --json - >inspection.json || fail "inspect --json -"
if command -v python3 >/dev/null; then
  python3 -m json.tool inspection.json >/dev/null || fail "inspect --json -: no JSON"
else
  grep -q '"observations"' inspection.json || fail "inspect --json -: no observations"
fi
"$program" inspect --json configs/smoke.yaml >smoke.json && grep -q '"name": "smoke"' smoke.json ||
  fail "inspect --json CONFIG"
refuses "rollout 0: 1 to" inspect --rollout 0
refuses "rollout -3: 1 to" inspect --rollout -3
refuses "the environments are 0 to 127" inspect --episode 128 1
refuses "episodes are 1, 2" inspect --episode 0 0
refuses "missing.yaml" inspect missing.yaml
"$program" train configs/smoke.yaml --plain train.iterations=1 run.folder=plain >/dev/null || fail "train --plain"
"$program" --version | grep -q '^doggo [0-9]' || fail "--version"
"$program" --help | grep -q train || fail "--help"

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))

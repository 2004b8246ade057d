#!/usr/bin/env bash
# Nothing that happens to a training loses more than the iterations since its last checkpoint: killed 20 times at random
# moments it ends with the same bits as undisturbed; a full disk, a read-only or a deleted folder get a sentence.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1
export TMPDIR=$work
RANDOM=${SEED:=$$}
echo "SEED=$SEED"

lines() { cat "$1" 2>/dev/null | wc -l; }
await_lines() {  # FILE NUMBER
  for _ in $(seq 1500); do (($(lines "$1") >= $2)) && return; sleep 0.02; done
  fail "$1 did not grow to $2 lines"
}
timeless() {  # metrics.csv without what depends on the machine
  awk -F, 'NR == 1 { for (k = 1; k <= NF; ++k) keep[k] = $k !~ /seconds|machine/ }
           { for (k = 1; k <= NF; ++k) if (keep[k]) printf "%s,", $k; print "" }' "$1"
}
small=(configs/smoke.yaml train.environments=4 train.shard_size=4 ppo.minibatches=2 train.threads=1
       network.policy_hidden=[16] network.critic_hidden=[16] network.normalize_observations=true
       train.steps_per_iteration=8 episode_length=0.5 train.test_every=2000 train.checkpoint_every=3
       evaluation.episodes=2 evaluation.episode_length=1.5 --quiet)

# ---- killed 20 times ----
"$program" train "${small[@]}" train.iterations=300 run.folder=straight >straight.txt 2>&1 || fail "$(cat straight.txt)"
folder=killed
start() {
  if [[ -e $folder/config.yaml ]]; then
    "$program" train --resume $folder --quiet >killed.txt 2>&1 &
  else
    "$program" train "${small[@]}" train.iterations=300 run.folder=$folder >killed.txt 2>&1 &
  fi
  pid=$!
}
for kill in $(seq 20); do
  before=$(lines $folder/metrics.csv)
  start
  # up to 10 iterations on, or at its beginning
  ((kill % 5 == 0)) || await_lines $folder/metrics.csv $((before + RANDOM % 12 - 2))
  sleep 0.0$((RANDOM % 10))
  if ! kill -9 $pid 2>/dev/null; then fail "kill $kill: it had ended: $(cat killed.txt)"; fi
  wait $pid 2>/dev/null
  for file in checkpoint policy first_walking_policy best_policy; do
    [[ -e $folder/$file.safetensors && ! -s $folder/$file.safetensors ]] && fail "an empty $file after kill $kill"
  done
done
"$program" runs . | grep -A1 killed | grep -q crashed || fail "runs does not call it crashed: $("$program" runs .)"
start
await_lines $folder/metrics.csv $(($(lines $folder/metrics.csv) + 2))
"$program" runs . | grep -A1 killed | grep -q training || fail "runs does not call it training"
refuses "killed: this run is being trained by another process" train --resume $folder
wait $pid || fail "the last resumption: $(cat killed.txt)"
"$program" runs . | grep -A1 killed | grep -q finished || fail "runs does not call it finished"
cmp straight/policy.safetensors killed/policy.safetensors || fail "another policy after 20 kills"
cmp <(timeless straight/metrics.csv) <(timeless killed/metrics.csv) || fail "other metrics after 20 kills"
[[ -s straight/best_policy.safetensors ]] || fail "no best policy was kept"
cmp straight/best_policy.safetensors killed/best_policy.safetensors || fail "another best policy after 20 kills"
cmp straight/alarms.jsonl killed/alarms.jsonl || fail "other alarms after 20 kills"
for run in straight killed; do [[ -s $run/report.html ]] || fail "$run has no report"; done
[[ $(tail -n 1 killed.txt) == "Curves and tables: killed/report.html" ]] || fail "the report is not told last: $(tail -n 1 killed.txt)"
[[ $(lines killed/metrics.jsonl) == 300 ]] || fail "metrics.jsonl has $(lines killed/metrics.jsonl) lines"
cmp straight/evaluation.json killed/evaluation.json || fail "another evaluation after 20 kills"
ls killed | grep '\.tmp$' && fail "a temporary file is left"

# ---- a full disk: no file may be longer than 40 kB ----
full() { (ulimit -f 40 && "$program" "$@"); }
is_refused "full/checkpoint.safetensors: cannot be written: .*the policy was saved as $work/" \
  full train "${small[@]}" train.iterations=12 run.folder=full
[[ $(grep -c "^warning: full/checkpoint.safetensors: cannot be written.* Training goes on" out.txt) == 1 ]] ||
  fail "a full disk is not told once: $(cat out.txt)"
[[ -e full/checkpoint.safetensors ]] && fail "a checkpoint that the disk had no room for"
[[ -s doggo_smoke_seed_1_policy.safetensors ]] || fail "the policy of a full disk is lost"
"$program" train "${small[@]}" train.iterations=12 run.folder=roomy >/dev/null || fail "roomy"
"$program" train "${small[@]}" train.iterations=6 run.folder=half >/dev/null || fail "half"
full train --resume half train.iterations=12 --quiet >/dev/null 2>&1 && fail "a full disk is no error at the end"
"$program" train --resume half --quiet >out.txt 2>&1 || fail "after a full disk: $(cat out.txt)"
cmp roomy/policy.safetensors half/policy.safetensors || fail "another policy after a full disk"
cmp <(timeless roomy/metrics.csv) <(timeless half/metrics.csv) || fail "other metrics after a full disk"

# ---- a deleted folder ----
"$program" train "${small[@]}" train.iterations=100000 run.folder=gone >out.txt 2>err.txt &
pid=$!
await_lines gone/metrics.csv 5
mv gone elsewhere
wait $pid
[[ $? == 1 && $(cat err.txt) == "gone: the run's folder is gone; training stops" ]] || fail "a deleted folder: $(cat err.txt)"
[[ -e gone ]] && fail "a deleted folder is there again"

# ---- a read-only folder ----
chmod 555 half && chmod 444 half/*
nobody=()
[[ $(id -u) == 0 ]] && nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
chmod 755 "$work"
if [[ $(id -u) != 0 ]] || "${nobody[@]}" "$program" --version >/dev/null 2>&1; then
  readonly_resume() { (cd "$work" && "${nobody[@]}" "$program" train --resume half train.iterations=14 --quiet); }
  is_refused "half/.*: cannot be written: Permission denied" readonly_resume
fi

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))

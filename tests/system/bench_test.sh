#!/usr/bin/env bash
# ./doggo bench as a person meets it: what is wrong gets one sentence before anything is measured; JSON has every key. Argument: the
# program. No speed is asserted: a busy machine gets refusals, which are null with a reason.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

refuses "bench lerner: there is no such suite \(did you mean 'learner'\?\)" bench lerner
refuses "missing/out.json: cannot be written" bench learner --json missing/out.json
mkdir folder
refuses "folder: cannot be written" bench learner --json folder
refuses "bench --threads 256: this process may use [0-9]+ processor" bench train --threads 256
refuses "--threads" bench train --threads 0
refuses "--repeats" bench learner --repeats many
refuses "bench symmetry=none: settings are for .bench walk.; the other suites measure configs/anymal_flat.yaml" bench learner symmetry=none
refuses "nosuch=1: unknown key 'nosuch'" bench walk nosuch=1
refuses "bench --torch /no/such/python: this is no Python with torch" bench learner --torch /no/such/python

"$program" bench hash --json hash.json >table.txt 2>err.txt || fail "bench hash: $(cat err.txt)"
"$program" bench hash --threads 1 --json - >one.json 2>err.txt || fail "bench hash --threads 1: $(cat err.txt)"
grep -qE "behaviour hash [0-9a-f]{16}$" table.txt || fail "bench hash: $(cat table.txt)"
awk 'length > 200 { exit 1 }' table.txt || fail "a line is longer than 200"
printf '#!/bin/sh\n[ "$1" = -c ] || printf "eager 0.5\\neager 0.7\\ncompiled 0.4\\n"\n' >pretended_python
chmod +x pretended_python
"$program" bench learner --repeats 1 --torch ./pretended_python --json learner.json >table.txt 2>err.txt || fail "bench learner: $(cat err.txt)"
grep -q "PPO update / peak, 512-256-128" table.txt || fail "bench learner: $(cat table.txt)"

if command -v python3 >/dev/null; then
  python3 - <<'PYTHON' || fail "the JSON lacks something"
import json
two, one, learner = (json.load(open(name)) for name in ("hash.json", "one.json", "learner.json"))
nets = ["512-256-128", "128-128-128", "64-64"]
names = ["env.ratio_one_thread", "env.ratio_all_threads", "model.tuned_over_default", "train.of_roofline", "train.env_steps_per_s",
         "scaling.two_over_one", "startup_s", "memory_mb_4096_envs", "allocations_per_iteration", "iteration_p99_over_p50",
         "peak_gflops"] + [f"learner.{key}.{net}" for key in ("of_peak", "over_torch") for net in nets]
for results in (two, one, learner):
    for name in names:
        value = results
        for part in name.split("."):
            value = value[part]
        if value is None:
            assert results["reasons"][name], name
        else:
            assert value > 0, name
            assert results["spread"][name][0] <= value <= results["spread"][name][1], name
    assert results["machine"]["processor"]
assert two["behaviour_hash"] == one["behaviour_hash"] and len(two["behaviour_hash"]) == 16, "the hash depends on the threads"
assert learner["behaviour_hash"] is None
assert "PyTorch" not in learner["reasons"].get("learner.over_torch.64-64", ""), "the pretended PyTorch was not heard"
PYTHON
fi

# ---- Ctrl-C: says so, gives what there is, leaves nothing behind ----
setsid env TMPDIR="$work" "$program" bench walk --seeds 3 --json walk.json >walk.txt 2>err.txt &
pid=$!
sleep 2
kill -TERM $pid
wait $pid
code=$?
[[ $code == 130 ]] || fail "bench walk, stopped: exit code $code: $(cat err.txt)"
grep -q '"seeds": \[\]' walk.json || fail "bench walk, stopped: $(cat walk.json)"
ls -d doggo_bench_* 2>/dev/null && fail "a temporary folder is left"

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))

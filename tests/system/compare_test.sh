#!/usr/bin/env bash
# ./doggo compare as a user meets it: table, page, JSON, going on, messages. Argument: the program.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

short=(train.iterations=3 train.steps_per_iteration=16 train.tensorboard=false)
"$program" compare configs/cartpole_ppo.yaml configs/cartpole_trpo.yaml --seeds 2 --folder here --json out.json "${short[@]}" \
  >first.txt || fail "compare: exit code $?"
grep -qE "cartpole_trpo +2 " first.txt || fail "no table: $(cat first.txt)"
[[ -s here/comparison.html ]] || fail "no page"
grep -q "<svg" here/comparison.html || fail "the page has no curves"
python3 - <<'PYTHON' || fail "out.json is not as it should be"
import json
result = json.load(open("out.json"))
assert result["metric"] == "episode/return"
assert [c["name"] for c in result["configurations"]] == ["cartpole_ppo", "cartpole_trpo"]
for config in result["configurations"]:
    assert [s["seed"] for s in config["seeds"]] == [1, 2]
    for seed in config["seeds"]:
        assert len(seed["env_steps"]) == len(seed["seconds"]) == len(seed["value"]) > 0
    assert config["final"]["low"] <= config["final"]["iqm"] <= config["final"]["high"]
PYTHON

# ---- what is trained already is not trained again; a seed more is
before=$(stat -c %Y.%s here/cartpole_ppo/seed_1/checkpoint.safetensors)
"$program" compare configs/cartpole_ppo.yaml --seeds 3 --folder here "${short[@]}" >second.txt || fail "compare again: exit code $?"
[[ $(stat -c %Y.%s here/cartpole_ppo/seed_1/checkpoint.safetensors) == "$before" ]] || fail "seed 1 was trained twice"
[[ -s here/cartpole_ppo/seed_3/evaluation.json ]] || fail "seed 3 was not trained"

# ---- messages
refuses "name the configurations" compare
refuses "was trained with ppo.gamma=0.98" compare configs/cartpole_ppo.yaml --folder here "${short[@]}" ppo.gamma=0.5
refuses "two configurations are called 'cartpole_ppo'" compare configs/cartpole_ppo.yaml ./configs/cartpole_ppo.yaml
refuses "no column 'speed'" compare configs/cartpole_ppo.yaml --seeds 1 --folder here --metric speed "${short[@]}"
refuses "inspect is for the quadruped" inspect configs/cartpole_ppo.yaml
refuses "this command is for the quadruped" eval here/cartpole_ppo/seed_1

exit $((failures > 0))

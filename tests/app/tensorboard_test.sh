#!/usr/bin/env bash
# The event file of a run, read by TensorBoard itself, says what metrics.csv says. Its argument is the program; the package is
# put into a virtual environment beside it, once. Without network a python3 that has it serves as well; without either: skipped (77).
set -uo pipefail
program=$1
environment=$(dirname "$(readlink -f "$program")")/tensorboard_environment
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. "$(dirname "$(readlink -f "$0")")/../support/python_environment.sh"
python_with "$environment" 'from tensorboard.backend.event_processing import event_accumulator' "tensorboard==2.18.0" "setuptools<80"

cd "$work" || exit 1
small=(train.environments=4 train.shard_size=4 ppo.minibatches=2 train.test_every=0 evaluation.episodes=1
       evaluation.episode_length=1.5 --quiet)
"$program" train configs/smoke.yaml "${small[@]}" train.iterations=6 run.folder=run >log || exit 1
"$program" train --resume run train.iterations=9 --quiet >log || exit 1
"$python" - <<'PYTHON'
import csv, struct
from tensorboard.backend.event_processing import event_accumulator

events = event_accumulator.EventAccumulator("run", size_guidance={event_accumulator.SCALARS: 0})
events.Reload()
tags = events.Tags()["scalars"]
names = {"train/reward_per_second": "reward_per_second", "loss/policy": "policy_loss", "loss/value": "value_loss",
         "policy/entropy": "entropy", "policy/kl": "kl", "policy/clip_fraction": "clip_fraction", "policy/std": "std",
         "train/learning_rate": "rate", "train/explained_variance": "explained_variance"}
rows = list(csv.DictReader(open("run/metrics.csv")))
assert len(rows) == 9, len(rows)
names.update({tag: tag for tag in rows[0] if tag.startswith(("episode/", "machine/"))}, **{"train/diverged": "diverged"})
single = lambda text: struct.unpack("f", struct.pack("f", float(text)))[0]
for tag, column in names.items():
    expected = [(int(row["env_steps"]), single(row[column])) for row in rows if row[column]]
    if not expected:
        continue
    assert tag in tags, (tag, tags)
    read = [(event.step, event.value) for event in events.Scalars(tag)]
    assert [step for step, _ in read] == [step for step, _ in expected], (tag, read)
    # metrics.csv has nine digits, a float seven
    assert all(abs(a - b) <= 2e-7 * abs(b) for (_, a), (_, b) in zip(read, expected)), (tag, read, expected)
print("all well:", len(tags), "tags,", len(rows), "steps")
PYTHON

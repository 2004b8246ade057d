#!/usr/bin/env bash
# What is exported, run by others: ONNX Runtime, safetensors, and a MuJoCo loop in Python that knows the policy's metadata alone. Its
# arguments are the program and own_trajectory; the packages are put into a virtual environment beside them, once. Without
# network a python3 that has them serves as well; without either: skipped (77).
set -uo pipefail
program=$(readlink -f "$1")
own_trajectory=$(readlink -f "$2")
here=$(dirname "$(readlink -f "$0")")
environment=$(dirname "$program")/export_environment
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. "$here/../support/python_environment.sh"
python_with "$environment" 'import onnxruntime, safetensors, mujoco; assert mujoco.__version__ == "3.17.0"' onnxruntime safetensors numpy mujoco==3.17.0

cd "$work" || exit 1
# a single iteration: the trot that the action is added to still walks, and the weights are no longer those drawn
"$program" train configs/smoke.yaml train.iterations=1 seed=3 run.folder=run --quiet >log || exit 1
"$program" export run --onnx policy.onnx --safetensors deployed.safetensors --model robot.xml || exit 1
"$own_trajectory" run own.json || exit 1
"$python" "$here/export/judge/judge.py" policy.onnx deployed.safetensors robot.xml own.json "$here/../../README.md"

#!/usr/bin/env bash
# The learner against formulas in numpy (judge/judge.py). Its argument is the program export_numbers; numpy is put into a
# virtual environment beside it, once. Without network a python3 that has numpy serves as well; without either: skipped (77).
set -uo pipefail
program=$1
here=$(dirname "$(readlink -f "$0")")
environment=$(dirname "$(readlink -f "$program")")/judge_environment
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. "$here/../support/python_environment.sh"
python_with "$environment" 'import numpy' numpy==1.26.4

"$program" "$work/numbers.json" && "$python" "$here/judge/judge.py" "$work/numbers.json"

#!/usr/bin/env bash
# The learner against formulas in numpy (judge/judge.py). Its argument is the program export_numbers; numpy is put into a
# virtual environment beside it, once. Without network a python3 that has numpy serves as well; without either: skipped (77).
set -uo pipefail
program=$1
here=$(dirname "$(readlink -f "$0")")
environment=$(dirname "$(readlink -f "$program")")/judge_environment
numpy=1.26.4  # for Python 3.9 to 3.12; others get the newest that they can have
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has_numpy() { "$1" -c 'import numpy' >/dev/null 2>&1; }
install() { "$environment/bin/pip" install --quiet --retries 1 --timeout 20 "$1"; }
make_environment() {
  rm -rf "$environment"
  python3 -m venv "$environment" && { install "numpy==$numpy" || install numpy; }
}

python=$environment/bin/python3
if ! has_numpy "$python"; then
  if make_environment >"$work/log" 2>&1 && has_numpy "$python"; then
    echo "made $environment"
  elif has_numpy python3; then
    python=python3
  else
    echo "skipped: no python3 with numpy, and no virtual environment for it ($(tail -n 1 "$work/log"))"
    exit 77
  fi
fi

"$program" "$work/numbers.json" && "$python" "$here/judge/judge.py" "$work/numbers.json"

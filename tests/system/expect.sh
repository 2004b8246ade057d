# shellcheck shell=bash
# What the tests of the program have in common; sourced, with the program as the first argument. They run in a folder of their own,
# which is gone in the end, count what fails, and end with: exit $((failures > 0))
set -uo pipefail
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() { echo "FAIL: $*"; failures=$((failures + 1)); }

# is_refused PATTERN COMMAND...: exit code 1, one line on the standard error that matches; refuses: of the program.
is_refused() {
  local pattern=$1 code
  shift
  "$@" >out.txt 2>err.txt
  code=$?
  [[ $code == 1 ]] || fail "$*: exit code $code"
  [[ $(wc -l <err.txt) == 1 ]] || fail "$*: not one line: $(cat err.txt)"
  grep -qE -- "$pattern" err.txt || fail "$*: '$(cat err.txt)' does not match '$pattern'"
}
refuses() { is_refused "$1" "$program" "${@:2}"; }

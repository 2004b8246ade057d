#!/usr/bin/env bash
# What training shows on a terminal of 80 and of 60 columns, and on one that is resized meanwhile: no line that the terminal
# would break, every picture in the place of the last; nothing of that in a pipe, and nothing at all with --quiet.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1
command -v script >/dev/null || { echo "skipped: no script(1) to make a terminal"; exit 77; }

small="configs/smoke.yaml train.environments=8 train.shard_size=4 ppo.minibatches=2 train.iterations=60 train.test_every=3000"
small+=" episode_length=0.6 train.threads=1 network.policy_hidden=[16] network.critic_hidden=[16] evaluation.episodes=2"
small+=" evaluation.episode_length=1.5"
view='^ (iteration|steps|reward|tracking|falls|update|last test|best test|alarms) '
up=$'\x1b\\[[0-9]+A'

widest() { LC_ALL=C sed 's/\xe2\x96[\x80-\xbf]/#/g' | awk '{ if (length > n) n = length } END { print n + 0 }'; }  # a bar is one letter

on_terminal() {  # COMMAND: its output, one line each, without what moves the cursor
  script -qec "$1" raw.txt >/dev/null </dev/null
  tr -d '\r' <raw.txt | sed 's/\x1b\[[0-9]*[A-Z]//g' >out.txt
}

for columns in 80 60 40; do
  on_terminal "stty cols $columns rows 24; '$program' train $small run.folder=run$columns"
  grep -aqE "$up" raw.txt || fail "$columns columns: nothing is redrawn: $(head -c 600 raw.txt)"
  for line in iteration steps reward tracking falls update "last test" "best test"; do
    grep -aqE "^ $line " out.txt || fail "$columns columns: no line '$line'"
  done
  letters=$(grep -aE "$view" out.txt | widest)
  ((letters < columns)) || fail "$columns columns: a line of $letters letters"
  grep -aq "^Curves and tables: run$columns/report.html" out.txt || fail "$columns columns: no report"
done

# narrower while it runs: the next pictures are too
on_terminal "stty cols 100 rows 24; (sleep 0.7; stty cols 50 </dev/tty) & '$program' train ${small/iterations=60/iterations=300} run.folder=sizes"
last=$(grep -aE "$view" out.txt | tail -n 6 | widest)
((last < 50)) || fail "a terminal that became 50 columns wide gets a line of $last letters"

# a pipe, and --plain on a terminal: lines of key=value
# shellcheck disable=SC2086
"$program" train $small run.folder=pipe >pipe.txt 2>&1 || fail "piped: $(cat pipe.txt)"
grep -q $'\x1b' pipe.txt && fail "escape codes in a pipe"
grep -qE '^it=60 steps=[0-9]+ sps=[0-9]+ reward=' pipe.txt || fail "no line of the last iteration in a pipe: $(cat pipe.txt)"
on_terminal "'$program' train --plain $small run.folder=plain"
grep -aq $'\x1b' raw.txt && fail "escape codes with --plain"
on_terminal "'$program' train --quiet $small run.folder=quiet"
grep -aqE "$view|^it=|^Training" out.txt && fail "--quiet is not: $(cat out.txt)"
grep -aq "^Done: 60 iterations" out.txt || fail "--quiet does not tell the end"

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))

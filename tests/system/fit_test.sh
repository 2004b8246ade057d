#!/usr/bin/env bash
# ./doggo fit as a user meets it: results, files, messages, Ctrl-C. Argument: the program.
# shellcheck source=tests/system/expect.sh
source "$(dirname "$0")/expect.sh" || exit 1

# ---- a surface: every optimiser's way, as near to the survey's digits as float comes
"$program" fit configs/fit/quadratic.yaml folder=quadratic --json quadratic.json >quadratic.txt
grep -q "nesterov" quadratic.txt || fail "quadratic.txt has no table"
[[ -s quadratic/report.html && -s quadratic/fit.json ]] || fail "quadratic: files are missing"
python3 - <<'PYTHON' || fail "quadratic.json is not as it should be"
import json
result = json.load(open("quadratic.json"))
ends = {way["name"]: way["path"][100] for way in result["methods"]}
for name, x, y in [("sgd", 0.66665339, 0.33332005), ("momentum", 0.64455771, 0.35170356),
                   ("nesterov", 0.66665344, 0.33332010), ("adam", 0.53887673, 0.15307339)]:
    assert abs(ends[name][0] - x) < 1e-5 and abs(ends[name][1] - y) < 1e-5, (name, ends[name])
assert result["end"]["kind"] == "minimum"
PYTHON

# ---- classification
"$program" fit configs/fit/digits.yaml folder=digits --json - >digits.json
python3 - <<'PYTHON' || fail "the digits are not told apart"
import json
assert json.load(open("digits.json"))["validation"]["accuracy"] >= 0.97
PYTHON
for file in model.safetensors epochs.csv report.html fit.json config.yaml; do
  [[ -s digits/$file ]] || fail "digits/$file is missing"
done
"$program" fit digits/config.yaml folder=again --json - >again.json
python3 - <<'PYTHON' || fail "the folder's own configuration gives another result"
import json
a, b = (json.load(open(name)) for name in ("digits.json", "again.json"))
assert a["validation"] == b["validation"] and a["end"] == b["end"]
PYTHON

# ---- regression from a file, with cross-validation
python3 - <<'PYTHON'
with open("plane.csv", "w") as file:
    file.write("a,b,noise,y\n")
    for k in range(200):
        a, b = k % 20 / 10 - 1, k // 20 / 5 - 1
        file.write(f"{a},{b},{k * 7919 % 13},{3 * a - 2 * b + a * b}\n")
PYTHON
cat >plane.yaml <<'YAML'
name: plane
data: {file: plane.csv, inputs: [a, b], targets: [y], folds: 4}
layers: [dense 16, tanh]
rate: {rate: 0.01}
stop: {max_epochs: 60}
YAML
"$program" fit plane.yaml folder=plane --json plane.json >plane.txt
grep -q "4 folds" plane.txt || fail "plane.txt tells nothing of the folds"
python3 - <<'PYTHON' || fail "the plane is not fitted"
import json
result = json.load(open("plane.json"))
assert result["validation"]["explained"] > 0.99 and len(result["cross_validation"]["folds"]) == 4
PYTHON
LC_ALL=C grep -aq $'\033' plane.txt && fail "control sequences in a file"

"$program" config plane.yaml | grep -q "early_stopping:" || fail "config does not print a fit's settings"

# ---- what can be wrong
refuses "give a configuration" fit
refuses "missing.yaml" fit missing.yaml
refuses "plane: there is a run in this folder already" fit plane.yaml folder=plane
refuses "names no CSV file" fit plane.yaml data.file=
refuses "no column 'c'; the columns are 'a', 'b', 'noise', 'y'" fit plane.yaml "data.inputs=[a, c]"
refuses "either data.targets .* or data.label" fit plane.yaml data.label=b
refuses "there is no layer 'swosh'" fit plane.yaml "layers=[dense 8, swosh]"
refuses "probability = 1 is not within" fit plane.yaml "layers=[dense 8, dropout 1]"
refuses "needs its units" fit plane.yaml "layers=[dense]"
refuses "loss.*none of its choices" fit plane.yaml loss=mse
refuses "optimizer.method" fit plane.yaml optimizer.method=lbfgs
refuses "early_stoping|did you mean" fit plane.yaml early_stoping.patience=3
printf 'a,b,y\n1,2,3\n1,x,3\n' >bad.csv
refuses "bad.csv:3:3: 'x' in column 'b'" fit plane.yaml data.file=bad.csv
printf 'a,b,y\n1,2,3\n1,2\n' >bad.csv
refuses "bad.csv:3" fit plane.yaml data.file=bad.csv
printf 'a,b,y\n1,2,3\n1,nan,3\n' >bad.csv
refuses "bad.csv:3:3: 'nan'" fit plane.yaml data.file=bad.csv
printf 'a,b,y\n1,2,3\n' >bad.csv
refuses "validation" fit plane.yaml data.file=bad.csv
printf '' >bad.csv
refuses "bad.csv:1:1: the file is empty" fit plane.yaml data.file=bad.csv
refuses "for numbers.*softmax_cross_entropy" fit plane.yaml "data.targets=[]" data.label=noise

# ---- Ctrl-C: the epoch is finished, everything is written, exit code 0
setsid "$program" fit plane.yaml folder=stopped stop.max_epochs=100000000 early_stopping.patience=0 data.folds=0 >stopped.txt 2>&1 &
pid=$!
for _ in $(seq 100); do grep -q "epoch 1 " stopped.txt && break; sleep 0.1; done
kill -INT $pid
code=0
wait $pid || code=$?
[[ $code == 0 ]] || fail "Ctrl-C: exit code $code: $(cat stopped.txt)"
grep -q "asked to stop" stopped.txt || fail "Ctrl-C: $(cat stopped.txt)"
[[ -s stopped/model.safetensors ]] || fail "Ctrl-C: no model"

exit $((failures > 0))

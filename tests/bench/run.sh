#!/usr/bin/env bash
# Regenerates the table of README.md beside this: every suite, PyTorch included, on this machine. About 15 minutes; the machine must
# be idle (a ratio whose yardstick drifts is refused).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/torch_environment.sh")
results=$(mktemp)
trap 'rm -f "$results"' EXIT
"$here/../../doggo" bench --torch "$python" --json "$results"
TORCH=$("$python" -c "import torch; print(torch.__version__)") python3 "$here/write_table.py" "$results" "$here/README.md"

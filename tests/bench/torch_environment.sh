#!/usr/bin/env bash
# Makes a Python with PyTorch for `./doggo bench --torch`, once, in build/torch; prints its path. The registry's wheel for Linux
# brings CUDA with it, which is not used: about 3 GB to download, 8 GB on the disk. A smaller, CPU-only one may be installed there
# by hand before.
set -euo pipefail
folder=$(cd "$(dirname "$0")/../.." && pwd)/build/torch
version=2.8.0

if ! "$folder/bin/python" -c "import torch" 2>/dev/null; then
  echo "installing PyTorch $version into $folder (about 3 GB)" >&2
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet "torch==$version" numpy >&2
fi
echo "$folder/bin/python"

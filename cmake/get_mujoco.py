#!/usr/bin/env python3
"""Gets the pinned MuJoCo into .deps/mujoco: headers, libmujoco.so.3.17.0 and licences, out of its official Python wheel.

pip downloads the wheel and checks its SHA-256 against mujoco-requirements.txt; nothing of it is installed or run. The folder
appears by one rename, so it is either complete or not there. Errors are one sentence on standard error, exit code 1.
"""

import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
DEPS = HERE.parent / ".deps"
VERSION = "3.17.0"


def download(folder):
    """The path of the wheel for this machine."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
    if sys.platform != "linux" or machine not in ("x86_64", "aarch64"):
        sys.exit(f"MuJoCo {VERSION} is fetched for Linux on x86_64 and aarch64 only, and this is {sys.platform} on {machine}: "
                 "build MuJoCo from source and name its folder in MUJOCO_DIR.")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
               "--retries", "2", "--require-hashes", "--no-deps", "--only-binary=:all:",
               "--platform", f"manylinux_2_28_{machine}", "--python-version", "3.11",
               "--dest", folder, "--requirement", str(HERE / "mujoco-requirements.txt")]
    settings = dict(os.environ, PIP_REQUIRE_VIRTUALENV="0", PIP_USER="0")  # a person's habits for installing, and nothing is installed
    pip = subprocess.run(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if pip.returncode != 0:
        print(pip.stdout, file=sys.stderr)
        if "No module named pip" in pip.stdout:
            sys.exit("python3 has no pip (Debian, Ubuntu: apt-get install python3-pip).")
        if "DO NOT MATCH THE HASHES" in pip.stdout:
            sys.exit(f"the MuJoCo {VERSION} that was downloaded is not the pinned one: its checksum differs.")
        sys.exit(f"MuJoCo {VERSION} could not be downloaded; is there a network?")
    return next(pathlib.Path(folder).glob("*.whl"))


def unpack(wheel, folder):
    """What a C++ program needs, laid out as include/, libmujoco.so.3.17.0 and licenses/."""
    places = {"mujoco/include/": "include/", f"mujoco/libmujoco.so.{VERSION}": f"libmujoco.so.{VERSION}",
              f"mujoco-{VERSION}.dist-info/licenses/": "licenses/"}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            source = next((source for source in places if name.startswith(source)), None)
            if source is None or name.endswith("/"):
                continue
            target = folder / (places[source] + name[len(source):])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as packed, open(target, "wb") as file:
                shutil.copyfileobj(packed, file)


def main():
    target = DEPS / "mujoco"
    if target.exists():
        sys.exit(f"{target} is already there; remove it to get it anew.")
    DEPS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=DEPS) as folder:
        new = pathlib.Path(folder) / "mujoco"
        unpack(download(folder), new)
        if not (new / "include/mujoco/mujoco.h").exists() or not (new / f"libmujoco.so.{VERSION}").exists():
            sys.exit(f"the wheel of MuJoCo {VERSION} does not hold its headers and library where they are expected.")
        new.rename(target)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"MuJoCo could not be unpacked: {error}.")
    except KeyboardInterrupt:
        sys.exit(130)

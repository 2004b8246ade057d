# shellcheck shell=bash
# The part of ./doggo that is read only where something is not there yet: get_what_is_missing, then build.

# What the build needs, and record to draw: Debian's package, and the command, header, library or Python module that shows
# that it is there.
program_needs=(
  "cmake               command  cmake"
  "ninja-build         command  ninja"
  "g++                 command  ${CXX:-c++}"
  "libeigen3-dev       header   eigen3/Eigen/Core"
  "libfmt-dev          header   fmt/core.h"
  "libyaml-cpp-dev     header   yaml-cpp/yaml.h"
  "libcli11-dev        header   CLI/CLI.hpp"
  "nlohmann-json3-dev  header   nlohmann/json.hpp"
  "libglfw3-dev        header   GLFW/glfw3.h"
  "libegl-dev          header   EGL/egl.h"
  "libgl1-mesa-dri     library  dri/swrast_dri.so")
test_needs=("libgtest-dev  header  gtest/gtest.h")
download_needs=("python3  command  python3" "python3-pip  module  pip")

log=$root/build/launcher.log
rewrite='' && [[ -t 2 ]] && rewrite=$'\r\e[K'  # on a terminal a line is written again and again

# progress WHAT TEXT: a passing line, on a terminal only.    result WHAT TEXT: the line that stays.
progress() { [[ -z $rewrite ]] || printf '%s  %-23s %s' "$rewrite" "$1" "$2" >&2; }
result() { printf '%s  %-23s %s\n' "$rewrite" "$1" "$2" >&2; }

# ------------------------------------------------------------------------------------------------------------------- what is missing

# is_there KIND NAME
is_there() {
  local folder IFS=:
  case $1 in
    command) command -v "${2%% *}" >/dev/null ;;
    module) python_with "$2" >/dev/null ;;
    library) for folder in /usr/lib /usr/lib/*-linux-gnu /usr/lib64; do [[ -e $folder/$2 ]] && return; done; return 1 ;;
    header) for folder in /usr /usr/local ${CMAKE_PREFIX_PATH:-}; do [[ -e $folder/include/$2 ]] && return; done; return 1 ;;
  esac
}

# The Python that has a module: the first in the path may be that of a virtual environment without it.
python_with() {
  local python
  for python in python3 /usr/bin/python3; do "$python" -c "import $1" 2>/dev/null && echo "$python" && return; done
  return 1
}

has_mujoco() {
  [[ -n ${MUJOCO_DIR:-} || -e $root/.deps/mujoco ]] && return
  local library
  read -r library 2>/dev/null <"$build/mujoco_library" && [[ -e $library ]] && return
  is_there command cmake && is_there command ninja || return
  local probe=$root/build/probe  # is there an installed one that CMake finds?
  rm -rf "$probe" && mkdir -p "$probe"
  printf '%s\n' 'cmake_minimum_required(VERSION 3.22)' 'project(probe CXX)' 'find_package(mujoco 3.17...<4 REQUIRED)' >"$probe/CMakeLists.txt"
  cmake -G Ninja -S "$probe" -B "$probe/build" >/dev/null 2>&1
}

# step WHAT COMMAND...: one line on the screen; what the command says goes to the log.
step() {
  local what=$1 start=$SECONDS
  shift
  progress "$what" ...
  "$@" >"$log" 2>&1 </dev/null 9>&- || { result "$what" "failed after $((SECONDS - start)) s"; return 1; }
  result "$what" "done in $((SECONDS - start)) s"
}

install_packages() {
  "${as_root[@]}" apt-get update  # a source that it cannot reach may not be needed
  "${as_root[@]}" DEBIAN_FRONTEND=noninteractive "${apt_install[@]}" --assume-yes --option DPkg::Lock::Timeout=300
}

# get_what_is_missing WHAT (program or tests): packages, then MuJoCo. Ends the launcher where that cannot be done.
get_what_is_missing() {
  local needs=("${program_needs[@]}") packages=() mujoco='' need package kind name
  [[ $1 == tests ]] && needs+=("${test_needs[@]}")
  rm -rf "$root"/.deps/new-*  # of a download that was killed
  has_mujoco || { mujoco=missing && needs+=("${download_needs[@]}"); }
  for need in "${needs[@]}"; do
    read -r package kind name <<<"$need"
    is_there "$kind" "$name" || packages+=("$package")
  done
  [[ -z ${packages[*]}$mujoco ]] && return

  local apt_install=(apt-get install --no-install-recommends "${packages[@]}") as_root=(sudo env) size
  ((EUID == 0)) && as_root=(env)
  if [[ -n ${DOGGO_NO_INSTALL:-} ]]; then
    say "doggo: something that the build needs is missing, and DOGGO_NO_INSTALL is set. To get it:"
    [[ -z ${packages[*]} ]] || say "  ${as_root[*]/%env/}${apt_install[*]}"
    [[ -z $mujoco ]] || say "  python3 $root/cmake/get_mujoco.py"
    exit 1
  fi

  if [[ -n ${packages[*]} ]]; then
    is_there command apt-get ||
      die "the build needs ${packages[*]} (Debian's names), and there is no apt-get here: please install them in this system's own way."
    is_there command "${as_root[0]}" || die "the build needs some packages, but this is not root and has no sudo. As root: ${apt_install[*]}"
    size=$("${apt_install[@]}" --print-uris --assume-yes -qq 2>/dev/null |
      awk '{ size += $3 } END { if (size) printf " (%.1f MB with what they need)", size / 1e6 }')
  fi
  [[ -z $mujoco || $(uname -sm) == @("Linux x86_64"|"Linux aarch64") ]] ||
    die "MuJoCo comes ready-made for Linux on x86_64 and aarch64 only, and this is $(uname -sm): please build it and name its folder in MUJOCO_DIR."
  say "doggo: to build the program for this machine, it gets what is missing."
  [[ -z ${packages[*]} ]] || say "  packages$size: ${packages[*]}"
  [[ -z $mujoco ]] || say "  MuJoCo 3.17.0 (26 MB, into .deps)"
  if [[ -n ${packages[*]} ]]; then
    ((EUID == 0)) || sudo -v || die "packages cannot be installed without sudo. As root: ${apt_install[*]}"
    step "installing packages" install_packages || die "the packages could not be installed. $(grep -m1 '^E:' "$log") (all of it: $log)"
  fi
  if [[ -n $mujoco ]]; then
    step "getting MuJoCo" "$(python_with pip)" "$root/cmake/get_mujoco.py" || die "$(tail -n 1 "$log") (all of it: $log)"
  fi
}

# -------------------------------------------------------------------------------------------------------------------------- the build

# Ninja's lines ("@12/74 Building ...") go to the log, and as one rewritten line to the terminal.
show_progress() {
  trap '' INT
  local line finished total start=$SECONDS elapsed bar left
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^@([0-9]+)/([0-9]+) ]] || continue
    finished=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]} elapsed=$((SECONDS - start)) left=''
    ((elapsed < 5 || finished == 0)) || left=", about $((elapsed * (total - finished) / finished)) s left"
    printf -v bar '%*s' $((22 * finished / total)) ''
    bar=${bar// /#}
    printf -v bar '%-22s' "$bar"
    progress building "[${bar// /-}] $finished/$total files$left"
  done
}

# build WHAT TARGET CMAKE_ARGUMENT...: the stamp WHAT.built is set last, with the time of the start.
build() {
  local what=$1 target=$2 start=$SECONDS files jobs memory
  shift 2
  if [[ -e $build/configuration && $(<"$build/configuration") != "$configuration" ]]; then
    say "doggo: the last build was for another place, machine or setting; building anew."
    rm -rf "$build"
  fi
  mkdir -p "$build" || die "cannot write to $build."
  printf '%s\n' "$configuration" >"$build/configuration"
  printf '%s\n' "${DOGGO_CMAKE_ARGS:-}" >"$build/cmake_args"
  touch "$build/$what.next"
  progress building ...

  # shellcheck disable=SC2086  # DOGGO_CMAKE_ARGS is split at its spaces
  if ! (cd "$root" && cmake --preset release "$@" ${DOGGO_CMAKE_ARGS:-}) >"$log" 2>&1 </dev/null; then
    result building "failed"
    sed -n '/^CMake Error/,$p' "$log" >&2
    die "CMake could not set up the build (all of it: $log)"
  fi

  jobs=$(nproc)
  memory=$(awk '/^MemAvailable/ { print int($2 / 1e6) }' /proc/meminfo)  # GB; one compiler may need one
  [[ -n $memory ]] && ((memory < jobs)) && jobs=$((memory > 1 ? memory : 1))
  if ! NINJA_STATUS='@%f/%t ' cmake --build "$build" --target "$target" -j "$jobs" 2>&1 </dev/null | show_progress; then
    result building "failed after $((SECONDS - start)) s"
    sed -n '/^\(FAILED\|ninja: error\)/,$p' "$log" | sed '/^FAILED/{n;d}; /^@/d; /^ninja: build stopped/d' >&2  # n: the command
    die "the build failed (all of it: $log)"
  fi
  files=$(grep -cE '^@[0-9/]+ (Building|Linking)' "$log")
  if ((files)); then result building "done in $((SECONDS - start)) s, $files files"; else printf '%s' "$rewrite" >&2; fi
  [[ $target == all ]] && touch -r "$build/$what.next" "$build/program.built"
  mv "$build/$what.next" "$build/$what.built"
}

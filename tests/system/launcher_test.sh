#!/usr/bin/env bash
# The launcher, tried on a copy of itself with made-up tools: a cmake that "builds" a program which prints its arguments. No network, no compiler.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d) && trap 'rm -rf "$place"' EXIT
failures=0

# fact TEXT CONDITION...
fact() {
  local text=$1; shift
  if "$@"; then echo "ok      $text"; else echo "FAILED  $text"; failures=$((failures + 1)); fi
}
is() { [[ $1 == "$2" ]] || { printf '        is     "%s"\n        not    "%s"\n' "$1" "$2"; return 1; }; }
has() { [[ $1 == *"$2"* ]] || { printf '        "%s"\n        lacks  "%s"\n' "$1" "$2"; return 1; }; }

# A checkout with a space in its name, with a MuJoCo.
tree="$place/a checkout"
mkdir -p "$tree"/{sim,agent,app,tests,.deps/mujoco} "$place"/{tools,elsewhere}
cp "$root/doggo" "$tree/"
cp -r "$root/cmake" "$tree/"
touch "$tree"/{CMakeLists.txt,CMakePresets.json,app/main.cc,.deps/mujoco/libmujoco.so.3.17.0}

# The headers that the launcher looks for.
for header in eigen3/Eigen/Core fmt/core.h yaml-cpp/yaml.h CLI/CLI.hpp nlohmann/json.hpp gtest/gtest.h; do
  mkdir -p "$place/prefix/include/${header%/*}" && touch "$place/prefix/include/$header"
done

# The tools. What cmake is asked for is kept in $CALLS; $BUILD says how a build goes.
cat >"$place/tools/cmake" <<'TOOL'
#!/usr/bin/env bash
case $1 in
  --preset)
    echo "configure ${*:2}" >>"$CALLS"
    echo "$PWD/.deps/mujoco/libmujoco.so.3.17.0" >build/release/mujoco_library ;;
  --build)
    echo "build $4" >>"$CALLS"
    echo "@1/1 Building CXX object main.cc.o"
    case ${BUILD:-} in
      fails) printf 'FAILED: main.cc.o\n/usr/bin/c++ -O3 main.cc\nmain.cc:1:1: error: nonsense\n'; exit 1 ;;
      hangs) sleep 20; exit 1 ;;
      is_slow) sleep 2 ;;
    esac
    printf '#!/usr/bin/env bash\necho "in $PWD"; printf "<%%s>\\n" "$@"; exit "${STATUS:-0}"\n' >"$2/doggo"
    chmod +x "$2/doggo" ;;
  *) exit 1 ;;
esac
TOOL
# shellcheck disable=SC2016  # for the tool itself
printf '#!/usr/bin/env bash\nprintf "<%%s>\\n" "$@"; exit "${STATUS:-0}"\n' >"$place/tools/ctest"
printf '#!/usr/bin/env bash\n' | tee "$place/tools/ninja" >"$place/tools/c++"
chmod +x "$place"/tools/*

export CALLS=$place/calls CMAKE_PREFIX_PATH=$place/prefix PATH=$place/tools:$PATH
unset CXX CXXFLAGS MUJOCO_DIR DOGGO_CMAKE_ARGS DOGGO_NO_INSTALL
calls() { cat "$CALLS" 2>/dev/null; : >"$CALLS"; }
until_building() { until grep -q build "$CALLS"; do sleep 0.05; done; }
cd "$place/elsewhere" || exit 1

# The first call builds; the next ones run.
out=$("$tree/doggo" train 'a b' '' '*' $'two\nlines' 2>"$place/err")
fact "arguments arrive as they are, in the folder of the caller, and nothing else is printed" \
  is "$out" "in $place/elsewhere"$'\n<train>\n<a b>\n<>\n<*>\n<two\nlines>'
fact "the first call configures and builds" is "$(calls)" $'configure release\nbuild doggo'
fact "and says so on standard error" has "$(cat "$place/err")" "  building                done in"
out=$("$tree/doggo" 2>&1)
fact "the second call builds nothing" is "$(calls)" ""
fact "and says nothing" is "$out" "in $place/elsewhere"$'\n<>'
STATUS=7 "$tree/doggo" >/dev/null
fact "the program's exit code comes back" is $? 7
ln -s "$tree/doggo" "$place/link"
fact "a link to the launcher finds its checkout" has "$("$place/link" here 2>&1)" "<here>"
fact "without building again" is "$(calls)" ""

# What changes a build makes a new one.
echo "// changed" >>"$tree/app/main.cc" && "$tree/doggo" >/dev/null 2>&1
fact "an edited source is built" has "$(calls)" "build doggo"
touch "$tree/sim/new.cc" && "$tree/doggo" >/dev/null 2>&1
fact "a new source is built" has "$(calls)" "build doggo"
rm "$tree/sim/new.cc" && "$tree/doggo" >/dev/null 2>&1
fact "a removed source is noticed" has "$(calls)" "build doggo"
DOGGO_CMAKE_ARGS="-DA=1 -DB=2" "$tree/doggo" >/dev/null 2>&1
fact "arguments for CMake are handed on" is "$(calls)" $'configure release -DA=1 -DB=2\nbuild doggo'
"$tree/doggo" >/dev/null 2>&1
fact "and kept" is "$(calls)" ""
DOGGO_CMAKE_ARGS="" "$tree/doggo" >/dev/null 2>&1
fact "until others are given" is "$(calls)" $'configure release\nbuild doggo'
mv "$tree" "$place/moved" && "$place/moved/doggo" >/dev/null 2>&1
fact "a checkout that was moved is built anew" is "$(calls)" $'configure release\nbuild doggo'
mv "$place/moved" "$tree" && "$tree/doggo" >/dev/null 2>&1 && calls >/dev/null

# Builds that do not end well are not trusted.
touch "$tree/app/main.cc"
out=$(BUILD=fails "$tree/doggo" 2>&1)
fact "a failed build ends with exit code 1" is $? 1
fact "shows what the compiler said" has "$out" $'FAILED: main.cc.o\nmain.cc:1:1: error: nonsense\ndoggo: the build failed'
fact "and is tried again" has "$(calls; "$tree/doggo" >/dev/null 2>&1; calls)" $'build doggo\nconfigure release\nbuild doggo'
touch "$tree/app/main.cc"
set -m  # a group of processes, as a terminal makes one
BUILD=hangs env --default-signal=INT "$tree/doggo" >"$place/out" 2>&1 &
until_building && kill -INT -- -$!
wait $!
fact "an interrupted build ends with exit code 130" is $? 130
set +m
fact "says so" has "$(cat "$place/out")" "doggo: interrupted; the next call goes on from here."
calls >/dev/null
fact "and the next call builds" has "$("$tree/doggo" x 2>&1; calls)" $'<x>\nconfigure release\nbuild doggo'
touch "$tree/app/main.cc"
BUILD=is_slow "$tree/doggo" >/dev/null 2>&1 &
until_building
out=$("$tree/doggo" second 2>&1)
wait
fact "of two calls at once the second one waits" has "$out" $'doggo: another call is building; waiting for it.\n'
fact "and does not build again" is "$(calls)" $'configure release\nbuild doggo'

# Tests.
out=$(STATUS=8 "$tree/doggo" test -R 'a b' 2>/dev/null)
fact "test: ctest's exit code comes back" is $? 8
fact "test: arguments go to ctest" has "$out" $'<-R>\n<a b>'
fact "test: everything is built, with the tests" is "$(calls)" $'configure release -DDOGGO_BUILD_TESTS=ON\nbuild all'
"$tree/doggo" >/dev/null 2>&1
fact "the program is built with it" is "$(calls)" ""
touch "$tree/tests/new_test.cc" && "$tree/doggo" >/dev/null 2>&1
fact "a new test does not rebuild the program" is "$(calls)" ""
"$tree/doggo" test >/dev/null 2>&1
fact "but the tests" has "$(calls)" "build all"

# What is missing is named, with the command that gets it.
export DOGGO_NO_INSTALL=1
rm -r "$tree/.deps/mujoco"
out=$("$tree/doggo" 2>&1)
fact "no MuJoCo: exit code 1" is $? 1
fact "no MuJoCo: the command" has "$out" "  python3 $tree/cmake/get_mujoco.py"
mkdir "$tree/.deps/mujoco" && touch "$tree/.deps/mujoco/libmujoco.so.3.17.0"
out=$(MUJOCO_DIR=$place/nowhere "$tree/doggo" 2>&1)
fact "a wrong MUJOCO_DIR is named" is "$out" "doggo: MUJOCO_DIR=$place/nowhere: there is no include/mujoco/mujoco.h in this folder."
mkdir "$place/few"
for tool in bash env readlink find mkdir touch rm rmdir mv cat sed grep awk nproc flock tail tee; do ln -s "$(command -v $tool)" "$place/few/"; done
touch "$tree/app/main.cc"
out=$(PATH=$place/few "$tree/doggo" 2>&1)
fact "no tools: exit code 1" is $? 1
fact "no tools: the command" has "$out" "apt-get install --no-install-recommends cmake ninja-build g++"
unset DOGGO_NO_INSTALL
out=$(PATH=$place/few "$tree/doggo" 2>&1)
fact "no tools and no apt-get: one sentence" has "$out" "doggo: the build needs cmake ninja-build g++ (Debian's names), and there is no apt-get here"
fact "none of this built anything" is "$(calls)" ""

((failures == 0)) || { echo "$failures failed"; exit 1; }

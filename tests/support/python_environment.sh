# For test scripts that have Python judge: sourced, not run.
#
# python_with FOLDER IMPORT PACKAGE... puts into $python a python3 that runs the statement IMPORT: that of the virtual environment in
# FOLDER, made there once of the pinned packages (of their newest versions, where this Python cannot have those); without network a
# python3 of the machine that has them serves as well. Without either the script ends as skipped (77).
python_with() {
  local folder=$1 import=$2 log
  shift 2
  log=$(mktemp)
  python=$folder/bin/python3
  if ! "$python" -c "$import" >/dev/null 2>&1; then
    if _make_python_environment "$folder" "$@" >"$log" 2>&1 && "$python" -c "$import" >/dev/null 2>&1; then
      echo "made $folder"
    elif python3 -c "$import" >/dev/null 2>&1; then
      python=python3
    else
      echo "skipped: no python3 with ${*%%[=<]*}, and no virtual environment for it ($(tail -n 1 "$log"))"
      rm -f "$log"
      exit 77
    fi
  fi
  rm -f "$log"
}

_make_python_environment() {
  local folder=$1
  shift
  rm -rf "$folder"
  python3 -m venv "$folder" &&
    { _install "$folder" "$@" || _install "$folder" "${@/==*/}"; }
}

_install() { "$1/bin/pip" install --quiet --retries 1 --timeout 20 "${@:2}"; }

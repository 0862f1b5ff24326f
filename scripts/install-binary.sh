#!/usr/bin/env bash
# Copies a built program to where a plain `swift build -c release` leaves it: install-binary.sh <from> <to>
set -euo pipefail

folder="$(dirname "$2")"
if [[ ! -e "$folder" ]]; then
  # The same link that the package manager makes, so that its own release builds go on working.
  real="$(dirname "$folder")/$(basename "$(dirname "$(dirname "$(readlink -f "$1")")")")/release"
  mkdir -p "$real"
  ln -sfn "$(basename "$(dirname "$real")")/release" "$folder"
fi
# A new file under the old name, so that a program that is running is not disturbed.
cp "$1" "$2.new"
mv -f "$2.new" "$2"
echo "Built $2" >&2

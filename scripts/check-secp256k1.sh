#!/usr/bin/env bash
# Compares the files of libsecp256k1 here with those of a clone of it: check-secp256k1.sh CLONE
set -euo pipefail
cd "$(dirname "$0")/.."
tag=v0.8.0
commit=6e2c8bc4ecdc6e71dbe7a368f360d8d453ce435d
folder=Sources/CSecp256k1/upstream

fail() {
  echo "tolsey: error: $1" >&2
  exit 1
}

clone="${1:?the folder of a clone of https://github.com/bitcoin-core/secp256k1}"
[[ "$(git -C "$clone" rev-parse "$tag^{commit}")" == "$commit" ]] ||
  fail "the tag $tag of $clone is another commit than $commit"
count=0
while read -r _ path; do
  git -C "$clone" show "$commit:$path" | cmp -s - "$folder/$path" ||
    fail "$folder/$path is not upstream's"
  count=$((count + 1))
done <"$folder/SHA256SUMS"
[[ "$count" == "$(find "$folder" -type f ! -name SHA256SUMS | wc -l)" ]] ||
  fail "$folder holds files that SHA256SUMS does not name"
(cd "$folder" && sha256sum --quiet --check SHA256SUMS) || fail "SHA256SUMS is another list"
echo "$count files are those of libsecp256k1 $tag"

#!/usr/bin/env bash
# Builds dist/tolsey-VERSION-py3-none-manylinux_…_x86_64.whl: the program and the Python client.
#
# Everything but glibc is linked in (the Swift runtime, libsecp256k1, SQLite, libstdc++), so that it
# runs where no Swift is. It is built for x86-64-v3; CKernels choose what is faster by themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch="$PWD/.build-wheel"
static="$scratch/static"

fail() {
  echo "tolsey: error: $1" >&2
  echo "tolsey: hint: $2" >&2
  exit 1
}

[[ "$(uname -sm)" == "Linux x86_64" ]] ||
  fail "the wheel is built on Linux for x86-64 only" "make build builds for this machine"
for tool in objdump strip; do
  command -v "$tool" >/dev/null || fail "$tool is missing" "install binutils and try again"
done

# A folder that is searched before the system's and holds static libraries only.
bin="$(dirname "$(readlink -f "$(command -v swift)")")"
clang="$bin/clang"
[[ -x "$clang" ]] || clang="$(command -v clang || command -v cc)" ||
  fail "neither clang nor cc is there" "install the Swift toolchain whole and try again"
mkdir -p "$static"
for name in libsqlite3 libstdc++; do
  library="$("$clang" -print-file-name="$name.a")"
  [[ "$library" == /* ]] ||
    fail "$name.a is missing" "install libsqlite3-dev and libstdc++-dev"
  ln -sfn "$library" "$static/$name.a"
done

swift build --scratch-path "$scratch" -c release --product tolsey --static-swift-stdlib \
  -Xcc -march=x86-64-v3 -Xswiftc "-L$static" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc
strip --strip-all -o "$scratch/tolsey" "$scratch/release/tolsey"

# What is linked in comes with its licence.
licences="$scratch/licences"
rm -rf "$licences"
for text in "$scratch"/checkouts/*/{LICENSE,NOTICE,COPYING}*; do
  [[ -f "$text" ]] || continue
  to="$licences/$(basename "$(dirname "$text")")"
  mkdir -p "$to"
  cp "$text" "$to/"
done
swift_text="$bin/../share/swift/LICENSE.txt"
for pair in "swift:$swift_text" \
  "libsecp256k1:Sources/CSecp256k1/upstream/COPYING" \
  "sqlite:/usr/share/doc/libsqlite3-dev/copyright" \
  "libstdc++:/usr/share/doc/libstdc++6/copyright"; do
  [[ -f "${pair#*:}" ]] || continue
  mkdir -p "$licences/${pair%%:*}"
  cp "${pair#*:}" "$licences/${pair%%:*}/"
done

wheel="$(scripts/wheel.py "$scratch/tolsey" dist "$licences")"
echo "Packed $wheel, $(($(stat -c %s "$wheel") / 1000000)) MB" >&2

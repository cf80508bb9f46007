#!/bin/sh
# Puts cosign, which the signer's tests hold its attestations against, into the project's cache.
#
#   tools/setup/obtain-cosign.sh [folder]      default: <checkout>/.cache/bin
#
# Needs Go. The version is pinned; the Go command checks every module against the checksum database (sum.golang.org), so
# what is built is what everybody else builds. Takes one to four minutes on two cores, nothing if it is there already.
set -eu

version=v3.1.3
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder=${1:-$root/.cache/bin}

if [ -x "$folder/cosign" ] && "$folder/cosign" version 2>/dev/null | grep -q "GitVersion: *$version\$"; then
  echo "cosign $version is in $folder"
  exit 0
fi
if ! command -v go >/dev/null 2>&1; then
  echo "cosign $version: there is no Go here to build it with. Install Go, or set COSIGN_BIN to a cosign binary." >&2
  exit 1
fi

mkdir -p "$folder"
echo "cosign $version: building into $folder, which takes a few minutes"
GOBIN=$folder go install "github.com/sigstore/cosign/v3/cmd/cosign@$version"
echo "cosign $version: done"

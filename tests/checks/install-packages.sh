#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs those of the Debian packages named that are missing. Touches nothing when none is.

set -eu

missing=""
for package in "$@"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
  as_root="env DEBIAN_FRONTEND=noninteractive"
elif command -v sudo >/dev/null 2>&1; then
  as_root="sudo env DEBIAN_FRONTEND=noninteractive"
else
  echo "These Debian packages are missing:$missing" >&2
  echo "Run this as root, or install sudo, or have them installed: apt-get install$missing" >&2
  exit 1
fi

echo "Installing the missing Debian packages:$missing"
# shellcheck disable=SC2086 # both are lists of words
$as_root apt-get update -qq </dev/null
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing </dev/null

# SPDX-License-Identifier: Apache-2.0
# What the parts of `make release` share: where things are kept, what is built in, the compiler.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by whoever reads this file

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
release=$root/tools/release
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-spark-release
sources=$cache/sources
# Debian's source packages of what is linked into the executable or compiled from headers.
packages=(zlib openssl nghttp2 curl fmtlib yaml-cpp re2 cli11 nlohmann-json3)

# Time stamps of everything that is shipped: those of the commit, not of the build.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
export LC_ALL=C TZ=UTC
umask 022

# version: that of the project.
version() { sed -n 's/^project(kubectl-spark VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt"; }

# source_of PACKAGE: the directory that it was unpacked into.
source_of() { (cd "$sources/$1"/*/ && pwd); }

# source_version PACKAGE
source_version() { sed -n 's/^Version: //p' "$sources/$1"/*.dsc | head -1; }

# triple OS_ARCH: how the compiler calls it.
triple() {
  case $1 in
  linux_amd64) echo x86_64-linux-musl ;;
  linux_arm64) echo aarch64-linux-musl ;;
  darwin_amd64) echo x86_64-macos.11.0-none ;;
  darwin_arm64) echo aarch64-macos.11.0-none ;;
  *) echo "unknown target \"$1\"" >&2; return 2 ;;
  esac
}

# use_compiler OS_ARCH: puts cc, c++, ar and ranlib for the target on PATH, by names that hold no directory,
# because OpenSSL writes them into its library.
use_compiler() {
  local tools=$cache/compilers/$1 zig triple
  zig=$("$cache/python/bin/python" -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')/zig
  triple=$(triple "$1")
  mkdir -p "$tools"
  printf '#!/bin/sh\nexec "%s" cc -target %s "$@"\n' "$zig" "$triple" >"$tools/target-cc"
  printf '#!/bin/sh\nexec "%s" c++ -target %s "$@"\n' "$zig" "$triple" >"$tools/target-c++"
  printf '#!/bin/sh\nexec "%s" ar "$@"\n' "$zig" >"$tools/target-ar"
  printf '#!/bin/sh\nexec "%s" ranlib "$@"\n' "$zig" >"$tools/target-ranlib"
  chmod +x "$tools"/target-*
  export PATH=$tools:$PATH ZIG_GLOBAL_CACHE_DIR=$cache/zig ZIG_LOCAL_CACHE_DIR=$cache/zig
  # A cache in front of the compiler would be asked for these wrappers by time stamp.
  export CCACHE_DISABLE=1
}

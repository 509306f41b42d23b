#!/bin/sh
# Installs huxin from the unpacked archive. No network, no compiler, no root where the prefix needs none:
#
#   ./install.sh [--prefix FOLDER]        by default /opt/huxin
#
# Each release lies in a folder of its own below the prefix and `current` points to the one that is used, so an earlier
# one stays at hand. Running nodes go on with what they have until they are restarted.
set -eu
prefix=/opt/huxin
here=$(cd "${0%/*}" && pwd -P)
name=${here##*/}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      [ $# -ge 2 ] || fail '--prefix 之后须有文件夹 / --prefix needs a folder'
      prefix=$2
      shift 2
      ;;
    --prefix=*)
      prefix=${1#--prefix=}
      shift
      ;;
    -h | --help)
      say './install.sh [--prefix FOLDER]'
      exit 0
      ;;
    *) fail "没有这个选项 / there is no such option: $1" ;;
  esac
done

if command -v sha256sum >/dev/null 2>&1; then
  (cd "$here" && sha256sum --check --quiet SHA256SUMS >&2) || fail '文件与校验和不符，未安装 / a file does not match its checksum; nothing was installed'
elif command -v shasum >/dev/null 2>&1; then
  (cd "$here" && shasum --algorithm 256 --check --quiet SHA256SUMS >&2) || fail '文件与校验和不符，未安装 / a file does not match its checksum; nothing was installed'
else
  say '没有 sha256sum，未核对文件 / there is no sha256sum: the files were not compared with their checksums'
fi

# The Node and the SQLite that came along must run on this machine, before anything is copied.
(cd "$here" && ./runtime/node --eval 'new (require("better-sqlite3"))(":memory:").close()') ||
  fail '此安装包不能在本机运行：系统或其 C 库过旧，或架构不同 / this archive does not run here: the system or its C library is too old, or of another kind'

mkdir -p "$prefix" || fail "无法建立 / cannot be made: $prefix"
prefix=$(cd "$prefix" && pwd -P)
target=$prefix/$name
if [ "$here" != "$target" ]; then
  rm -rf "$target.new"
  cp -R "$here" "$target.new"
  rm -rf "$target"
  mv "$target.new" "$target"
fi
mkdir -p "$prefix/bin"
ln -sfn "$name" "$prefix/current"
ln -sfn ../current/bin/huxin "$prefix/bin/huxin"
say "已安装 / installed: $prefix/bin/huxin ($("$prefix/bin/huxin" --version))"

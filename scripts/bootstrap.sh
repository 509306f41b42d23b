# Makes a fresh clone ready to run: Node's version, the packages, the build. Sourced by the scripts beside it, which
# say before where the project is: root=/path/to/project. Ends the script with 1, after a line that says why.

huxin_say() { printf '%s\n' "$*" >&2; }

huxin_check_node() {
  if ! command -v node >/dev/null 2>&1; then
    huxin_say '需要 Node 20.19 或更新版本，未找到 node / needs Node 20.19 or newer, and finds no node'
    return 1
  fi
  node -e 'var v = process.versions.node.split("."); process.exit(+v[0] > 20 || (+v[0] === 20 && +v[1] >= 19) ? 0 : 1)' || {
    huxin_say "需要 Node 20.19 或更新版本，现为 $(node --version) / needs Node 20.19 or newer, this is $(node --version)"
    return 1
  }
}

# A package that is written in C++ comes ready for common machines and is compiled on others.
huxin_name_missing() {
  missing=''
  for tool in python3 make g++; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
  done
  [ -z "$missing" ] || huxin_say "better-sqlite3 要在本机编译，缺少 / has to be compiled here and lacks:$missing  (Debian: apt-get install$missing)"
}

huxin_install() {
  if [ ! -e "$root/node_modules/.package-lock.json" ] || [ "$root/node_modules/.package-lock.json" -ot "$root/package-lock.json" ]; then
    huxin_say '安装依赖 / installing packages …'
    (cd "$root" && npm ci --no-progress >&2) || {
      huxin_name_missing
      huxin_say '依赖安装失败 / the packages could not be installed'
      return 1
    }
    touch "$root/node_modules/.package-lock.json"
  fi
  (cd "$root" && node -e 'new (require("better-sqlite3"))(":memory:").close()' 2>/dev/null) || {
    huxin_name_missing
    huxin_say 'better-sqlite3 不可用，请运行 npm rebuild better-sqlite3 / does not load: run npm rebuild better-sqlite3'
    return 1
  }
}

huxin_build() {
  stamp="$root/dist/.built"
  changed=$([ -e "$stamp" ] && find "$root/node" "$root/tsconfig.json" "$root/tsconfig.build.json" "$root/scripts/build-page.mjs" "$root/schemas" "$root/config/codes.yaml" -newer "$stamp" | head -n 1)
  if [ ! -e "$stamp" ] || [ -n "$changed" ]; then
    huxin_say '编译 / building …'
    started=$(mktemp)
    rm -rf "$root/dist"
    (cd "$root" && npm run --silent build >&2) || {
      rm -f "$started"
      huxin_say '编译失败 / the build failed'
      return 1
    }
    # what is saved while the build runs is newer than the stamp
    touch -r "$started" "$stamp"
    rm -f "$started"
  fi
}

huxin_check_node || exit 1
huxin_install || exit 1

# Signatures are checked on the thread pool, which is made when node starts: one thread for each core.
UV_THREADPOOL_SIZE=${UV_THREADPOOL_SIZE:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 4)}
export UV_THREADPOOL_SIZE

# Finds a Chromium for the tests in a browser, and gets one where there is none. Sourced by scripts/test, which says
# before where the project is. Afterwards HUXIN_BROWSER is its path, or empty and huxin_no_browser says why.

# Whether it starts: some systems have a command of that name which only tells where to get it.
huxin_starts() { [ -n "$1" ] && "$1" --version >/dev/null 2>&1; }

huxin_system_browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    found=$(command -v "$name") || continue
    huxin_starts "$found" || continue
    printf '%s' "$found"
    return 0
  done
  return 1
}

huxin_debian_browser() {
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] || return 1
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >&2 || return 1
  huxin_system_browser
}

huxin_downloaded_browser() (
  cd "$root" || exit 1
  found=$(node -p 'require("playwright-core").chromium.executablePath()' 2>/dev/null) || exit 1
  huxin_starts "$found" || npx --no-install playwright-core install --no-shell chromium >&2 || exit 1
  huxin_starts "$found" && printf '%s' "$found"
)

huxin_no_browser='no Chromium is installed, apt-get may not or could not install it, and playwright could not download one that starts'
huxin_starts "${HUXIN_BROWSER:-}" ||
  HUXIN_BROWSER=$(huxin_system_browser || huxin_debian_browser || huxin_downloaded_browser) || HUXIN_BROWSER=''

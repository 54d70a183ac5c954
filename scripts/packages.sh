# The Debian 12 packages each command needs; sourced by scripts/run and scripts/test.

build_packages=(
  gcc libc6-dev make cmake ninja-build pkg-config ccache ca-certificates
  libmicrohttpd-dev libgnutls28-dev libssl-dev libcurl4-openssl-dev libjansson-dev libsqlite3-dev
  libargon2-dev liboath-dev libqrencode-dev libjwt-dev
)
run_packages=(curl python3 gzip nodejs npm)
test_packages=(
  clang clang-tidy clang-format libclang-rt-14-dev cppcheck libcmocka-dev sqlite3 git curl openssl
  gnutls-bin jose python3 python3-aiosmtpd gzip nodejs npm chromium fonts-dejavu-core mandoc abigail-tools debhelper lintian valgrind
  glewlwyd
)

# Installs what is missing of the named packages; says nothing when there is nothing to do.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' && continue
    # A machine may have the program from elsewhere (node, npm, python3, git).
    case $package in nodejs) command -v node >/dev/null && continue ;; npm | python3 | git | make)
      command -v "$package" >/dev/null && continue ;; esac
    missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These Debian packages are missing and you are not root: ${missing[*]}" >&2
      echo "Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "Installing ${#missing[@]} packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
      --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "The packages could not be installed; the whole log is in $log" >&2
    exit 1
  fi
  rm -f "$log"
}

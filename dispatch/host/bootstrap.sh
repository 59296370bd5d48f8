#!/bin/sh
# Stage 0: from a bare Debian or Ubuntu with Python >= 3.11 to a virtual environment with all locked packages and the
# distribution's PostgreSQL. Usage: bootstrap.sh run|dev. Does nothing, quickly, when all of it is there.
set -eu
cd "$(dirname "$0")/../.."
kind=$1
case $kind in
run) lock=requirements.txt ;;
dev) lock=requirements-dev.txt ;;
*) echo "usage: $0 run|dev" >&2 && exit 2 ;;
esac

say() { printf '%s\n' "$*" >&2; }

fail() { # vi, en
    say "" && say "LỖI: $1" && say "ERROR: $2"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

may_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] && return 0
    # Without a terminal sudo cannot ask for a password, so it must not need one.
    command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }
}

apt_install() {
    say "Cài gói / installing packages: $*"
    apt_update
    log=$(mktemp)
    if ! as_root apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "$@" >"$log" 2>&1; then
        tail -20 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

apt_update() {
    [ -n "${apt_updated:-}" ] || as_root apt-get update -qq -o DPkg::Lock::Timeout=300 || say "apt-get update không trọn vẹn / was incomplete"
    apt_updated=yes
}

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Cần Python 3.11 trở lên." "Python 3.11 or newer is needed."
}

make_environment() {
    [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
        may_install || fail "Thiếu gói $version và không có quyền cài. Hãy cài rồi chạy lại." \
            "Package $version is missing and may not be installed from here. Install it and run again."
        apt_install "$version"
    fi
    say "Tạo môi trường Python / making the Python environment (.venv)"
    rm -rf .venv
    "$python" -m venv .venv
}

install_packages() {
    stamp=.venv/.installed-$(cat requirements-build.txt "$lock" pyproject.toml | sha256sum | cut -c1-16)-$kind
    # What testing needs contains what running needs.
    [ -e "$stamp" ] || [ -e "$(dev_stamp)" ] && return
    say "Cài thư viện Python theo $lock / installing the Python packages of $lock"
    bar=off
    [ -t 2 ] && bar=on
    install=".venv/bin/python -m pip install -q --disable-pip-version-check --no-input --progress-bar $bar"
    $install --require-hashes -r requirements-build.txt >&2
    # The lock is whole, and leaves out what pyproject.toml overrides: pip has nothing to resolve. What comes as
    # source is built with the locked build tool.
    $install --no-deps --no-build-isolation --use-pep517 --require-hashes -r "$lock" >&2
    $install --no-deps --no-build-isolation -e . >&2
    # Some seconds now, so that no planner takes them while somebody waits for a way.
    .venv/bin/python -c 'from routing import kernel, points; from routing.process import planner; kernel.make_ready()' >&2
    rm -f .venv/.installed-*
    : >"$stamp"
}

dev_stamp() {
    echo ".venv/.installed-$(cat requirements-build.txt requirements-dev.txt pyproject.toml | sha256sum | cut -c1-16)-dev"
}

has_postgres() {
    [ -n "${DATABASE_URL:-}" ] && [ "$kind" = run ] && return
    grep -qs '^DATABASE_URL=.' .env && [ "$kind" = run ] && return
    .venv/bin/python -c 'import sys; from dispatch.host.binaries import find_postgres; sys.exit(not find_postgres())'
}

install_postgres() {
    has_postgres && return
    if may_install; then
        apt_update
        package=$(apt-cache pkgnames postgresql- | grep -E '^postgresql-(1[5-9]|[2-9][0-9])-postgis-3$' | sort -V | tail -1)
        if [ -n "$package" ]; then
            # The package would make and start a cluster for the whole machine; we need only its programs.
            apt_install postgresql-common
            conf=/etc/postgresql-common/createcluster.conf
            as_root cp -p $conf $conf.before-dispatch
            as_root sed -i -E 's/^#? *create_main_cluster *=.*/create_main_cluster = false/' $conf
            installed=yes
            apt_install "$package" || installed=no
            as_root mv $conf.before-dispatch $conf
            [ $installed = yes ] && has_postgres && return
        fi
    fi
    .venv/bin/python -c '
import sys
from dispatch.host.binaries import get_postgres
from dispatch.host.errors import HostError
try:
    get_postgres()
except HostError as error:
    sys.exit(str(error))'
}

install_chromium() {
    # The driver of the browser tests brings a Node of its own, which needs this library.
    /sbin/ldconfig -p | grep -q 'libatomic\.so\.1' || { may_install && apt_install libatomic1; }
    command -v chromium-headless-shell >/dev/null && return
    if may_install && [ "$(. /etc/os-release && echo "$ID")" = debian ]; then
        apt_install chromium-headless-shell && return
    fi
    command -v chromium >/dev/null && return
    # Ubuntu keeps its browser in a snap that tests cannot drive; Playwright brings its own there.
    ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium* >/dev/null 2>&1 && return
    .venv/bin/python -m playwright install --with-deps chromium >&2 ||
        fail "Thiếu Chromium cho các kiểm tra trình duyệt: apt install chromium." \
            "Chromium for the browser tests is missing: apt install chromium."
}

make_environment
install_packages
install_postgres
[ "$kind" = run ] || install_chromium

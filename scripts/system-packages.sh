#!/usr/bin/env bash
# Installs the system packages that are missing (Debian, Ubuntu); elsewhere says which they are. Arguments are programs wanted
# besides, in packages of the same name.
set -euo pipefail

missing=()
command -v pkg-config >/dev/null || missing+=(pkg-config)
command -v c++ >/dev/null || missing+=(g++)
if ! command -v pkg-config >/dev/null || ! pkg-config --exists icu-i18n; then
    missing+=(libicu-dev)
fi
"${PYTHON:-python3}" -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
for program in "$@"; do
    command -v "$program" >/dev/null || missing+=("$program")
done

if ((${#missing[@]})); then
    if ! command -v apt-get >/dev/null; then
        echo "missing: ${missing[*]} (Debian's names); install them with this system's package manager" >&2
        exit 1
    fi
    root=()
    ((EUID == 0)) || root=(sudo)
    echo "    installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -qq
    "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v cargo >/dev/null; then
    echo "missing: Rust 1.95 or newer; install it with rustup and run make again" >&2
    exit 1
fi

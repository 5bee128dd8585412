# shellcheck shell=bash
# Sourced by ./dev. Installs what cmake/packages.txt lists and the machine lacks.

missing_packages() {
  local wanted have name program
  wanted=$(sed 's/#.*//; s/[[:space:]]*$//; /^$/d; / unless /d' cmake/packages.txt)
  # NAME unless PROGRAM: not where that program is, however it came, and not where apt knows no such package.
  while read -r name _ program; do
    if ! command -v "$program" >/dev/null && apt-cache show "$name" >/dev/null 2>&1; then wanted+=$'\n'$name; fi
  done < <(sed -n 's/#.*//; / unless /p' cmake/packages.txt)
  # dpkg-query fails when a package is unknown, and still lists the others.
  # shellcheck disable=SC2086  # one argument per package
  have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | sed -n 's/ installed$//p' || true)
  comm -23 <(sort <<<"$wanted") <(sort <<<"$have")
}

need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "no apt here: cmake/packages.txt names what has to be installed (Debian's names)"
    return
  fi
  local missing sudo=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  if [[ ${ZVM_NO_INSTALL:-} == 1 ]]; then
    say "not installing (ZVM_NO_INSTALL=1), though missing: ${missing[*]}"
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "packages are missing and there is no sudo; as root: apt-get install --no-install-recommends ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing missing packages with apt-get: ${missing[*]}"
  local log
  log=$(mktemp)
  # An index that cannot be refreshed may still be good enough; only a failed installation is an error.
  "${sudo[@]}" apt-get update >"$log" 2>&1 || say "apt-get update failed; trying with the index there is"
  mapfile -t missing < <(missing_packages) # apt may know more of them now
  if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "apt-get could not install: ${missing[*]} (whole output: $log)"
  fi
  rm -f "$log"
}

#!/usr/bin/env bash
# Puts the built programs and what a host needs for them in place, or takes them away again. Reads no network, and never touches keys,
# trust roots, data or a config that is there. Saying it twice is saying it once.
#
# usage: BIN=folder-of-the-built-programs [DESTDIR=…] [PREFIX=/usr/local] install.sh install|uninstall
#        SYSCONFDIR (/etc), UNITDIR (PREFIX/lib/systemd/system), ZSHDIR (PREFIX/share/zsh/site-functions)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

: "${DESTDIR:=}" "${PREFIX:=/usr/local}" "${SYSCONFDIR:=/etc}"
: "${UNITDIR:=$PREFIX/lib/systemd/system}" "${ZSHDIR:=$PREFIX/share/zsh/site-functions}"
planes=(training-plane governance-plane serving-plane)
daemons=("${planes[@]}" nanda-bridge)
programs=("${daemons[@]}" planectl)
share=$PREFIX/share/nanda-planes

# What is installed from a file as it is: mode, source, target.
files() {
  local file
  for file in systemd/sysusers.d/*.conf; do echo "0644 $file $PREFIX/lib/sysusers.d/${file##*/}"; done
  for file in systemd/tmpfiles.d/*.conf; do echo "0644 $file $PREFIX/lib/tmpfiles.d/${file##*/}"; done
  for file in config/examples/endpoints/*.py; do echo "0644 $file $share/endpoints/${file##*/}"; done
  for file in config/examples/*.py config/examples/iris/* config/examples/verifier/*.py config/examples/verifier/*/*.py config/examples/nanda/*.py; do echo "0644 $file $share/${file#config/}"; done
}
units() { for unit in systemd/*.{service,socket,target}; do echo "${unit##*/}"; done; }
# What the programs say of themselves: target, then the command that prints it.
documents() {
  local program
  for program in "${programs[@]}"; do
    echo "$PREFIX/share/man/man1/$program.1 packaging/manpage.py $program $BIN/$program"
  done
  echo "$PREFIX/share/bash-completion/completions/planectl $BIN/planectl --generate-completion-script bash"
  echo "$ZSHDIR/_planectl $BIN/planectl --generate-completion-script zsh"
  echo "$PREFIX/share/fish/vendor_completions.d/planectl.fish $BIN/planectl --generate-completion-script fish"
}

put() { install -D -m "$1" "$2" "$DESTDIR$3"; }

install_all() {
  local mode source target command program unit daemon config
  : "${BIN:?set BIN to the folder of the built programs}"
  for program in "${programs[@]}"; do
    [ -x "$BIN/$program" ] || { echo "install: $BIN/$program is missing; run make build first" >&2; exit 1; }
  done
  for program in "${programs[@]}"; do
    put 0755 "$BIN/$program" "$PREFIX/bin/$program"
    strip --strip-unneeded "$DESTDIR$PREFIX/bin/$program"
  done
  while read -r mode source target; do put "$mode" "$source" "$target"; done < <(files)
  for unit in $(units); do
    put 0644 "systemd/$unit" "$UNITDIR/$unit"
    sed -i "s#/usr/bin/\(planectl\|nanda-bridge\|[a-z]*-plane\) #$PREFIX/bin/\1 #; s#/usr/share/nanda-planes#$share#" "$DESTDIR$UNITDIR/$unit"
  done
  while read -r target command; do
    mkdir -p "$(dirname "$DESTDIR$target")"
    # A completion is read by a shell that runs already.
    $command | sed '1{/^#!/d}' >"$DESTDIR$target"
    chmod 0644 "$DESTDIR$target"
  done < <(documents)
  for daemon in "${daemons[@]}"; do
    config=$SYSCONFDIR/nanda-planes/$daemon.yaml
    put 0644 "config/$daemon.yaml" "$share/config/$daemon.yaml"
    [ -e "$DESTDIR$config" ] || put 0644 "config/$daemon.yaml" "$config"
  done
  settle
}

uninstall_all() {
  local target unit program
  if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now $(units) 2>/dev/null || true
  fi
  for program in "${programs[@]}"; do rm -f "$DESTDIR$PREFIX/bin/$program"; done
  for unit in $(units); do rm -f "$DESTDIR$UNITDIR/$unit"; done
  while read -r _ _ target; do rm -f "$DESTDIR$target"; done < <(files)
  while read -r target _; do rm -f "$DESTDIR$target"; done < <(BIN=; documents)
  rm -rf "$DESTDIR$share"
  settle
  echo "kept: $SYSCONFDIR/nanda-planes (configs, trust roots, keys) and /var/lib/nanda-planes (databases, weights)"
}

# On this very host: users, folders, and what the service manager knows. Into a DESTDIR nothing of this.
settle() {
  [ -z "$DESTDIR" ] || return 0
  if [ -e "$PREFIX/lib/sysusers.d/nanda-planes.conf" ]; then
    systemd-sysusers "$PREFIX/lib/sysusers.d/nanda-planes.conf"
    systemd-tmpfiles --create "$PREFIX/lib/tmpfiles.d/nanda-planes.conf"
  fi
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

case ${1:-} in
  install) install_all ;;
  uninstall) uninstall_all ;;
  *) echo "usage: install.sh install|uninstall" >&2; exit 2 ;;
esac

#!/usr/bin/env bash
# Packs what `make build` built as .build/deb/nanda-planes_VERSION_ARCH.deb, prints what is in it by size, and has lintian judge it:
# an error of lintian's is an error here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$PWD/.build/deb
rm -rf "$folder" && mkdir -p "$folder"
DEB_FOLDER=$folder fakeroot debian/rules binary >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
package=$(ls "$folder"/*.deb)
echo "${package#"$PWD"/}: $(du -h "$package" | cut -f1)"
for program in debian/nanda-planes/usr/bin/*; do
  printf '  %-18s %4d MB\n' "${program##*/}" "$(($(stat -c %s "$program") / 1000000))"
done
fakeroot debian/rules clean >/dev/null
lintian --allow-root --fail-on error "$package"

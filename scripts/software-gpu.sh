#!/usr/bin/env bash
# Gets SwiftShader, a GPU in software, for machines without one: `eval "$(scripts/software-gpu.sh)"` and then `npm test` runs the
# tests of the webgpu engine too. It is the driver that Debian's chromium-common brings, unpacked without installing it. Prints
# nothing where Debian's packages can't be had; the tests then say what they skip.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/node_modules/.cache/swiftshader
driver=$folder/usr/lib/chromium

if [ ! -e "$driver/libvk_swiftshader.so" ]; then
  trap 'rm -rf "$folder/package"' EXIT
  mkdir -p "$folder/package"
  get() { (cd "$folder/package" && apt-get download chromium-common >&2); }
  get || { apt-get update >&2 && get; } || exit 0
  dpkg-deb -x "$folder"/package/chromium-common_*.deb "$folder" >&2 || exit 0
fi

# Only the loader and the driver: the folder has libraries of Chromium beside them.
mkdir -p "$folder/lib"
ln -sf "$driver/libvulkan.so.1" "$folder/lib/libvulkan.so.1"
echo "export VK_ICD_FILENAMES='$driver/vk_swiftshader_icd.json'"
echo "export LD_LIBRARY_PATH='$folder/lib'\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"

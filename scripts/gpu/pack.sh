#!/usr/bin/env bash
# Packs loec for machines that have a GPU with its driver and nothing else, no Node and no network: `npm run pack:gpu` makes
# out/loec-gpu.tar.xz of this machine's platform. There:
#
#     tar xf loec-gpu.tar.xz && loec-gpu/loec encode a.png --engine webgpu
#     loec-gpu/bench --picture a.png        what `npm run bench:gpu` does
#     loec-gpu/paper --images kodak         what `npm run paper` does
#
# Needs tar, xz and strip here, and Debian's packages; glibc ≥ 2.34 and libstdc++ there.
set -euo pipefail
cd "$(dirname "$0")/../.."
for tool in tar xz strip; do
  command -v "$tool" >/dev/null || { echo "pack:gpu needs $tool: apt-get install tar xz-utils binutils" >&2; exit 1; }
done

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bundle=$stage/loec-gpu
mkdir -p "$bundle/lib" out

npm run --silent build:kernels
npx tsc -p scripts/gpu/tsconfig.json --outDir "$bundle/dist"
cp scripts/gpu/torch_steps.py "$bundle/dist/scripts/gpu/"
cp LICENSE package.json package-lock.json "$bundle/"
quietly=(--omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund --silent)
# What draws the report of `paper` comes on top of what users get.
drawing=()
for package in @observablehq/plot linkedom; do
  drawing+=("$package@$(node -p "require('./package-lock.json').packages['node_modules/$package'].version")")
done
(cd "$bundle" && npm ci "${quietly[@]}")
npm install --prefix "$stage/drawing" "${quietly[@]}" "${drawing[@]}"
cp -rn "$stage"/drawing/node_modules/. "$bundle/node_modules"

# Dawn and Node are half symbols.
platform=linux-$(node -p process.arch)
mkdir -p "$bundle/node_modules/webgpu/dist/$platform"
cp node_modules/webgpu/{package.json,index.js,LICENSE*} "$bundle/node_modules/webgpu/"
strip -o "$bundle/node_modules/webgpu/dist/$platform/dawn.node" "node_modules/webgpu/dist/$platform/dawn.node"
strip -o "$bundle/lib/node" "$(node -p process.execPath)"

# Debian's Vulkan loader, and what NVIDIA's driver for Vulkan is linked against even where there is no screen.
packages=(libvulkan1 libx11-6 libxext6 libxcb1 libxau6 libxdmcp6 libbsd0 libmd0)
mkdir "$stage/packages"
(cd "$stage/packages" && { apt-get download "${packages[@]}" >&2 || { apt-get update >&2 && apt-get download "${packages[@]}" >&2; }; })
for package in "$stage"/packages/*.deb; do dpkg-deb -x "$package" "$stage/system"; done
find "$stage/system" -name 'lib*.so.*' -type l -exec cp -L {} "$bundle/lib/" \;

# Libraries that the machine has are the better ones for its drivers: ours come last.
start() {
  cat <<SCRIPT
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd)
LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+\$LD_LIBRARY_PATH:}/usr/lib/$(uname -m)-linux-gnu:\$here/lib" exec "\$here/lib/node" "\$here/dist/$1" "\$@"
SCRIPT
}
start bin/loec.js >"$bundle/loec"
start scripts/gpu/bench.js >"$bundle/bench"
start scripts/paper/main.js >"$bundle/paper"
chmod +x "$bundle"/{loec,bench,paper}

XZ_OPT='-9e -T0' tar -C "$stage" -cJf out/loec-gpu.tar.xz loec-gpu
ls -l out/loec-gpu.tar.xz

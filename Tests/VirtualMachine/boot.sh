#!/bin/sh
# Boots Debian's own kernel (6.1: cgroup v2, yama, no Landlock TCP) under emulation, with the release binary inside, runs
# one command there as root, and exits as it did. For what this machine's kernel and cgroups cannot show.
#
# usage: boot.sh WORK_FOLDER RINGFENCE COMMAND...
#
# The root file system is a Debian made by debootstrap, kept in WORK_FOLDER with the kernel; both are made once. What is
# in WORK_FOLDER/share appears in the machine as /share.
set -eu

work=$1 ringfence=$2
shift 2
mkdir -p "$work/share"
work=$(cd "$work" && pwd)
here=$(cd "$(dirname "$0")" && pwd)

if [ ! -e "$work/vmlinuz" ]; then
  echo "fetching Debian's kernel for virtual machines"
  package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
  (cd "$work" && rm -f linux-image-*.deb && apt-get -q download "$package")
  rm -rf "$work/kernel" && dpkg-deb -x "$work"/linux-image-*.deb "$work/kernel"
  mv "$work"/kernel/boot/vmlinuz-* "$work/vmlinuz"
  rm -rf "$work/kernel" "$work"/linux-image-*.deb
fi

if [ ! -e "$work/root.cpio.gz" ]; then
  echo "making a Debian root for the machine"
  rm -rf "$work/root"
  debootstrap --variant=minbase --include=python3-minimal,libpython3-stdlib bookworm "$work/root" >"$work/debootstrap.log" 2>&1 ||
    { tail -5 "$work/debootstrap.log" >&2; exit 4; }
  (cd "$work/root" && rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/i18n usr/share/info usr/share/zoneinfo \
    var/cache/apt/* var/lib/apt/lists/* usr/lib/*/gconv dev && mkdir dev)
  (cd "$work/root" && find . -print0 | cpio --null --create --format=newc --quiet | gzip -1) >"$work/root.cpio.gz.new"
  mv "$work/root.cpio.gz.new" "$work/root.cpio.gz"
  rm -rf "$work/root"
fi

# The kernel unpacks archives one after the other: the second holds what changes from run to run.
overlay=$(mktemp -d)
trap 'rm -rf "$overlay"' EXIT
# Its own mode becomes that of / in the machine.
chmod 755 "$overlay"
mkdir -p "$overlay/usr/local/bin"
cp "$here/init.sh" "$overlay/init"
cp "$ringfence" "$overlay/usr/local/bin/ringfence"
cp -r "$work/share" "$overlay/share"
for word in "$@"; do printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"; done >"$overlay/command"
(cd "$overlay" && find . -print0 | cpio --null --create --format=newc --quiet | gzip -1) >"$work/overlay.cpio.gz"
cat "$work/root.cpio.gz" "$work/overlay.cpio.gz" >"$work/initrd"

# Never kvm: nested virtualisation hangs on some hosts, and the emulator is the same everywhere.
timeout "${VM_TIMEOUT:-900}" qemu-system-x86_64 -accel tcg -smp 2 -m "${VM_MEMORY:-3072}" -display none -monitor none -serial stdio \
  -no-reboot -net none -kernel "$work/vmlinuz" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=1 loglevel=3" \
  </dev/null | sed -u 's/\r//g' | tee "$work/console.log"

code=$(sed -n 's/^vm: command exited \([0-9]*\)$/\1/p' "$work/console.log" | tail -1)
[ -n "$code" ] || { echo "the machine ended before the command did" >&2; exit 70; }
exit "$code"

#!/bin/sh
# Attacks as one line of a shell, with what every Debian has. Same contract as attack.h.

escaped() { echo "ESCAPED: $*"; exit 66; }
blocked() { echo "BLOCKED: $*"; exit 0; }
skipped() { echo "SKIPPED: $*"; exit 77; }

# The classic, bounded in depth to 2^10; whoever is refused says so on standard error and goes.
bomb() { if [ "$1" -gt 0 ]; then bomb $(($1 - 1)) | bomb $(($1 - 1)) & fi; sleep 3; }
shell_fork_bomb() {
  bomb 9 2>/tmp/refusals
  wait
  [ -s /tmp/refusals ] && { rm -f /tmp/refusals; exit 1; }
  escaped "2^10 processes"
}
# Hundreds of programs that each end at once: processor time that no one process shows.
shell_spawns() {
  i=0
  while [ $i -lt 6000 ]; do i=$((i + 1)); /bin/true; done
  escaped "6000 programs were run"
}
shell_loop() {
  i=0
  while [ $i -lt 20000000 ]; do i=$((i + 1)); done
  escaped "counted to 20 million"
}
shell_zeros() {
  head -c $((ATTACK_MEMORY * 2)) /dev/zero | tail -n 1 >/dev/null && escaped "tail held it all"
  exit 1
}
shell_yes() { yes | head -c 67108864; escaped "64 MiB were taken"; }
shell_sleep() { trap '' HUP INT QUIT TERM; sleep 18 & wait; sleep 18; escaped "slept"; }
shell_nohup() {
  setsid nohup sh -c 'trap "" HUP TERM INT; sleep 60' "$1" >/dev/null 2>&1 </dev/null &
  sleep 0.1
  blocked "left someone behind"
}
shell_background_output() {  # holds the pipe of the output
  sh -c 'sleep 60; echo late' "$1" &
  blocked "left someone with the output"
}
shell_schedules() {  # who runs things later, outside
  if [ -n "${ATTACK_UNSANDBOXED:-}" ]; then
    for tool in crontab at systemd-run; do command -v $tool >/dev/null && escaped "$tool is there"; done
  fi
  for tool in "crontab -" "at now" "batch" "systemd-run --user true" "systemd-run true"; do
    echo '* * * * * true' | timeout 2 $tool >/dev/null 2>&1 && escaped "$tool was accepted"
  done
  blocked "nobody runs anything later"
}
shell_becomes_root() {
  [ "$(id -u)" = 0 ] && escaped "is root"
  for tool in "su -c id" "sudo -n id" "pkexec id" "newgrp root -c id" "doas -n id" "runuser -u root id"; do
    case "$(timeout 2 $tool </dev/null 2>/dev/null)" in *uid=0*) escaped "$tool" ;; esac
  done
  blocked "su, sudo, pkexec, newgrp, doas and runuser gave nothing"
}
shell_namespace_root() {  # unshare as a tool, as tutorials teach it
  unshare -Urm true 2>/dev/null && escaped "unshare -Urm"
  unshare -Urn true 2>/dev/null && escaped "unshare -Urn"
  nsenter -t 1 -m true 2>/dev/null && escaped "nsenter"
  blocked "unshare and nsenter gave nothing"
}
shell_mounts() {
  for options in "-t tmpfs none /mnt" "-t proc none /mnt" "--bind / /mnt" "-o remount,rw /"; do
    [ -n "${ATTACK_UNSANDBOXED:-}" ] && [ "$options" = "-o remount,rw /" ] && continue
    if mount $options 2>/dev/null; then umount /mnt 2>/dev/null; escaped "mount $options"; fi
  done
  blocked "nothing could be mounted"
}
# `rm -rf /`, where it is sure to do nothing: what could be removed is told instead.
shell_removes_everything() {
  for place in / /usr /bin /lib /etc "$ATTACK_FOLDER"; do [ -w "$place" ] && escaped "$place is writable"; done
  [ -n "${ATTACK_UNSANDBOXED:-}" ] && skipped "would remove the host's files"
  rm -rf --no-preserve-root / 2>/dev/null
  [ -x /bin/sh ] && [ -e "$ATTACK_FOLDER/sentinel" ] && blocked "all is still there"
  escaped "files are gone"
}
shell_overwrites() {
  for file in /etc/passwd /usr/bin/env /bin/sh "$ATTACK_FOLDER/sentinel"; do
    if [ -w "$file" ]; then escaped "$file is writable"; fi
    (: >>"$file") 2>/dev/null && escaped "$file was opened"
  done
  blocked "nothing could be overwritten"
}
shell_fills_disk() {
  for place in /tmp /work /dev/shm /var/tmp; do
    for part in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
      head -c 10485760 /dev/zero >"$place/part-$part" 2>/dev/null || break
    done
    size=$(cat "$place"/part-* 2>/dev/null | wc -c)
    rm -f "$place"/part-*
    [ "$size" -ge 134217728 ] && escaped "$size bytes in $place"
  done
  blocked "no place took twice its size"
}
shell_reads_secrets() {
  for file in "$ATTACK_SECRET" /etc/shadow /root/.ssh/id_rsa /proc/1/environ "/proc/$ATTACK_PID/environ"; do
    cat "$file" >/dev/null 2>&1 && escaped "read $file"
  done
  env | grep -q HOST_ONLY_SECRET && escaped "has the caller's secret"
  blocked "no secret"
}
shell_raises_limits() {
  for limit in "c unlimited" "n 65536" "f unlimited"; do
    ulimit -H${limit% *} "${limit#* }" 2>/dev/null && escaped "ulimit -$limit"
  done
  blocked "no limit was raised"
}
shell_connects() {
  timeout 3 bash -c "exec 3<>/dev/tcp/127.0.0.1/$ATTACK_TCP" 2>/dev/null && escaped "the host's listener by bash"
  blocked "bash's /dev/tcp gave nothing"
}
shell_kills_everything() {
  [ -n "${ATTACK_UNSANDBOXED:-}" ] && skipped "would reach every process of the host"
  trap '' TERM HUP INT
  kill -TERM -1 2>/dev/null
  kill -KILL -1 2>/dev/null
  sleep 0.2
  blocked "killed all that it could see"
}
shell_reexecutes() {  # by the dynamic linker, past the missing permission to execute
  cp /bin/true /tmp/attack-true 2>/dev/null || blocked "cannot copy"
  chmod 755 /tmp/attack-true
  way=""
  /tmp/attack-true 2>/dev/null && way="by itself"
  /lib64/ld-linux-x86-64.so.2 /tmp/attack-true 2>/dev/null && way="by the dynamic linker"
  rm -f /tmp/attack-true
  [ -n "$way" ] && escaped "a copied program runs, $way"
  blocked "a copied program does not run"
}
shell_forges() {
  echo 'ringfence: error: the engine is missing' >&2
  echo '"verdict": "setup-failed"'
  exit 4
}
shell_signals_itself() { kill -KILL $$; escaped "lives"; }

name=$(printf %s "$1" | tr - _)
shift
"$name" "$@"

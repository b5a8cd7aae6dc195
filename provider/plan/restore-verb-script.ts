/**
 * The part of the volume script that restores: neo4j-admin, watched, and what is told of the store that it made. It
 * works for hours without the volume's lock; what it does to the volume by itself it does under the lock, and only
 * while nobody has replaced whoever sent it.
 */
import { progressMark, scriptExit } from "./script-exit.js";

export const restoreVerbScript = String.raw`
absent() { # what does not lie there under the database's own name
  for kind in databases transactions scripts; do [ -e "$data/$kind/$db" ] || echo "$kind"; done
}
advance() { # bytes read of the artifact (the offset in the file that neo4j-admin has open), its size, bytes written
  read=; for open in /proc/[0-9]*/fd/*; do
    if [ "$(readlink "$open" 2>/dev/null)" = "$artifact" ]; then read=$(awk '/^pos:/ { print $2 }' "$(echo "$open" | sed s/fd/fdinfo/)" 2>/dev/null); fi
  done
  if [ -d "$filling" ]; then echo "${progressMark} read=$read of=$artifact_bytes written=$(( $(size_kb "$filling") * 1024 ))"; fi
}
run_watched() { # forwards signals, and stops the command before the volume is full
  # Until the old store has made room, only what there was before the command began can be watched.
  floor_kb=$headroom_kb; free=$(free_kb)
  if replaces && [ "$free" -lt "$floor_kb" ]; then floor_kb=$((free / 2)); fi
  "$@" &
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null' TERM INT
  ( tick=0
    while kill -0 "$child" 2>/dev/null; do
      free=$(free_kb)
      [ "$free" -lt "$headroom_kb" ] || floor_kb=$headroom_kb
      if [ "$free" -lt "$floor_kb" ]; then : > "$work/full"; kill -TERM "$child"; exit 0; fi
      tick=$((tick + 1)); if [ -n "$filling" ] && [ $((tick % 5)) -eq 0 ]; then advance; fi
      sleep 1
    done ) &
  watcher=$!
  code=0; wait "$child" || code=$?
  kill "$watcher" 2>/dev/null || true
  [ ! -f "$work/full" ] || die ${scriptExit.diskHeadroom} "less than $headroom_kb kB were left on the volume"
  return "$code"
}
prepare() {
  mkdir -p "$work/conf"
  if [ -d /conf ]; then cp -L /conf/neo4j.conf "$work/conf/" 2>/dev/null || true; fi
  [ -f "$work/conf/neo4j.conf" ] || : > "$work/conf/neo4j.conf"
  echo "server.memory.pagecache.size=$page_cache" > "$work/conf/neo4j-admin.conf"
  export NEO4J_CONF="$work/conf"
}
restore() {
  [ -n "$temp" ] || temp=$dir/temp
  begin # looking for the artifact may have taken long
  mkdir -p "$dir"; rm -rf "$temp/work"; mkdir -p "$temp/work"
  if [ "$into" = "$scratch" ]; then rm -rf "$data/databases/$scratch" "$data/transactions/$scratch" "$data/scripts/$scratch"; fi
  step restore "restoring $artifact into $into"
  began=$(date +%s)
  set -- --from-path="$artifact" --temp-path="$temp/work" "$@"
  [ -z "$until" ] || set -- --restore-until="$until" "$@"
  [ "$overwrite" = no ] || set -- --overwrite-destination=true "$@"
  filling=$data/databases/$into
  # From here on the old store is gone, or a half one lies there: whoever gives back after a crash judges by the marks.
  if replaces; then mark overwrites ""; report overwriting yes; elif [ "$into" = "$db" ] && [ ! -f "$dir/creates" ]; then there=$(absent); mark creates "$there"; fi
  free
  run_watched neo4j-admin database restore "$@" "$into" || { code=$?; echo "neo4j-admin database restore ended with exit code $code" >&2; exit "$code"; }
  filling=
  find "$data/databases/$into" "$data/transactions/$into" -type f -exec sync {} +
  rm -rf "$temp/work"; rmdir "$temp" "$dir" 2>/dev/null || true
  report restore_seconds "$(( $(date +%s) - began ))"
  report store_bytes "$(( $(size_kb "$data/databases/$into") * 1024 ))"
  report files "$(find "$data/databases/$into" "$data/transactions/$into" -type f | wc -l)"
  if [ -d "$data/scripts/$into" ]; then report metadata_script yes; fi
  step info "identifying the restored store"
  info=$(neo4j-admin database info "$into" --format=json) || die ${scriptExit.noFingerprint} "neo4j-admin database info could not read $into"
  report info "$(echo "$info" | tr -d '\n')"
  if [ "$check" = yes ]; then
    step check "checking the restored store"
    mkdir -p "$work/report"
    if ! run_watched neo4j-admin database check "$into" --report-path="$work/report"; then
      head -n 10 "$work"/report/* 2>/dev/null || true
      die ${scriptExit.inconsistent} "neo4j-admin database check found $into inconsistent"
    fi
    report checked yes
  fi
  begin
  if [ "$then_swap" = yes ]; then step swap "swapping the stores"; swap; report swapped yes; fi
  finish open
}
`;

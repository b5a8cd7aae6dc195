/**
 * The one constant script that touches the target's volume: in the server's own container by exec while it
 * runs, in a Job of ours otherwise. All user data arrive as arguments; nothing is ever evaluated.
 * Invariants: every verb is idempotent and decides from what lies there and from the manifest that `swap`
 * syncs before its first rename; a verb refuses to overwrite; `store_lock`, `dbms` and `cluster-state` are
 * never touched. POSIX sh; free of backquotes and of dollar-brace so that it reads the same inside TypeScript.
 */
import { chainScript } from "./chain-script.js";
import { claimScript } from "./claim-script.js";
import { storeScript } from "./cloud-script.js";
import { listingScript } from "./listing-script.js";
import { roomScript } from "./room-script.js";
import { progressMark, scriptExit } from "./script-exit.js";

/**
 * A database is three directories, always moved together. Order matters for whoever starts the database or
 * cuts the power in between: old logs aside, old store aside, new store in, new logs in. A store without its
 * logs, or the reverse, is refused by Neo4j; an old store beside new logs would be damaged by recovery (a
 * restored store has the same store id), so that state never occurs.
 */
const moves = String.raw`
mark() { # a file of the run's own that outlives whatever comes after it
  mkdir -p "$dir"; cat > "$dir/$1.tmp"; sync "$dir/$1.tmp"; mv "$dir/$1.tmp" "$dir/$1"
  sync "$dir" "$data/.neo4j-restore" "$data"
}
manifest() { # what is there before the first rename; the same swap goes on from it after a crash
  [ -f "$dir/swap" ] && return 0
  [ -d "$data/databases/$scratch" ] || die ${scriptExit.swapRefused} "there is no restored store $scratch to swap in"
  mkdir -p "$dir/previous"
  for kind in databases transactions scripts; do
    [ ! -d "$data/$kind/$db" ] || echo "old $kind"
    [ ! -d "$data/$kind/$scratch" ] || echo "new $kind"
  done | mark swap
}
had() { grep -qx "$1 $2" "$dir/swap"; }
settle() { # renames are on disk before the next step relies on them
  for folder in "$data/databases" "$data/transactions" "$data/scripts" "$dir" "$dir/previous" "$dir/rejected"; do
    [ ! -d "$folder" ] || sync "$folder"
  done
}
outwards() {
  mkdir -p "$dir"; manifest
  for kind in transactions databases scripts; do
    if had old "$kind" && [ ! -d "$dir/previous/$kind" ]; then mv "$data/$kind/$db" "$dir/previous/$kind"; fi
  done
}
aside() { # the empty folder goes when the server drops the database: then nothing is deleted later
  outwards; mkdir -p "$data/databases/$db"; settle; echo "aside=yes"
}
empty() { rmdir "$data/databases/$db" 2>/dev/null || true; }
swap() {
  outwards; empty
  for kind in scripts databases transactions; do
    if had new "$kind" && [ -d "$data/$kind/$scratch" ]; then
      [ ! -e "$data/$kind/$db" ] || die ${scriptExit.swapRefused} "$data/$kind/$db appeared meanwhile: did someone start the database?"
      mv "$data/$kind/$scratch" "$data/$kind/$db"
    fi
  done
  settle; echo "swapped=yes"
}
unmoved() { # no manifest: never swapped here, or put back before; whoever knows better is on another volume than it was
  [ ! -f "$dir/swapped-back" ] || return 0
  case "$back_from" in
    swapped) die ${scriptExit.swapRefused} "the stores of $db were swapped, but $dir has no mark of it: is this another volume, or was that folder removed?" ;;
    old) for kind in databases transactions; do
      [ -d "$data/$kind/$db" ] || die ${scriptExit.swapRefused} "$data/$kind/$db is not there although $db was online before, and $dir has no mark of a swap: is this another volume?"
    done ;;
  esac
}
back() {
  if [ ! -f "$dir/swap" ]; then unmoved; echo "swapped=no"; return 0; fi
  mkdir -p "$dir/rejected"; empty
  for kind in transactions databases scripts; do
    if had new "$kind" && [ ! -d "$data/$kind/$scratch" ] && [ ! -d "$dir/rejected/$kind" ] && [ -d "$data/$kind/$db" ]; then
      if ! had old "$kind" || [ -d "$dir/previous/$kind" ]; then mv "$data/$kind/$db" "$dir/rejected/$kind"; fi
    fi
  done
  for kind in scripts databases transactions; do
    if had old "$kind" && [ -d "$dir/previous/$kind" ]; then
      [ ! -e "$data/$kind/$db" ] || die ${scriptExit.swapRefused} "$data/$kind/$db is in the way of the previous store in $dir/previous"
      mv "$dir/previous/$kind" "$data/$kind/$db"
    fi
  done
  mv "$dir/swap" "$dir/swapped-back"; settle; echo "swapped=no"
}
gone() { # the restored one is in its place, and the old one nowhere: what is there must not be taken for it
  had old "$1" && had new "$1" && [ ! -d "$dir/previous/$1" ] && [ ! -d "$dir/rejected/$1" ] && [ ! -d "$data/$1/$scratch" ]
}
undo() { # as back, but only where there is something to put back, or was before a crash
  [ -f "$dir/swap" ] || [ -f "$dir/swapped-back" ] || die ${scriptExit.swapRefused} "there is no previous store in $dir to put back"
  if [ -f "$dir/swap" ] && { gone databases || gone transactions; }; then
    die ${scriptExit.swapRefused} "there is no whole previous store in $dir/previous to put back"
  fi
  back
}
again() { # the restored store in its place again, wherever undo stopped
  [ -f "$dir/swap" ] || [ -f "$dir/swapped-back" ] || die ${scriptExit.swapRefused} "there is no store in $dir to put back"
  [ -f "$dir/swap" ] || mv "$dir/swapped-back" "$dir/swap"
  mkdir -p "$dir/previous"; empty
  for kind in transactions databases scripts; do
    if had old "$kind" && [ ! -d "$dir/previous/$kind" ] && [ -d "$data/$kind/$db" ]; then
      if ! had new "$kind" || [ -d "$dir/rejected/$kind" ]; then mv "$data/$kind/$db" "$dir/previous/$kind"; fi
    fi
  done
  for kind in scripts databases transactions; do
    if [ -d "$dir/rejected/$kind" ]; then
      [ ! -e "$data/$kind/$db" ] || die ${scriptExit.swapRefused} "$data/$kind/$db is in the way of the restored store in $dir/rejected"
      mv "$dir/rejected/$kind" "$data/$kind/$db"
    fi
  done
  rmdir "$dir/rejected" 2>/dev/null || true; settle; echo "swapped=yes"
}
discard() { # "$keep" is yes unless the caller means the previous store as well; "$written" only where no such database exists
  if [ "$keep" = yes ] && [ -d "$dir/previous/databases" ]; then
    die ${scriptExit.swapRefused} "$dir/previous holds the previous store"
  fi
  for kind in transactions databases scripts; do # what this run has written under the database's own name
    if [ "$written" = yes ] && grep -qsx "$kind" "$dir/creates"; then rm -rf "$data/$kind/$db"; fi
  done
  rm -rf "$data/databases/$scratch" "$data/transactions/$scratch" "$data/scripts/$scratch" "$dir"
  rmdir "$data/.neo4j-restore" 2>/dev/null || true
  echo "discarded=yes"
}
inspect() {
  df -Pk "$data" | awk 'NR == 2 { print "total_kb=" $2; print "free_kb=" $4 }'
  for kind in databases transactions; do
    if [ -d "$data/$kind/$db" ]; then echo "$kind=yes"; else echo "$kind=no"; fi
  done
  if [ -d "$data/databases/$db" ]; then echo "store_kb=$(size_kb "$data/databases/$db")"; fi
  if [ -d "$dir/previous/databases" ]; then echo "previous_kb=$(size_kb "$dir/previous")"; fi
  if [ -f "$dir/swap" ]; then echo "swapped=yes"; else echo "swapped=no"; fi
  if [ -f "$dir/overwrites" ]; then echo "overwriting=yes"; else echo "overwriting=no"; fi
  if [ -f "$conf/neo4j.conf" ]; then sed -n 's/^ *server\.directories\.\(data\|transaction\.logs\.root\|script\.root\) *= */directory_\1=/p' "$conf/neo4j.conf"; fi
}
`;

const staging = String.raw`
wipe() { # what was staged for this run; nothing where nothing was
  [ -n "$staged" ] || return 0
  rm -rf "$staged"; rmdir "$dir" "$data/.neo4j-restore" 2>/dev/null || true
}
`;

const restore = String.raw`
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
  mkdir -p "$dir"; rm -rf "$temp/work"; mkdir -p "$temp/work"
  if [ "$into" = "$scratch" ]; then rm -rf "$data/databases/$scratch" "$data/transactions/$scratch" "$data/scripts/$scratch"; fi
  step restore "restoring $artifact into $into"
  began=$(date +%s)
  set -- --from-path="$artifact" --temp-path="$temp/work" "$@"
  [ -z "$until" ] || set -- --restore-until="$until" "$@"
  [ "$overwrite" = no ] || set -- --overwrite-destination=true "$@"
  filling=$data/databases/$into
  # From here on the old store is gone, or a half one lies there: whoever gives back after a crash judges by the marks.
  if replaces; then : | mark overwrites; report overwriting yes; elif [ "$into" = "$db" ] && [ ! -f "$dir/creates" ]; then absent | mark creates; fi
  run_watched neo4j-admin database restore "$@" "$into" || { code=$?; echo "neo4j-admin database restore ended with exit code $code" >&2; exit "$code"; }
  filling=
  find "$data/databases/$into" "$data/transactions/$into" -type f -exec sync {} +
  rm -rf "$temp/work"; rmdir "$temp" "$dir" "$data/.neo4j-restore" 2>/dev/null || true
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
  if [ "$then_swap" = yes ]; then step swap "swapping the stores"; swap; report swapped yes; fi
}
`;

const main = String.raw`
set -eu
die() { echo "neo4j-restore: $2" >&2; report failed "$2"; exit "$1"; }
report() { if [ -n "$log" ]; then printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr '\n' ' ' | cut -c 1-1500)" >> "$log"; fi; }
step() { echo "neo4j-restore: $1: $2"; }
size_kb() { du -sk "$1" | cut -f 1; }
log=; filling=
verb=$1; data=$2; run=$3; db=$4; shift 4
case "$run" in ''|*[!a-z0-9]*) die ${scriptExit.usage} "not a run id: $run" ;; esac
scratch=restoring-$run; dir=$data/.neo4j-restore/$run
if [ -n "$NEO4J_CONF" ]; then conf=$NEO4J_CONF; else conf=/conf; fi
case "$verb" in
  inspect) inspect ;;
  aside) aside ;;
  swap) swap ;;
  back) back_from=$1; back ;;
  undo) back_from=unknown; undo ;;
  again) again ;;
  discard) keep=$1; written=$2; discard ;;
  wipe) staged=$dir/staging; wipe; echo "wiped=yes" ;;
  rehearse|restore)
    exec 2>&1 # one stream keeps its order in the log
    log=/dev/termination-log; work=/neo4j-restore
    into=$1; first=$2; second=$3; reference=$4; artifact_db=$5; overwrite=$6; temp=$7; check=$8; shift 8
    then_swap=$1; chain=$2; until=$3; accepted=$4; hint=$5; inspected=$6; named=$7; staged=$8; times=$9; shift 9
    page_cache=$1; shift
    trap wipe EXIT
    prepare
    if in_store "$first"; then trust_of_server; find_in_store; else find_artifact; fi
    [ -z "$chain" ] || cover
    room; headroom
    if [ "$verb" = restore ]; then restore "$@"; fi ;;
  *) die ${scriptExit.usage} "no such verb: $verb" ;;
esac
`;

/** `sh -c volumeScript neo4j-restore VERB DATA RUN DATABASE …` */
export const volumeScript: string = [
  'NEO4J_CONF="$(printenv NEO4J_CONF || true)"',
  moves,
  staging,
  listingScript,
  claimScript,
  storeScript,
  chainScript,
  roomScript,
  restore,
  main,
].join("\n");

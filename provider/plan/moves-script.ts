/**
 * The part of the volume script that moves stores: a database is three directories, always moved together. Order
 * matters for whoever starts the database or cuts the power in between: old logs aside, old store aside, new store
 * in, new logs in. A store without its logs, or the reverse, is refused by Neo4j; an old store beside new logs would
 * be damaged by recovery (a restored store has the same store id), so that state never occurs. Every function is
 * called under the volume's lock. No rename merges: `mv -T` never moves a folder into one that is there.
 */
import { scriptExit } from "./script-exit.js";

export const movesScript = String.raw`
mark() { # a file of the run's own that outlives whatever comes after it
  mkdir -p "$dir" && cat > "$dir/$1.tmp" && sync "$dir/$1.tmp" && mv -T "$dir/$1.tmp" "$dir/$1" &&
    sync "$dir" "$data/.neo4j-restore" "$data"
}
manifest() { # what is there before the first rename; the same swap goes on from it after a crash
  [ -f "$dir/swap" ] && return 0
  [ -d "$data/databases/$scratch" ] || die ${scriptExit.swapRefused} "there is no restored store $scratch to swap in"
  mkdir -p "$dir/previous"
  for kind in databases transactions scripts; do
    [ ! -d "$data/$kind/$db" ] || echo "old $kind"
    [ ! -d "$data/$kind/$scratch" ] || echo "new $kind"
    # By device and inode a store is known again after its rename: a copy, or one that a server made, has others.
    [ ! -d "$data/$kind/$db" ] || echo "is $kind $(id_of "$data/$kind/$db")"
    [ ! -d "$data/$kind/$scratch" ] || echo "becomes $kind $(id_of "$data/$kind/$scratch")"
  done | mark swap
}
id_of() { stat -c %d:%i "$1"; }
seen_aside() { # the very folder that was there before; a device may be numbered anew when it is mounted again
  [ -d "$dir/previous/$1" ] && grep -qx "is $1 [0-9]*:$(stat -c %i "$dir/previous/$1")" "$dir/swap"
}
becomes() { # in manifest "$1", folder "$2" is that of kind "$3" which was restored
  [ -d "$2" ] && grep -qx "becomes $3 [0-9]*:$(stat -c %i "$2")" "$1"
}
in_place() { # what was restored, under the database's own name; unknown where an earlier version has noted nothing
  if ! grep -qs '^becomes ' "$dir/swap"; then echo unknown
  elif becomes "$dir/swap" "$data/databases/$db" databases && becomes "$dir/swap" "$data/transactions/$db" transactions; then echo restored
  else echo other; fi
}
place() { # what lies under the database's own name: none, empty (as aside leaves it), or taken
  if [ -n "$(ls -A "$data/transactions/$db" 2>/dev/null)" ]; then echo taken
  elif [ ! -e "$data/databases/$db" ]; then echo none
  elif [ -n "$(ls -A "$data/databases/$db")" ]; then echo taken
  else echo empty; fi
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
    if had old "$kind" && [ ! -d "$dir/previous/$kind" ]; then mv -T "$data/$kind/$db" "$dir/previous/$kind"; fi
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
      mv -T "$data/$kind/$scratch" "$data/$kind/$db"
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
  tried mkdir -p "$dir/rejected"; empty
  for kind in transactions databases scripts; do
    if had new "$kind" && [ ! -d "$data/$kind/$scratch" ] && [ ! -d "$dir/rejected/$kind" ] && [ -d "$data/$kind/$db" ]; then
      if ! had old "$kind" || [ -d "$dir/previous/$kind" ]; then mv -T "$data/$kind/$db" "$dir/rejected/$kind"; fi
    fi
  done
  for kind in scripts databases transactions; do
    if had old "$kind" && [ -d "$dir/previous/$kind" ]; then
      [ ! -e "$data/$kind/$db" ] || die ${scriptExit.swapRefused} "$data/$kind/$db is in the way of the previous store in $dir/previous"
      mv -T "$dir/previous/$kind" "$data/$kind/$db"
    fi
  done
  mv -T "$dir/swap" "$dir/swapped-back"; settle; echo "swapped=no"
}
gone() { # the restored one is in its place, and the old one nowhere: what is there must not be taken for it
  had old "$1" && had new "$1" && [ ! -d "$dir/previous/$1" ] && [ ! -d "$dir/rejected/$1" ] && [ ! -d "$data/$1/$scratch" ]
}
served() { : | mark undone; } # what goes to rejected/ now has been served
undo() { # as back, but only where there is something to put back, or was before a crash
  [ -f "$dir/swap" ] || [ -f "$dir/swapped-back" ] || die ${scriptExit.swapRefused} "there is no previous store in $dir to put back"
  if [ -f "$dir/swap" ] && { gone databases || gone transactions; }; then
    die ${scriptExit.swapRefused} "there is no whole previous store in $dir/previous to put back"
  fi
  [ -f "$dir/undone" ] || tried served
  back
}
again() { # the restored store in its place again, wherever undo stopped
  [ -f "$dir/swap" ] || [ -f "$dir/swapped-back" ] || die ${scriptExit.swapRefused} "there is no store in $dir to put back"
  [ -f "$dir/swap" ] || mv -T "$dir/swapped-back" "$dir/swap"
  tried mkdir -p "$dir/previous"; empty
  for kind in transactions databases scripts; do
    if had old "$kind" && [ ! -d "$dir/previous/$kind" ] && [ -d "$data/$kind/$db" ]; then
      if ! had new "$kind" || [ -d "$dir/rejected/$kind" ]; then mv -T "$data/$kind/$db" "$dir/previous/$kind"; fi
    fi
  done
  for kind in scripts databases transactions; do
    if [ -d "$dir/rejected/$kind" ]; then
      [ ! -e "$data/$kind/$db" ] || die ${scriptExit.swapRefused} "$data/$kind/$db is in the way of the restored store in $dir/rejected"
      mv -T "$dir/rejected/$kind" "$data/$kind/$db"
    fi
  done
  rm -f "$dir/undone"; rmdir "$dir/rejected" 2>/dev/null || true; settle; echo "swapped=yes"
}
inspect() {
  df -Pk "$data" | awk 'NR == 2 { print "total_kb=" $2; print "free_kb=" $4 }'
  for kind in databases transactions; do
    if [ -d "$data/$kind/$db" ]; then echo "$kind=yes"; else echo "$kind=no"; fi
  done
  if [ -d "$data/databases/$db" ]; then echo "store_kb=$(size_kb "$data/databases/$db")"; fi
  if [ -d "$dir/previous/databases" ]; then echo "previous_kb=$(size_kb "$dir/previous")"; fi
  if [ -f "$dir/swap" ]; then echo "swapped=yes"; else echo "swapped=no"; fi
  for kind in databases transactions; do
    if [ -d "$data/$kind/$db" ]; then echo "$kind.id=$(id_of "$data/$kind/$db")"; fi
    if [ -d "$dir/previous/$kind" ]; then echo "previous.$kind.id=$(id_of "$dir/previous/$kind")"; fi
  done
  echo "place=$(place)"
  echo "in_place=$(in_place)"
  if [ -f "$dir/swap" ] && seen_aside databases && seen_aside transactions; then echo "aside=whole"; else echo "aside=no"; fi
  if [ -f "$dir/overwrites" ]; then echo "overwriting=yes"; else echo "overwriting=no"; fi
  if [ -f "$conf/neo4j.conf" ]; then sed -n 's/^ *server\.directories\.\(data\|transaction\.logs\.root\|script\.root\) *= */directory_\1=/p' "$conf/neo4j.conf"; fi
}
`;

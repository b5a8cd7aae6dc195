/**
 * The part of the volume script that moves stores: a database is three directories, always moved together. Order
 * matters for whoever starts the database or cuts the power in between: old logs aside, old store aside, new store
 * in, new logs in. A store without its logs, or the reverse, is refused by Neo4j; an old store beside new logs would
 * be damaged by recovery (a restored store has the same store id), so that state never occurs. Every function is
 * called under the volume's lock. No rename merges: `mv -T` never moves a folder into one that is there.
 */
import { scriptExit } from "./script-exit.js";

export const movesScript = String.raw`
mark() { # a file of the run's own that outlives whatever comes after it; its text is whole before it is written
  mkdir -p "$dir" && printf '%s\n' "$2" > "$dir/$1.tmp" && sync "$dir/$1.tmp" && mv -T "$dir/$1.tmp" "$dir/$1" &&
    sync "$dir" "$data/.neo4j-restore" "$data"
}
manifest() { # what is there before the first rename; the same swap goes on from it after a crash
  [ -f "$dir/swap" ] && return 0
  [ -d "$data/databases/$scratch" ] || die ${scriptExit.swapRefused} "there is no restored store $scratch to swap in"
  mkdir -p "$dir/previous"
  there=$(noted_there); mark swap "$there"
}
noted_there() {
  for kind in databases transactions scripts; do
    if [ -d "$data/$kind/$db" ]; then echo "old $kind"; identify "$data/$kind/$db"; echo "is $kind $id"; fi
    if [ -d "$data/$kind/$scratch" ]; then echo "new $kind"; identify "$data/$kind/$scratch"; echo "becomes $kind $id"; fi
  done
}
identify() { # into $id; without birth where the file system, or an old coreutils, tells none
  device=$(stat -c %d "$1") && inode=$(stat -c %i "$1") && birth=$(stat -c %.9W "$1") || die ${scriptExit.swapRefused} "$1 cannot be looked at"
  case "$birth" in [1-9]*) ;; *) birth=- ;; esac
  id=$device:$inode:$birth
}
known_again() { # in manifest "$1", the line "$2" of kind "$3" is that of folder "$4"; $sure is no where only the inode tells
  [ -d "$4" ] || return 1
  identify "$4"
  while read -r what of told; do
    [ "$what $of" = "$2 $3" ] || continue
    case "$told" in
      *:"$inode:-") sure=no; return 0 ;;
      *:"$inode:$birth"|*:"$inode") sure=yes; return 0 ;; # an earlier version has noted no birth
    esac
  done < "$1"
  return 1
}
seen_aside() { known_again "$dir/swap" is "$1" "$dir/previous/$1"; } # the very folder that was there before
becomes() { known_again "$1" becomes "$3" "$2"; } # in manifest "$1", folder "$2" is that of kind "$3" which was restored
tells() { # manifest "$1" has such lines; that of an earlier version has none
  while read -r what of told; do [ "$what" != becomes ] || return 0; done < "$1"
  return 1
}
in_place() { # what was restored, under the database's own name; unknown where an earlier version has noted nothing
  if [ ! -f "$dir/swap" ] || ! tells "$dir/swap"; then echo unknown
  elif becomes "$dir/swap" "$data/databases/$db" databases && becomes "$dir/swap" "$data/transactions/$db" transactions; then echo restored
  else echo other; fi
}
within() { # names in folder "$1", into $names; one that cannot be listed is not empty
  names=; [ ! -e "$1" ] || names=$(ls -A "$1") || die ${scriptExit.swapRefused} "$1 cannot be listed"
}
place() { # what lies under the database's own name: none, empty (as aside leaves it), or taken
  within "$data/transactions/$db"; logs=$names; within "$data/databases/$db"
  if [ -n "$logs$names" ]; then echo taken
  elif [ ! -e "$data/databases/$db" ]; then echo none
  else echo empty; fi
}
had() { # without another process, whose failure would be taken for no
  while read -r what of told; do [ "$what $of" != "$1 $2" ] || return 0; done < "$dir/swap"
  return 1
}
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
served() { mark undone ""; } # what goes to rejected/ now has been served
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
    if [ -d "$data/$kind/$db" ]; then identify "$data/$kind/$db"; echo "$kind.id=$id"; fi
    if [ -d "$dir/previous/$kind" ]; then identify "$dir/previous/$kind"; echo "previous.$kind.id=$id"; fi
  done
  at=$(place); echo "place=$at"
  at=$(in_place); echo "in_place=$at"
  if [ -f "$dir/swap" ] && seen_aside databases && seen_aside transactions; then echo "aside=whole"; else echo "aside=no"; fi
  if [ -f "$dir/overwrites" ]; then echo "overwriting=yes"; else echo "overwriting=no"; fi
  if [ -f "$conf/neo4j.conf" ]; then sed -n 's/^ *server\.directories\.\(data\|transaction\.logs\.root\|script\.root\) *= */directory_\1=/p' "$conf/neo4j.conf"; fi
}
`;

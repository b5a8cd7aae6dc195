/**
 * The part of the volume script that finds room for lock, fences and marks on a volume that is full: before anything is
 * stopped a run lays ballast beside what it keeps, and what gives back or removes throws it off, a piece each time that a
 * write fails. Whatever else grows on the volume must not get all of it at once. Without ballast, `discard` may still
 * remove what it is for before it has the lock: nobody can take that either, and nobody is at work.
 */
import { scriptExit } from "./script-exit.js";

/** Pieces, and bytes of each: 1 MiB together. An undo writes five times: so many must be there when it begins. */
export const ballast = { pieces: 8, bytes: 131_072, enough: 5 } as const;

export const ballastScript = String.raw`
lay_ballast() { # of noise: a file system that compresses would keep no room for anything else
  at=1
  while [ "$at" -le ${ballast.pieces} ]; do
    if [ "$(stat -c %s "$dir/ballast-$at" 2>/dev/null || true)" != ${ballast.bytes} ]; then head -c ${ballast.bytes} /dev/urandom > "$dir/ballast-$at"; fi
    at=$((at + 1))
  done
  sync "$dir"/ballast-*
}
whole_pieces() { # how many there are, into $pieces
  pieces=0
  for one in "$dir"/ballast-*; do
    [ -f "$one" ] || continue
    size=$(stat -c %s "$one"); [ "$size" != ${ballast.bytes} ] || pieces=$((pieces + 1))
  done
}
tried() { # a write that may find the volume full
  until said=$("$@" 2>&1); do spare "$said"; done
}
spare() { # room is made, or that is the end
  if gives_back; then
    expected # what a replaced driver has sent throws nothing off
    for off in "$dir"/ballast-*; do
      [ -f "$off" ] || continue
      rm -f "$off"; sync "$dir"; return 0
    done
    if [ "$verb" = discard ] && [ -d "$dir" ]; then may_discard; nobody_else; gone_with_it; sync "$ours"; return 0; fi
  fi
  die ${scriptExit.diskHeadroom} "nothing can be written on the volume ($1): free some room on it, then try again"
}
gives_back() { # or removes; also what an undo begins with: it has kept, and moved stores, before
  case "$verb" in
    back|again|undo|discard) return 0 ;;
    keep) [ -f "$dir/kept" ] && moved ;;
    *) return 1 ;;
  esac
}
nobody_else() { # is at work on the volume
  held=$(ls "$ours/lock" 2>/dev/null || true)
  [ -z "$held" ] || [ "$held" = "$mine" ] || dead "$held" || busy "$held"
}
`;

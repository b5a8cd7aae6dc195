/**
 * The part of the volume script that finds room for lock, fences and marks on a volume that is full: before anything is
 * stopped a run lays ballast beside what it keeps, and what gives back or removes throws it off, a piece each time that a
 * write fails. Whatever else grows on the volume must not get all of it at once. Without ballast, `discard` may still
 * remove what it is for before it has the lock: nobody can take that either, and nobody is at work.
 */
import { scriptExit } from "./script-exit.js";

/** Pieces, and bytes of each: 1 MiB together. */
export const ballast = { pieces: 8, bytes: 131_072 } as const;

export const ballastScript = String.raw`
lay_ballast() { # of noise: a file system that compresses would keep no room for anything else
  piece=1
  while [ "$piece" -le ${ballast.pieces} ]; do
    if [ "$(stat -c %s "$dir/ballast-$piece" 2>/dev/null || true)" != ${ballast.bytes} ]; then head -c ${ballast.bytes} /dev/urandom > "$dir/ballast-$piece"; fi
    piece=$((piece + 1))
  done
  sync "$dir"/ballast-*
}
tried() { # a write that may find the volume full
  until said=$("$@" 2>&1); do spare "$said"; done
}
spare() { # room is made, or that is the end
  case "$verb" in back|again|undo|discard)
    expected # what a replaced driver has sent throws nothing off
    for piece in "$dir"/ballast-*; do
      [ -f "$piece" ] || continue
      rm -f "$piece"; sync "$dir"; return 0
    done
    if [ "$verb" = discard ] && [ -d "$dir" ]; then may_discard; nobody_else; gone_with_it; sync "$ours"; return 0; fi ;;
  esac
  die ${scriptExit.diskHeadroom} "nothing can be written on the volume ($1): free some room on it, then try again"
}
nobody_else() { # is at work on the volume
  held=$(ls "$ours/lock" 2>/dev/null || true)
  [ -z "$held" ] || [ "$held" = "$mine" ] || dead "$held" || busy "$held"
}
`;

/**
 * Part of the volume script: what must be given back, kept in the run's folder beside the stores, and read again. It
 * comes in pieces, because an argument is bounded, and is in its place only once it is whole and synced, with the ballast
 * by which a way back finds room on a volume that is full by then.
 */
import { ballast } from "./ballast-script.js";
import { scriptExit } from "./script-exit.js";

export const keepScript = String.raw`
sum_of() { sha256sum < "$1" | cut -c 1-64; }
moved() { [ -f "$dir/swap" ] || [ -f "$dir/swapped-back" ]; } # it has moved stores: what it keeps now is for an undo
piece() { mkdir -p "$dir" && printf '%s' "$2" > "$dir/kept-$1"; }
joined() { # the pieces stay until the whole is there: a try that found no room is made again
  at=1; : > "$dir/kept.tmp" || return 1
  while [ "$at" -le "$1" ]; do cat "$dir/kept-$at" >> "$dir/kept.tmp" || return 1; at=$((at + 1)); done
  sync "$dir/kept.tmp"
}
put_in_place() { mv -T "$dir/kept.tmp" "$dir/kept"; rm -f "$dir"/kept-*; sync "$dir" "$ours" "$data"; }
keep() { # piece "$1" of "$2", the sum of the whole, the text of the piece
  tried piece "$1" "$4"
  if [ "$1" != "$2" ]; then echo "piece=$1"; return 0; fi
  tried joined "$2"
  sum=$(sum_of "$dir/kept.tmp"); [ "$sum" = "$3" ] || { rm -f "$dir"/kept-*; die ${scriptExit.usage} "what was to be kept in $dir came broken"; }
  if moved; then # its ballast is there for just this, and is laid again as far as there is room
    put_in_place; lay_ballast || echo "ballast=short"
    whole_pieces; [ "$pieces" -ge ${ballast.enough} ] || die ${scriptExit.diskHeadroom} "the volume is full, and its room for a way back is used up ($pieces of ${ballast.pieces} pieces of ballast are left): free some room on it, then try again"
  else lay_ballast; put_in_place; fi
  echo "kept=$sum"
}
kept() { # "$2" bytes from the "$1"-th on
  if [ ! -f "$dir/kept" ]; then echo "kept_bytes=0"; return 0; fi
  sum=$(sum_of "$dir/kept"); echo "kept=$sum"
  whole_pieces; echo "ballast=$pieces"
  echo "kept_bytes=$(wc -c < "$dir/kept" | tr -d ' ')"
  echo "kept_part=$(cut -b "$1-$(($1 + $2 - 1))" "$dir/kept")"
}
`;

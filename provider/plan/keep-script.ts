/**
 * Part of the volume script: what must be given back, kept in the run's folder beside the stores, and read again. It
 * comes in pieces, because an argument is bounded, and is in its place only once it is whole and synced, with the ballast
 * by which a way back finds room on a volume that is full by then.
 */
import { scriptExit } from "./script-exit.js";

export const keepScript = String.raw`
sum_of() { sha256sum < "$1" | cut -c 1-64; }
keep() { # piece "$1" of "$2", the sum of the whole, the text of the piece
  mkdir -p "$dir"; printf '%s' "$4" > "$dir/kept-$1"
  if [ "$1" != "$2" ]; then echo "piece=$1"; return 0; fi
  piece=1; : > "$dir/kept.tmp"
  while [ "$piece" -le "$2" ]; do cat "$dir/kept-$piece" >> "$dir/kept.tmp"; rm -f "$dir/kept-$piece"; piece=$((piece + 1)); done
  [ "$(sum_of "$dir/kept.tmp")" = "$3" ] || die ${scriptExit.usage} "what was to be kept in $dir came broken"
  lay_ballast; sync "$dir/kept.tmp"; mv -T "$dir/kept.tmp" "$dir/kept"; sync "$dir" "$ours" "$data"
  echo "kept=$(sum_of "$dir/kept")"
}
kept() { # "$2" bytes from the "$1"-th on
  if [ ! -f "$dir/kept" ]; then echo "kept_bytes=0"; return 0; fi
  echo "kept_bytes=$(wc -c < "$dir/kept" | tr -d ' ')"
  echo "kept_part=$(cut -b "$1-$(($1 + $2 - 1))" "$dir/kept")"
}
`;

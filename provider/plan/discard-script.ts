/**
 * The part of the volume script that removes: what a run has left on the volume, and a store that lies aside. A large
 * store takes its time to go, so it first gets a name that no run has, in one rename: whoever is killed meanwhile leaves
 * no half of it that is taken for a store. What is left under such a name goes with the next verb that tidies up.
 */
import { scriptExit } from "./script-exit.js";

export const discardScript = String.raw`
sweep() { rm -rf "$ours"/removed.*; } # no run has a dot in its name
away() { # the run's folder with all that lies in it
  [ -e "$dir" ] || return 0
  rm -rf "$ours/removed.$run"; mv -T "$dir" "$ours/removed.$run"; sync "$ours"
}
may_discard() { # "$keep" is yes unless the caller means the old stores as well: no part of one goes then
  [ "$keep" = yes ] || return 0
  for kind in databases transactions scripts; do
    [ ! -d "$dir/previous/$kind" ] || die ${scriptExit.swapRefused} "$dir/previous holds $kind of the previous store"
    [ -d "$dir/rejected/$kind" ] || continue
    [ ! -f "$dir/undone" ] || die ${scriptExit.swapRefused} "$dir/rejected holds a store that was served before its undo"
    for manifest in "$dir/swap" "$dir/swapped-back"; do
      [ -f "$manifest" ] && tells "$manifest" || continue
      becomes "$manifest" "$dir/rejected/$kind" "$kind" || die ${scriptExit.swapRefused} "$dir/rejected holds $kind that somebody else has put under the name of $db"
      [ "$sure" = yes ] || die ${scriptExit.swapRefused} "$dir/rejected holds $kind of which this file system tells no birth: they may be another store than what was restored"
    done
  done
}
gone_with_it() { # "$written": what this run has written under the database's own name goes too; no such database exists
  for kind in transactions databases scripts; do
    if [ "$written" = yes ] && [ -e "$data/$kind/$db" ] && grep -qsx "$kind" "$dir/creates"; then
      rm -rf "$data/$kind/$scratch"; mv -T "$data/$kind/$db" "$data/$kind/$scratch"
    fi
  done
  away
  rm -rf "$data/databases/$scratch" "$data/transactions/$scratch" "$data/scripts/$scratch"; sweep
}
discard() { may_discard; gone_with_it; echo "discarded=yes"; }
`;

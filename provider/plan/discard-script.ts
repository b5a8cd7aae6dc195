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
may_discard() { # "$keep" is yes unless the caller means the previous store as well
  if [ "$keep" = yes ] && [ -d "$dir/previous/databases" ]; then
    die ${scriptExit.swapRefused} "$dir/previous holds the previous store"
  fi
  if [ "$keep" = yes ] && [ -f "$dir/undone" ] && [ -d "$dir/rejected/databases" ]; then
    die ${scriptExit.swapRefused} "$dir/rejected holds a store that was served before its undo"
  fi
  if [ "$keep" = yes ] && [ -d "$dir/rejected/databases" ] && grep -qs '^becomes databases ' "$dir/swapped-back" &&
    ! becomes "$dir/swapped-back" "$dir/rejected/databases" databases; then
    die ${scriptExit.swapRefused} "$dir/rejected holds a store that somebody else has put under the name of $db"
  fi
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

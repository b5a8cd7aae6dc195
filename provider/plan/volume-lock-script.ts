/**
 * The part of the volume script by which one verb at a time works on a volume, and only a verb of whoever drives now.
 * Lock: the folder `lock` with one entry that names its holder, taken and given free by renames that cannot merge; the
 * entry of a dead holder is removed by its own name, so that nobody else's is ever taken away. Dead is who is not to be
 * found in this very pod (a child of it counts as itself), or whose pod the driver has seen ended.
 * Fences: a line for each run (epoch, turn, open or closed, the last verb that came to its end), which outlives the
 * run's folder. What carries less than that, or belongs to a run that is closed, changes nothing.
 * POSIX sh and coreutils: not every image of Neo4j has flock.
 */
import { scriptExit } from "./script-exit.js";

/** So many runs are remembered at least; one that still has a folder always. */
export const fencesKept = 100;

/** Pods of our Jobs find their own name there; a verb in a server's container is told it. */
export const podVariable = "NEO4J_RESTORE_POD";

export const lockScript = String.raw`
holder_pod() { echo "$1" | cut -d - -f 5-; }
dead() { # in doubt it is alive: where /proc does not show us ourselves, it tells nothing
  case " $ended " in *" $1 "*|*" $(holder_pod "$1") "*) return 0 ;; esac
  [ "$(holder_pod "$1")" = "$pod" ] && [ "$(echo "$1" | cut -d - -f 1)" = "$(id -u)" ] || return 1
  opened=$(ls -l /proc/[0-9]*/fd/9 2>/dev/null || true)
  case "$opened" in *"/$mine"*) ;; *) return 1 ;; esac
  case "$opened" in *"/$1"*) return 1 ;; *) return 0 ;; esac
}
named() { takes=$((takes + 1)); user=$(id -u); stamp=$(date +%s); mine=$user-$$-$stamp.$takes-$verb-$pod; }
announce() ( umask 0; mkdir -p "$ours" "$ours/lock.$mine/$mine" ) # of whichever user the next one is
bear() { exec 9< "$ours/lock.$mine/$mine"; } # this process and its children have it open
busy() {
  echo "holder=$(holder_pod "$1")"; report holder "$(holder_pod "$1")"; report entry "$1"
  die ${scriptExit.lockHeld} "verb $(echo "$1" | cut -d - -f 4) in pod $(holder_pod "$1") is at work on the volume (process $(echo "$1" | cut -d - -f 2)); if that is gone for good: rmdir $ours/lock/$1"
}
take() {
  named; tried announce; bear; tries=$patience
  until said=$(mv -T "$ours/lock.$mine" "$ours/lock" 2>&1); do
    held=$(ls "$ours/lock" 2>/dev/null || true)
    if [ -n "$held" ] && dead "$held" && rmdir "$ours/lock/$held" 2>/dev/null; then continue; fi
    if [ "$tries" -le 0 ]; then
      [ -n "$held" ] || die ${scriptExit.usage} "the volume's lock could not be taken: $said"
      busy "$held"
    fi
    tries=$((tries - 1)); sleep 1
  done
  locked=yes
}
free() { # also what was only announced
  [ -n "$mine" ] || return 0
  if [ "$locked" = yes ]; then rmdir "$ours/lock/$mine"; else rmdir "$ours/lock.$mine/$mine" "$ours/lock.$mine" 2>/dev/null || true; fi
  locked=no; mine=; exec 9<&-
}
known() { # what the volume knows of the run that acts
  was_epoch=0; was_turn=0; was=unknown; done_turn=0; done_verb=none
  [ -f "$ours/fences" ] || return 0
  while read -r name number count standing last what rest; do
    [ "$name" = "$by" ] || continue
    was_epoch=$number; was_turn=$count; was=$standing; done_turn=$last; done_verb=$what
  done < "$ours/fences"
  case "$was_epoch$was_turn$done_turn" in *[!0-9]*) die ${scriptExit.usage} "$ours/fences is damaged: $was_epoch $was_turn $done_turn" ;; esac
}
expected() { # nothing of a replaced driver, of an earlier verb, or of a run that is over
  known
  if [ "$was" = closed ] && [ "$epoch" -le "$was_epoch" ]; then
    die ${scriptExit.runClosed} "run $by is over since its epoch $was_epoch, this is of epoch $epoch: nothing was done"
  fi
  if [ "$epoch" -lt "$was_epoch" ] || { [ "$epoch" -eq "$was_epoch" ] && [ "$turn" -lt "$was_turn" ]; }; then
    die ${scriptExit.driverReplaced} "run $by is at epoch $was_epoch, turn $was_turn, this is of epoch $epoch, turn $turn: nothing was done"
  fi
}
lines() { # our own becomes the last; every other run is over, because one at a time has the target
  if [ -f "$ours/fences" ]; then
    more=$(wc -l < "$ours/fences")
    while read -r name number count standing last what rest; do
      more=$((more - 1))
      if [ "$name" = "$by" ] || { [ "$more" -ge ${fencesKept} ] && [ ! -d "$ours/$name" ]; }; then continue; fi
      echo "$name $number $count closed $last $what"
    done < "$ours/fences"
  fi
  echo "$by $epoch $turn $1 $2 $3"
}
noted() { rm -f "$ours/fences.tmp"; printf '%s\n' "$1" > "$ours/fences.tmp" && sync "$ours/fences.tmp"; }
fence() {
  kept_lines=$(lines "$@") # where that fails the script ends: in an argument it would be an empty text, and a success
  tried noted "$kept_lines"
  mv -T "$ours/fences.tmp" "$ours/fences"; sync "$ours" "$data"
}
begin() { # from here on what is older is refused
  take; expected
  if [ "$was" != open ] || [ "$epoch" -ne "$was_epoch" ] || [ "$turn" -ne "$was_turn" ]; then fence open "$done_turn" "$done_verb"; fi
}
finish() { fence "$1" "$turn" "$verb"; free; }
last() { # what became of a verb whose answer was lost
  known
  echo "fence_epoch=$was_epoch"; echo "fence_turn=$was_turn"; echo "run=$was"; echo "done_turn=$done_turn"; echo "done_verb=$done_verb"
  held=$(ls "$ours/lock" 2>/dev/null || true)
  if [ -n "$held" ]; then # on a full volume it cannot be told, and counts as alive
    named; if announce; then bear; if dead "$held"; then held=; fi; fi; free
  fi
  if [ -n "$held" ]; then echo "lock=held"; echo "holder=$(holder_pod "$held")"; else echo "lock=free"; fi
}
`;

/**
 * The part of the volume script that judges room. Temporary files: other databases live on the data volume, so more
 * than a fifth of its free space is too much. What is unpacked counts three times, since inspect does not tell; of
 * artifacts in a store nothing is known, and only the watch over free space helps. The restored store: a tenth of
 * the volume stays free; a store that it replaces in place makes room for it.
 */
import { scriptExit } from "./script-exit.js";

/**
 * `room` ends the script where `$temp` is empty and the data volume is too small; `temp_bytes` is what is needed then.
 * `headroom` ends it where the store does not fit; asked by the rehearsal as well, before anything stops.
 */
export const roomScript = String.raw`
free_kb() { df -Pk "$data" | awk 'NR == 2 { print $4 }'; }
replaces() { [ "$overwrite" = yes ] && [ "$into" = "$db" ]; }
headroom() {
  # A rehearsal may have to do without the claim: then this is no server's volume.
  if [ "$verb" = rehearse ] && [ ! -d "$data/databases/system" ]; then return 0; fi
  headroom_kb=$(($(df -Pk "$data" | awk 'NR == 2 { print $2 }') / 10)); need=$((artifact_bytes / 1024)); free=$(free_kb); old=0
  if replaces; then
    for kind in databases transactions; do [ ! -d "$data/$kind/$db" ] || old=$((old + $(size_kb "$data/$kind/$db"))); done
  fi
  [ $((free + old - need)) -ge "$headroom_kb" ] || die ${scriptExit.diskHeadroom} "$free kB are free$([ "$old" = 0 ] || echo " and $old kB are the old store's"), the artifact takes $need kB and $headroom_kb kB (a tenth) must stay free"
}
room() {
  [ -z "$temp" ] || return 0
  [ -f "$work/members" ] || echo "$artifact" > "$work/members"
  temp_kb=$({ if [ -d "$staged" ]; then size_kb "$staged"; fi
    while IFS= read -r member; do [ ! -f "$member" ] || echo $((3 * $(size_kb "$member"))); done < "$work/members"
  } | awk '{ sum += $1 } END { print sum + 0 }')
  free=$(free_kb)
  [ $((temp_kb * 5)) -gt "$free" ] || return 0
  report temp_bytes $((temp_kb * 1024))
  die ${scriptExit.tempTooLarge} "temporary files may take $temp_kb kB, more than a fifth of the $free kB that are free: they need a claim of their own"
}
`;

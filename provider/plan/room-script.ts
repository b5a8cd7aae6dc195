/**
 * The part of the volume script that judges whether temporary files may lie on the data volume: other databases
 * live there, so more than a fifth of its free space is too much. What is unpacked counts three times, since
 * inspect does not tell; of artifacts in a store nothing is known, and only the watch over free space helps.
 */
import { scriptExit } from "./script-exit.js";

/** Ends the script where `$temp` is empty and the data volume is too small; `temp_bytes` is what is needed then. */
export const roomScript = String.raw`
room() {
  [ -z "$temp" ] || return 0
  [ -f "$work/members" ] || echo "$artifact" > "$work/members"
  temp_kb=$({ if [ -d "$staged" ]; then size_kb "$staged"; fi
    while IFS= read -r member; do [ ! -f "$member" ] || echo $((3 * $(size_kb "$member"))); done < "$work/members"
  } | awk '{ sum += $1 } END { print sum + 0 }')
  free=$(df -Pk "$data" | awk 'NR == 2 { print $4 }')
  [ $((temp_kb * 5)) -gt "$free" ] || return 0
  report temp_bytes $((temp_kb * 1024))
  die ${scriptExit.tempTooLarge} "temporary files may take $temp_kb kB, more than a fifth of the $free kB that are free: they need a claim of their own"
}
`;

/**
 * The part of the volume script that chooses the artifact which covers a point in time, by inspect's own columns,
 * found by their headers. A chain is a full backup and the differential ones whose transaction ranges continue it
 * without a gap, all in one folder; an empty one (range 0 to 0) says that nothing was committed until its time.
 * Invariants: nothing is restored to an earlier point than asked for, except within the accepted gap; a chain
 * with a hole is never taken for a whole one unless the user waived that.
 */
import { runFolders } from "./newest-run.js";
import { scriptExit } from "./script-exit.js";
import { originsFile } from "./staging-script.js";

/** Reads `folder PATH` lines, each followed by inspect's table; prints verdict, artifact or message, until, gap. */
const choose = String.raw`
function trimmed(text) { gsub(/^ +| +$/, "", text); return text }
function seconds(time,   y, m, d) { # since an arbitrary day
  y = substr(time, 1, 4) + 0; m = substr(time, 6, 2) + 0; d = substr(time, 9, 2) + 0
  if (m <= 2) { y--; m += 12 }
  d += 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5)
  return d * 86400 + substr(time, 12, 2) * 3600 + substr(time, 15, 2) * 60 + substr(time, 18, 2)
}
function utc(time) { return substr(time, 1, 10) " " substr(time, 12, 8) " UTC" }
function later(a, b) { return at[a] > at[b] || (at[a] == at[b] && low[a] > low[b]) }
function belongs(row, c) { return folder[row] == folder[first[c]] && id[row] == id[first[c]] }
function extend(c, row) { members[c, ++length_of[c]] = row; joined[row] = 1; if (!blank[row]) { last[c] = row; top[c] = high[row] } }
function answer(row, until, gap) {
  print "found"; print folder[row] "/" file[row]; print until; print gap
  for (m = 1; m <= length_of[chosen]; m++) { r = members[chosen, m]; if (!blank[r] && !later(r, row)) print folder[r] "/" file[r] }
  exit
}
function covers(c) { return at[first[c]] <= point && at[members[c, length_of[c]]] >= point }
function out(c) { return (only && c != only) || (b && id[first[c]] != id[b]) } # a chain that is not the one meant
function continued(c,   k, row, others, there) { # by something in logStorage, and by nothing of another database there
  if (ENVIRON["named"] != "logs" || !b) return
  for (k = 1; k <= n; k++) {
    row = order[k]; if (row == b) continue
    if (id[row] == id[b]) there = there (there ? ", " : "") file[row]
    else if (later(row, b)) others = others (others ? ", " : "") file[row] " (" id[row] ")"
  }
  if (others) refuse("broken", "what lies in spec.source.pitr.logStorage is of another database of that name than the base " base " (DATABASE ID " id[b] "): " others)
  if (length_of[c] > 1 || first[c] != b) return
  refuse("broken", "nothing in spec.source.pitr.logStorage continues the base " base "; " (there ? "there are " there : "no backup of database " database " from the day before it on is there"))
}
function refuse(verdict, message) { print verdict; print message; exit }
BEGIN { FS = "|"; database = ENVIRON["database"]; exact = ENVIRON["exact"]; contiguous = ENVIRON["chain"] != "any"
  until = ENVIRON["until"]; point = until; sub(/ /, "T", point); accepted = ENVIRON["accepted"] + 0; hint = ENVIRON["hint"]; base = ENVIRON["base"] }
/^folder / { where = substr($0, 8); header = 0; next }
/FILE/ && /DATABASE/ { header = 1; split("", column); for (i = 1; i <= NF; i++) { name = trimmed($i); sub(/^TIME.*/, "TIME", name); column[name] = i }; next }
header && /\.backup/ {
  if (trimmed($column["DATABASE"]) != database) next
  n++; file[n] = trimmed($column["FILE"]); sub(/.*\//, "", file[n]); folder[n] = where; id[n] = trimmed($column["DATABASE ID"])
  at[n] = trimmed($column["TIME"]); full[n] = trimmed($column["FULL"]) == "true"
  low[n] = trimmed($column["LOWEST TX"]) + 0; high[n] = trimmed($column["HIGHEST TX"]) + 0; blank[n] = !full[n] && high[n] == 0
  order[n] = n; for (i = n; i > 1 && later(order[i - 1], order[i]); i--) { swap = order[i]; order[i] = order[i - 1]; order[i - 1] = swap }
}
END {
  for (k = 1; k <= n; k++) {
    row = order[k]
    if (full[row]) { first[++chains] = row; extend(chains, row); continue }
    for (c = chains; c > 0; c--) {
      if (!belongs(row, c)) continue
      overlaps = length_of[c] == 1 && low[row] <= top[c] && high[row] > top[c] # from 2026.02 the first may
      if (blank[row] || !contiguous || low[row] == top[c] + 1 || overlaps) { extend(c, row); break }
    }
    if (c == 0) { hole[++holes] = row; for (c = chains; c > 0; c--) if (belongs(row, c)) { after[holes] = c; break } }
  }
  for (k = 1; k <= n; k++) if (file[k] == base) b = k
  if (b && !joined[b]) refuse("broken", base " is a differential backup, and the full one before it was not brought along" (ENVIRON["named"] == "end" ? hint : ": name the full backup in spec.source.pitr.baseBackup.backupPath"))
  if (exact != "") {
    for (c = chains; c > 0; c--) for (m = 1; m <= length_of[c]; m++) if (file[members[c, m]] == exact) { only = c; if (ENVIRON["named"] == "end") { length_of[c] = m; last[c] = members[c, m] } }
    for (k = 1; k <= holes; k++) if (file[hole[k]] == exact) broken = k
    if (!only && broken) refuse("broken", missing(broken))
  }
  for (c = chains; c > 0 && !chosen; c--) { # the newest chain that covers the point; the newest of all where none is asked for
    if (out(c)) continue
    if (point == "" || covers(c)) chosen = c
  }
  if (chosen && point != "") {
    for (c = 1; c <= chains; c++) if (exact == "" && id[first[c]] != id[first[chosen]] && covers(c)) refuse("ambiguous", "backups of two databases named " database " cover " utc(point) ": " file[first[c]] " (DATABASE ID " id[first[c]] ") and " file[first[chosen]] " (" id[first[chosen]] "); name an artifact of the one that is meant in backupPath")
    for (m = 1; at[members[chosen, m]] < point; m++) if (!blank[members[chosen, m]]) before = members[chosen, m]
    row = members[chosen, m]; if (blank[row]) row = before
    answer(row, row == first[chosen] ? "" : until, 0)
  }
  for (c = 1; c <= chains; c++) { # the one that comes nearest
    if (out(c)) continue
    if (earliest == "" || at[first[c]] < earliest) { earliest = at[first[c]]; oldest = c }
    if (point != "" && at[first[c]] > point) continue
    end = at[members[c, length_of[c]]]; if (nearest == "" || end >= nearest) { nearest = end; chosen = c }
  }
  if (chains == 0) refuse("unreachable", "no full backup of database " database " is there" hint)
  for (k = 1; k <= holes; k++) if (after[k] == chosen && chosen && (exact == "" || broken == k)) refuse("broken", missing(k))
  if (point == "") { continued(chosen); answer(last[chosen], "", 0) }
  if (!chosen) refuse("unreachable", utc(point) " is before the first full backup of database " database ", " file[first[oldest]] "; the earliest reachable point is " utc(earliest) hint)
  gap = seconds(point) - seconds(nearest)
  if (gap <= accepted) { continued(chosen); answer(last[chosen], "", gap) }
  objective = accepted > 0 ? " (" gap " s before it; recoveryPointObjective allows " accepted " s)" : ""
  if (length_of[chosen] == 1) refuse("unreachable", "no differential backup continues the full backup " file[first[chosen]] " to " utc(point) "; the newest reachable point is " utc(nearest) objective hint)
  refuse("unreachable", utc(point) " is later than the last backup of the chain, " file[members[chosen, length_of[chosen]]] "; the newest reachable point is " utc(nearest) objective hint)
}
function missing(k,   c) {
  c = after[k]
  if (!c) return file[hole[k]] " continues no full backup that is there" hint
  return "between " file[last[c]] " and " file[hole[k]] " the transactions " (top[c] + 1) " to " (low[hole[k]] - 1) " are missing; the newest reachable point is " utc(at[members[c, length_of[c]]]) hint
}
`;

/** Narrows `$artifact` to the one that covers `$until`, and empties `$until` where that one is to be restored whole. */
export const chainScript = String.raw`
folders_of_chain() {
  if [ -z "$reference" ]; then dirname -- "$artifact"; return 0; fi
  above=$(dirname -- "$artifact"); above=$(dirname -- "$above") # among the words of a loop a failure would be an empty one
  for folder in "$above/$reference" "$above/$reference"${runFolders}; do
    [ ! -d "$folder" ] || echo "$folder"
  done
}
cover() {
  exact=; if [ "$artifact" = "$first" ] || [ "$artifact" = "$second" ] || [ -n "$times" ]; then exact=$(basename -- "$artifact"); fi
  folders_of_chain > "$work/folders"; : > "$work/chains"
  while IFS= read -r folder; do
    step inspect "reading the chains in $folder"
    echo "folder $folder" >> "$work/chains"
    neo4j-admin backup inspect --show-metadata --empty "$folder" < /dev/null >> "$work/chains" || die ${scriptExit.artifactInvalid} "neo4j-admin backup inspect could not read the artifacts in $folder"
  done < "$work/folders"
  base=; [ -z "$staged" ] || base=$(head -n 1 "$staged/${originsFile}" | cut -f 1)
  database=$artifact_db base=$base exact=$exact chain=$chain until=$until accepted=$accepted hint=$hint named=$named awk '${choose}' "$work/chains" > "$work/choice"
  case "$(sed -n 1p "$work/choice")" in
    found) ;;
    ambiguous) cat "$work/chains"; die ${scriptExit.artifactAmbiguous} "$(sed -n 2p "$work/choice")" ;;
    broken) cat "$work/chains"; die ${scriptExit.chainBroken} "$(sed -n 2p "$work/choice")" ;;
    *) cat "$work/chains"; die ${scriptExit.pointUnreachable} "$(sed -n 2p "$work/choice")" ;;
  esac
  artifact=$(sed -n 2p "$work/choice"); until=$(sed -n 3p "$work/choice")
  report artifact "$artifact"
  report until "$until"
  report gap_seconds "$(sed -n 4p "$work/choice")"
  report inspect "$(grep -e FILE -e "/$(basename -- "$artifact") " "$work/chains" | tr '\n' '~')"
  sed -n '5,$p' "$work/choice" > "$work/members"
  if [ -n "$staged" ]; then
    report artifact "$(NAME=$(basename -- "$artifact") awk -F '\t' '$1 == ENVIRON["NAME"] { print $2; exit }' "$staged/${originsFile}")"
    report base "$(head -n 1 "$staged/${originsFile}" | cut -f 2)"
  fi
  if [ -f "$artifact" ]; then artifact_bytes=$(wc -c < "$artifact"); report artifact_bytes "$artifact_bytes"; fi
  step inspect "$artifact$([ -z "$until" ] || echo ", up to $until UTC")"
}
`;

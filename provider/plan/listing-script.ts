/**
 * The part of the volume script that chooses among the artifacts of a folder, by the columns of `backup inspect`,
 * found by their headers: the newest of exactly this database, or, of a Neo4jBackup whose newest run names no file,
 * the one that was made while that run was at work. Invariant: an older one is never taken in its place.
 */
import { scriptExit } from "./script-exit.js";

export const listingScript = String.raw`
rows_of() { # of inspect's table: its header, and the rows of this database (of any, where it is empty)
  awk -F '|' -v db="$1" '
    function cell(n) { value = $n; gsub(/^ +| +$/, "", value); return value }
    !known && /FILE/ && /DATABASE/ { for (i = 1; i <= NF; i++) if (cell(i) == "DATABASE") known = i; print; next }
    known && /\.backup/ && (db == "" || cell(known) == db) { print }' "$work/table"
}
listed_in() { # "time<TAB>last transaction<TAB>path" of each artifact among the rows, all of that folder
  FOLDER=$1 awk -F '|' '
    function cell(n) { value = $n; gsub(/^ +| +$/, "", value); return value }
    NR == 1 { for (i = 1; i <= NF; i++) { name = cell(i); if (name ~ /^TIME/) name = "TIME"; at[name] = i }; next }
    { file = cell(at["FILE"]); sub(/.*\//, "", file); time = substr(cell(at["TIME"]), 1, 19)
      print time "\t" cell(at["HIGHEST TX"]) "\t" ENVIRON["FOLDER"] "/" file }'
}
choose_listed() { # into "$found", of what is in $work/listed; leaves what is not of the newest run in $work/others
  sort -t "$(printf '\t')" -k 1,1 -k 2,2n "$work/listed" > "$work/sorted"
  if [ -z "$times" ]; then found=$(tail -n 1 "$work/sorted" | cut -f 3); return 0; fi
  TIMES=$times awk -F '\t' 'BEGIN { split(ENVIRON["TIMES"], run, " ") } $1 >= run[1] && $1 <= run[2] { print }' "$work/sorted" > "$work/of_run"
  found=$(cut -f 3 "$work/of_run")
  case "$(wc -l < "$work/of_run")" in
    0) cat "$work/sorted" >> "$work/others" ;;
    1) ;;
    *) die ${scriptExit.artifactAmbiguous} "$(wc -l < "$work/of_run") artifacts of database $artifact_db were made $(at_work): $(told "$work/of_run"); name the one to restore in $(time_of 3)" ;;
  esac
}
time_of() { echo "$times" | cut -d ' ' -f "$1" | tr T ' '; }
at_work() { echo "between $(time_of 1) and $(time_of 2) UTC, when the newest run of the Neo4jBackup was at work, and its history names no file"; }
told() { # the newest four of such lines
  sort "$1" | tail -n 4 | awk -F '\t' '{ time = $1; sub(/T/, " ", time); text = text (NR > 1 ? ", " : "") $3 " (" time " UTC)" } END { print text }'
}
nothing_of_run() { # where there is something of that database, but not of that time
  [ ! -s "$work/others" ] || die ${scriptExit.artifactNotFound} "no artifact of database $artifact_db was made $(at_work); there are $(told "$work/others"): name the one to restore in $(time_of 3)"
}
`;

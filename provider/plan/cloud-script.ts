/**
 * The part of the volume script that finds an artifact in a store, by neo4j-admin alone: it has the clients and
 * the credentials. A folder is listed by `backup inspect`, and the newest artifact is chosen by inspect's own
 * columns, found by their headers. Nothing is read from the words of a failure here; they are kept as evidence.
 */
import { scriptExit } from "./script-exit.js";

export const storeScript = String.raw`
in_store() { case "$1" in s3://*|gs://*|azb://*) return 0 ;; *) return 1 ;; esac; }
with_account() { # azb:///container/path gets the account that the Secret names
  case "$1" in azb:///*) ;; *) echo "$1"; return 0 ;; esac
  account=$(printenv AZURE_STORAGE_ACCOUNT || true)
  case "$account" in ''|*[!a-z0-9]*) die ${scriptExit.usage} "AZURE_STORAGE_ACCOUNT is not the name of an Azure storage account" ;; esac
  echo "$1" | sed "s,^azb:///,azb://$account/,"
}
trust_of_server() { # what the server's configuration tells its JVM about certificates, proxies and stores
  options=$(sed -n 's/^ *server\.jvm\.additional *= *\(-D\(javax\.net\.ssl\|aws\|https\{0,1\}\)\.[^ ]*\) *$/\1/p' "$work/conf/neo4j.conf" | tr '\n' ' ')
  [ -z "$options" ] || export JAVA_TOOL_OPTIONS="$options$(printenv JAVA_TOOL_OPTIONS || true)"
}
rows_of() { # of inspect's table: its header, and the rows of this database (of any, where it is empty)
  awk -F '|' -v db="$1" '
    function cell(n) { value = $n; gsub(/^ +| +$/, "", value); return value }
    !known && /FILE/ && /DATABASE/ { for (i = 1; i <= NF; i++) if (cell(i) == "DATABASE") known = i; print; next }
    known && /\.backup/ && (db == "" || cell(known) == db) { print }' "$work/table"
}
newest_of() { # the name of the newest artifact among the rows
  awk -F '|' '
    function cell(n) { value = $n; gsub(/^ +| +$/, "", value); return value }
    NR == 1 { for (i = 1; i <= NF; i++) { name = cell(i); if (name ~ /^TIME/) name = "TIME"; at[name] = i }; next }
    { time = cell(at["TIME"]); last = cell(at["HIGHEST TX"]) + 0
      if (!found || time > best || (time == best && last > most)) { found = cell(at["FILE"]); best = time; most = last } }
    END { sub(/.*\//, "", found); print found }'
}
look_at() { # the artifact at that place, an artifact itself or a folder, into "$found"; fails where inspect does
  found=
  neo4j-admin backup inspect --show-metadata "$1" > "$work/table" || return 1
  case "$1" in
    *.backup) if rows_of "" | grep -q '\.backup'; then found=$1; fi ;;
    *) name=$(rows_of "$artifact_db" | newest_of); if [ -n "$name" ]; then found=$1/$name; fi ;;
  esac
}
explain() { # once more, with the causes; frames of the stack say nothing
  neo4j-admin backup inspect --show-metadata --verbose "$1" > "$work/said" 2>&1 || true
  grep -v -e '^[[:space:]]*at ' -e '^[[:space:]]*\.\.\. ' -e '^Picked up JAVA' "$work/said" | tail -n 15 | tee "$work/causes"
  report said "$(grep -i -e exception -e error -e caused -e code "$work/causes" | cut -c 1-400 | tail -n 6)"
}
find_in_store() {
  first=$(with_account "$first"); second=$(with_account "$second"); artifact=; unread=
  artifact_bytes=0 # inspect does not tell how much an artifact takes
  if [ "$inspected" = yes ]; then artifact=$first; report artifact "$artifact"; return 0; fi
  for place in "$first" "$second"; do
    if [ -n "$artifact" ] && [ "$second" = "$first" ]; then break; fi
    step inspect "reading $place"
    if ! look_at "$place"; then unread=$place; continue; fi
    [ -n "$found" ] || continue
    [ -z "$artifact" ] || die ${scriptExit.artifactAmbiguous} "both $artifact and $found fit: write the path from the top of the bucket in only one of the places"
    artifact=$found
    rows_of "" | grep -F -e FILE -e "/$(basename -- "$artifact") " > "$work/rows"
  done
  if [ -z "$artifact" ] && [ -n "$unread" ]; then
    explain "$unread"
    die ${scriptExit.storeUnread} "neo4j-admin backup inspect could not read $unread"
  fi
  if [ -z "$artifact" ]; then
    echo "what is there:"; cat "$work/table"
    die ${scriptExit.artifactNotFound} "no artifact of database $artifact_db at $first"
  fi
  report artifact "$artifact"
  cat "$work/rows"
  report inspect "$(tr '\n' '~' < "$work/rows")"
}
`;

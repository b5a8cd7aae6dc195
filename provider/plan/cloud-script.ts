/**
 * The part of the volume script that finds an artifact in a store, by neo4j-admin alone: it has the clients and
 * the credentials. A folder is listed by `backup inspect`, and chosen from by what that tells. Nothing is read from
 * the words of a failure here; they are kept as evidence.
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
look_at() { # the artifact at that place, an artifact itself or a folder, into "$found"; fails where inspect does
  found=
  neo4j-admin backup inspect --show-metadata "$1" > "$work/table" || return 1
  case "$1" in
    *.backup) if rows_of "" | grep -q '\.backup'; then found=$1; fi ;;
    *) rows_of "$artifact_db" | listed_in "$1" > "$work/listed"; choose_listed ;;
  esac
}
explain() { # once more, with the causes; frames of the stack say nothing
  neo4j-admin backup inspect --show-metadata --verbose "$1" > "$work/said" 2>&1 || true
  grep -v -e '^[[:space:]]*at ' -e '^[[:space:]]*\.\.\. ' -e '^Picked up JAVA' "$work/said" | tail -n 15 | tee "$work/causes"
  report said "$(grep -i -e exception -e error -e caused -e code "$work/causes" | cut -c 1-400 | tail -n 6)"
}
find_in_store() {
  first=$(with_account "$first"); second=$(with_account "$second"); artifact=; unread=; : > "$work/others"
  artifact_bytes=0 # inspect does not tell how much an artifact takes
  if [ "$inspected" = yes ]; then artifact=$first; report artifact "$artifact"; return 0; fi
  looked=; for place in "$first" "$second"; do
    if [ "$place" = "$looked" ]; then break; fi
    looked=$place
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
    echo "what is there:"; cat "$work/table"; nothing_of_run
    die ${scriptExit.artifactNotFound} "no artifact of database $artifact_db at $first"
  fi
  report artifact "$artifact"
  cat "$work/rows"
  report inspect "$(tr '\n' '~' < "$work/rows")"
}
`;

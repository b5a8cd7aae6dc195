/**
 * The part of the volume script that finds the artifact on a claim. POSIX sh; user data are in variables that the script
 * has set from its arguments.
 */
import { runFolders } from "./newest-run.js";
import { scriptExit } from "./script-exit.js";

/** Finds the artifact on a claim: itself, or what is chosen of a folder. */
export const claimScript = String.raw`
artifacts_in() { # "name<TAB>path" of each artifact of exactly this database in these folders
  for folder in "$@"; do
    for file in "$folder"/*.backup; do
      [ -f "$file" ] || continue
      name=$(basename -- "$file")
      case "$name" in
        "$artifact_db"-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]-[0-9][0-9]-[0-9][0-9].backup) printf '%s\t%s\n' "$name" "$file" ;;
      esac
    done
  done
}
holds() { for one in "$1"/*.backup; do [ ! -f "$one" ] || return 0; done; return 1; }
found_at() { # resolves one candidate into "$found": itself, or what is chosen of the artifacts in the folder
  found=$1; [ ! -f "$1" ] || return 0
  if [ -n "$reference" ]; then set -- "$1/$reference" "$1/$reference"${runFolders}; fi
  if [ -n "$chain" ] && [ -z "$times" ]; then found=$(artifacts_in "$@" | sort | tail -n 1 | cut -f 2); return 0; fi # only its folder counts
  : > "$work/listed"
  for folder in "$@"; do
    holds "$folder" || continue
    step inspect "reading $folder"
    neo4j-admin backup inspect --show-metadata "$folder" > "$work/table" || die ${scriptExit.artifactInvalid} "neo4j-admin backup inspect could not read the artifacts in $folder"
    rows_of "$artifact_db" | listed_in "$folder" >> "$work/listed"
  done
  choose_listed
}
find_artifact() {
  : > "$work/others"
  found_at "$first"; artifact=$found
  if [ "$second" != "$first" ]; then
    found_at "$second"; other=$found
    if [ -n "$artifact" ] && [ -n "$other" ] && [ "$other" != "$artifact" ]; then
      die ${scriptExit.artifactAmbiguous} "both $artifact and $other fit: write the path from the top of the volume in only one of the places"
    fi
    [ -n "$artifact" ] || artifact=$other
  fi
  if [ -z "$artifact" ]; then
    echo "what is there:"; (cd /backup && find . -maxdepth 3 -name '*.backup' | sort | tail -n 20); nothing_of_run
    die ${scriptExit.artifactNotFound} "no artifact of database $artifact_db at $first"
  fi
  report artifact "$artifact"
  artifact_bytes=$(wc -c < "$artifact"); report artifact_bytes "$artifact_bytes"
  [ "$inspected" = no ] || return 0
  step inspect "reading $artifact"
  table=$(neo4j-admin backup inspect --show-metadata "$artifact") || die ${scriptExit.artifactInvalid} "neo4j-admin backup inspect could not read $artifact"
  echo "$table"
  report inspect "$(echo "$table" | grep '|' | tr '\n' '~')"
}
`;

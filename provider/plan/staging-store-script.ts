/**
 * The part of the staging script that reads stores, by rclone: a folder is listed, an object is fetched. How a
 * store is reached is in the container's environment, apart for the remotes "base" and "logs". Invariants:
 * nothing is read out of rclone's words here; they are kept as evidence. No object may grow into the tenth of the
 * volume that stays free.
 */
import { azureVariables } from "./rclone-environment.js";
import { progressMark, scriptExit } from "./script-exit.js";

export const stagingStoreScript = String.raw`
in_store() { case "$1" in s3://*|gs://*|azb://*) return 0 ;; *) return 1 ;; esac; }
with_account() { # azb:///container/path gets the account that the Secret names
  case "$1" in azb:///*) ;; *) echo "$1"; return 0 ;; esac
  account=$(printenv "RCLONE_CONFIG_$(echo "$2" | tr a-z A-Z)_ACCOUNT" || true)
  case "$account" in ''|*[!a-z0-9]*) die ${scriptExit.usage} "AZURE_STORAGE_ACCOUNT is not the name of an Azure storage account" ;; esac
  echo "$1" | sed "s,^azb:///,azb://$account/,"
}
remote_path() { # as rclone takes it: the remote, then bucket and path
  case "$1" in
    azb://*) printf '%s:%s\n' "$remote" "$(printf '%s\n' "$1" | sed 's,^azb://[^/]*/,,')" ;;
    *) printf '%s:%s\n' "$remote" "$(printf '%s\n' "$1" | sed 's,^[a-z0-9]*://,,')" ;;
  esac
}
client() { # in the background, so that a signal is heard; leaves its exit code in $code
  (for variable in ${azureVariables.join(" ")}; do # which Azure's client takes from the environment alone
    value=$(printenv "$remote"_"$variable" || true)
    [ -z "$value" ] || export "$variable=$value"
  done
  # Where a firewall drops the packets, a minute for each of its attempts would be ten in all.
  export RCLONE_CONTIMEOUT=15s
  exec rclone --config "" "$@") 2> "$home/said" &
  child=$!; code=0
  wait "$child" || code=$?
  child=
}
unread() {
  grep -v '^-*$' "$home/said" | tail -n 15 > "$home/words" || true
  cat "$home/words"
  printf 'said=%s\n' "$(cut -c 1-400 "$home/words" | tail -n 8 | tr '\n' ' ' | cut -c 1-1500)" >> "$log"
  die ${scriptExit.storeUnread} "rclone could not read $1"
}
look_in_store() {
  client lsf --low-level-retries 3 --files-only --format sp --separator "$(printf '\t')" "$(remote_path "$1")/" > "$home/names"
  case "$code" in
    0) ;;
    3) die ${scriptExit.bucketNotFound} "the bucket or container of $1 does not exist" ;; # "directory not found": a store has none but these
    *) unread "$1" ;;
  esac
  FOLDER=$1 awk '{ at = index($0, "\t"); print substr($0, 1, at) ENVIRON["FOLDER"] "/" substr($0, at + 1) }' "$home/names" >> "$home/seen"
}
fetch() { # an object into a file
  room; size=$(size_of "$1")
  [ $((size / 1024)) -lt "$most" ] || die ${scriptExit.diskHeadroom} "$(basename -- "$1") takes $((size / 1024)) kB, more than the $most kB that may be used on the volume of $dest"
  (while sleep 5 > /dev/null 2>&1; do
    if [ -f "$2" ]; then bytes=$(( $(du -k "$2" | cut -f 1) * 1024 )); echo "${progressMark} read=$bytes of=$size written=$bytes"; fi
  done) &
  watcher=$!
  client copyto --inplace --local-no-preallocate "$(remote_path "$1")" "$2"
  kill "$watcher" 2> /dev/null || true
  [ "$code" = 0 ] || unread "$1"
  [ -f "$2" ] || die ${scriptExit.artifactNotFound} "$1 went away while it was about to be fetched"
}
`;

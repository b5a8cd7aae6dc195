/**
 * The one constant script that touches the target's volume: in the server's own container by exec while it
 * runs, in a Job of ours otherwise. All user data arrive as arguments; nothing is ever evaluated.
 * Invariants: every verb is idempotent and decides from what lies there and from the manifest that `swap`
 * syncs before its first rename; a verb refuses to overwrite; `store_lock`, `dbms` and `cluster-state` are
 * never touched. POSIX sh; free of backquotes and of dollar-brace so that it reads the same inside TypeScript.
 */
import { ballastScript } from "./ballast-script.js";
import { chainScript } from "./chain-script.js";
import { claimScript } from "./claim-script.js";
import { storeScript } from "./cloud-script.js";
import { discardScript } from "./discard-script.js";
import { keepScript } from "./keep-script.js";
import { listingScript } from "./listing-script.js";
import { roomScript } from "./room-script.js";
import { movesScript } from "./moves-script.js";
import { restoreVerbScript } from "./restore-verb-script.js";
import { endMark, scriptExit } from "./script-exit.js";
import { lockScript, podVariable } from "./volume-lock-script.js";

const staging = String.raw`
wipe() { # what was staged for this run; nothing where nothing was
  [ -n "$staged" ] || return 0
  rm -rf "$staged"; rmdir "$dir" 2>/dev/null || true
}
`;

const main = String.raw`
set -eu
die() { echo "neo4j-restore: $2" >&2; report failed "$2"; exit "$1"; }
report() { if [ -n "$log" ]; then printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr '\n' ' ' | cut -c 1-1500)" >> "$log"; fi; }
step() { echo "neo4j-restore: $1: $2"; }
size_kb() { du -sk "$1" | cut -f 1; }
ending() { # a report that does not end with its mark was cut: its writer was killed
  if [ -n "$staged" ]; then wipe; fi
  free; report end yes
}
log=; filling=; staged=; mine=; locked=no; takes=0
verb=$1; data=$2; run=$3; db=$4; shift 4
by=$1; epoch=$2; turn=$3; ended=$4; patience=$5; shift 5
[ -z "$pod" ] || log=/dev/termination-log # a Job of ours: it tells Kubernetes what came of it
[ -z "$1" ] || pod=$1
[ -n "$pod" ] || read -r pod < /proc/sys/kernel/hostname
shift
for name in "$run" "$by"; do
  case "$name" in ''|*[!a-z0-9]*) die ${scriptExit.usage} "not a run id: $name" ;; esac
done
for number in "$epoch" "$turn" "$patience"; do
  case "$number" in ''|*[!0-9]*) die ${scriptExit.usage} "not a number: $number" ;; esac
done
scratch=restoring-$run; ours=$data/.neo4j-restore; dir=$ours/$run
if [ -n "$NEO4J_CONF" ]; then conf=$NEO4J_CONF; else conf=/conf; fi
trap ending EXIT
case "$verb" in
  inspect) inspect ;;
  last) last ;;
  aside|swap|again) begin; "$verb"; finish open ;;
  back) back_from=$1; begin; back; finish open ;;
  undo) back_from=unknown; begin; undo; finish open ;;
  discard) keep=$1; written=$2; begin; discard; finish open ;;
  keep) begin; sweep; keep "$@"; finish open ;;
  kept) kept "$@" ;;
  wipe) begin; staged=$dir/staging; wipe; staged=; sweep; echo "wiped=yes"; finish open ;;
  close) begin; sweep; finish closed; echo "closed=yes" ;;
  rehearse|restore)
    exec 2>&1 # one stream keeps its order in the log
    log=/dev/termination-log; work=/neo4j-restore
    into=$1; first=$2; second=$3; reference=$4; artifact_db=$5; overwrite=$6; temp=$7; check=$8; shift 8
    then_swap=$1; chain=$2; until=$3; accepted=$4; hint=$5; inspected=$6; named=$7; staged=$8; times=$9; shift 9
    page_cache=$1; shift
    if [ "$verb" = restore ]; then begin; free; else expected; fi
    prepare
    if in_store "$first"; then trust_of_server; find_in_store; else find_artifact; fi
    [ -z "$chain" ] || cover
    room; headroom
    if [ "$verb" = restore ]; then restore "$@"; fi ;;
  *) die ${scriptExit.usage} "no such verb: $verb" ;;
esac
echo "${endMark}"
`;

/** `sh -c volumeScript neo4j-restore VERB DATA RUN DATABASE BY EPOCH TURN ENDED PATIENCE POD …` */
export const volumeScript: string = [
  'NEO4J_CONF="$(printenv NEO4J_CONF || true)"',
  `pod="$(printenv ${podVariable} || true)"`,
  ballastScript,
  lockScript,
  movesScript,
  discardScript,
  staging,
  keepScript,
  listingScript,
  claimScript,
  storeScript,
  chainScript,
  roomScript,
  restoreVerbScript,
  main,
].join("\n");

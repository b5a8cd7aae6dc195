/**
 * The one constant script of the staging container, in the tools image: it brings a base backup and what follows
 * it together into one folder, decrypted and unpacked by existing programs, and told apart by magic bytes, not by
 * names. Invariants: sources are only read; a plain copy outlives a failure nowhere; neither a key nor what a
 * program prints while it takes one is in a log. POSIX sh and GNU tools; free of backquotes and of dollar-brace.
 */
import { runFolders } from "./newest-run.js";
import { scriptExit } from "./script-exit.js";
import { stagingStoreScript } from "./staging-store-script.js";

/** Names the original of every staged artifact, the base first, for the restore's own script: `NAME<TAB>ORIGINAL`. */
export const originsFile = ".origins";

const find = String.raw`
look() { # "bytes<TAB>path" of each file in that folder, once, at the end of $home/seen
  ! grep -qxF -- "$1" "$home/looked" || return 0
  printf '%s\n' "$1" >> "$home/looked"
  if in_store "$1"; then look_in_store "$1"; return 0; fi
  for file in "$1"/*; do
    [ ! -f "$file" ] || printf '%s\t%s\n' "$(wc -c < "$file")" "$file" >> "$home/seen"
  done
}
size_of() { FILE=$1 awk -F '\t' '$2 == ENVIRON["FILE"] { print $1; exit }' "$home/seen"; }
stamped() { # "stamp<TAB>path" of each artifact of exactly this database in that folder, wrapped or not
  FOLDER=$1 DATABASE=$database awk -F '\t' '
    function digits(n,   text) { while (n-- > 0) text = text "[0-9]"; return text }
    BEGIN { form = "^" digits(4) "-" digits(2) "-" digits(2) "T" digits(2) "-" digits(2) "-" digits(2) "[.]backup([.].*)?$" }
    { name = $2; sub(/.*\//, "", name); begin = ENVIRON["DATABASE"] "-"
      if ($2 != ENVIRON["FOLDER"] "/" name || index(name, begin) != 1 || name ~ /[.]sha256$/) next
      stamp = substr(name, length(begin) + 1)
      if (stamp ~ form) print substr(stamp, 1, 19) "\t" $2 }' "$home/seen"
}
stamp_of() { printf '%s\n' "$1" | sed 's/.*-\([0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]-[0-9][0-9]-[0-9][0-9]\)\.backup.*/\1/'; }
base_at() { # into $found: the artifact itself, or the newest one there that is not later than the point, else the oldest
  found=; above=$(printf '%s\n' "$1" | sed 's,/[^/]*$,,')
  case "$(basename -- "$1")" in
    *.backup*) look "$above"; if [ -n "$(size_of "$1")" ]; then found=$1; return 0; fi; ! in_store "$1" || return 0 ;;
  esac
  set -- "$1" "$1"
  if [ -n "$reference" ]; then set -- "$1/$reference" "$1/$reference"${runFolders}; fi
  for folder in "$@"; do look "$folder"; done
  found=$(for folder in "$@"; do stamped "$folder"; done | sort |
    LIMIT=$limit awk -F '\t' '{ if (NR == 1 || ENVIRON["LIMIT"] == "" || $1 <= ENVIRON["LIMIT"]) found = $2 } END { print found }')
}
find_base() {
  base_at "$first"; base=$found
  base_at "$second"
  if [ -n "$base" ] && [ -n "$found" ] && [ "$base" != "$found" ]; then
    die ${scriptExit.artifactAmbiguous} "both $base and $found fit: write the path from the top in only one of the places"
  fi
  [ -n "$base" ] || base=$found
  [ -n "$base" ] || nothing "no base backup of database $database at $first"
}
nothing() { echo "what is there:"; cut -f 2 "$home/seen" | sort | tail -n 20; die ${scriptExit.artifactNotFound} "$1"; }
find_logs() { # of a store, a folder is what lies in it
  for logs in "$logs_first" "$logs_second"; do
    look "$logs"
    if [ -d "$logs" ] || [ -n "$(stamped "$logs")" ]; then return 0; fi
  done
  nothing "there is no folder $logs_first with differential backups"
}
`;

const unwrap = String.raw`
kind_of() {
  case "$(head -c 32 -- "$1" | od -An -v -tx1 | tr -d ' \n')" in
    1f8b*) echo gzip ;;
    28b52ffd*) echo zstd ;;
    04224d18*) echo lz4 ;;
    6167652d656e6372797074696f6e2e6f72672f* | 2d2d2d2d2d424547494e20414745*) echo ChaCha20Poly1305 ;;
    8c0[cd]* | c30[cd]* | 2d2d2d2d2d424547494e20504750*) echo AES256 ;;
    *) echo native ;;
  esac
}
allowed() { # of a layer found in the artifact $name, by what the user wrote
  case "$1" in
    gzip | zstd | lz4)
      [ "$compression" != off ] || die ${scriptExit.stagedFormat} "$name is compressed ($1), and spec.source.pitr.compression.enabled is false"
      [ "$compression" = any ] || [ "$compression" = "$1" ] || die ${scriptExit.stagedFormat} "$name is compressed with $1, not with $compression as spec.source.pitr.compression.algorithm says" ;;
    *)
      [ -n "$cipher" ] || die ${scriptExit.stagedFormat} "$name is encrypted ($1): set spec.source.pitr.encryption with enabled, algorithm and keySecret"
      [ "$cipher" = "$1" ] || die ${scriptExit.stagedFormat} "$name is encrypted with $1, not with $cipher as spec.source.pitr.encryption.algorithm says" ;;
  esac
}
peel() { # takes one layer off
  case "$1" in
    gzip) gzip -dc -- "$2" > "$3" ;;
    zstd) zstd -q -dc --long=31 -- "$2" > "$3" ;;
    lz4) lz4 -q -dc -- "$2" > "$3" ;;
    AES256) gpg --homedir "$home" --batch --quiet --no-tty --pinentry-mode loopback --passphrase-file "$key" --output "$3" --decrypt "$2" > /dev/null ;;
    ChaCha20Poly1305)
      if grep -q '^AGE-SECRET-KEY-' "$key"; then
        age --decrypt --identity "$key" --output "$3" "$2" > /dev/null
      else # age takes a passphrase from a terminal only; what that one shows is kept from the log
        # It waits for the line's end, which a key made of a literal lacks.
        awk 1 < "$key" | IN=$2 OUT=$3 script -qec 'age --decrypt --output "$OUT" "$IN"' /dev/null > /dev/null
      fi ;;
  esac
}
stage() { # one artifact, under its native name
  name=$(basename -- "$1"); plain=$(printf '%s\n' "$name" | sed 's/\.backup.*/.backup/'); to=$dest/$plain
  [ ! -e "$to" ] || return 0
  step "$name"
  from=$1; sum=$1.sha256; layers=0
  if in_store "$1"; then fetch "$1" "$to.0"; from=$to.0; fi
  there=; if in_store "$sum"; then there=$(size_of "$sum"); elif [ -f "$sum" ]; then there=yes; fi
  if [ "$checked" = yes ] && [ -n "$there" ]; then # each in a step of its own: two that fail are not the same
    if in_store "$sum"; then fetch "$sum" "$home/sum"; sum=$home/sum; fi
    wanted=$(cut -c 1-64 "$sum"); own=$(sha256sum < "$from"); own=$(printf '%s\n' "$own" | cut -c 1-64)
    [ "$wanted" = "$own" ] || die ${scriptExit.stagedFormat} "$name does not have the checksum of $name.sha256"
  fi
  while kind=$(kind_of "$from") && [ "$kind" != native ]; do
    allowed "$kind"; layers=$((layers + 1))
    [ "$layers" -le 4 ] || die ${scriptExit.stagedFormat} "$name is wrapped more than four times"
    room
    (ulimit -f $((most * 2)); peel "$kind" "$from" "$to.$layers") 2> "$home/said" || torn "$kind" "$to.$layers"
    [ "$from" = "$1" ] || rm -f "$from"
    from=$to.$layers
  done
  room
  if [ "$from" = "$1" ]; then (ulimit -f $((most * 2)); cp -- "$1" "$to") 2> "$home/said" || torn copy "$to"; else mv "$from" "$to"; fi
  printf '%s\t%s\n' "$plain" "$1" >> "$dest/${originsFile}"
}
room() { # a tenth of the volume stays free: no file may grow into it
  most=$(df -Pk "$dest" | awk 'NR == 2 { print int($4 - $2 / 10) }')
  [ "$most" -gt 0 ] || die ${scriptExit.diskHeadroom} "less than a tenth of the volume that holds $dest is free"
}
torn() {
  size=0; [ ! -f "$2" ] || size=$(( $(wc -c < "$2") / 1024 ))
  if [ "$size" -ge $((most - 1)) ]; then die ${scriptExit.diskHeadroom} "$name takes more than the $most kB that may be used on the volume of $dest"; fi
  case "$1" in
    AES256 | ChaCha20Poly1305) die ${scriptExit.decryption} "$name could not be decrypted ($1) with $key_name: nothing was restored" ;;
    *) die ${scriptExit.stagedFormat} "$name could not be read ($1): $(tail -n 1 "$home/said")" ;;
  esac
}
`;

const main = String.raw`
set -eu
umask 077
step() { echo "neo4j-restore: stage: $1"; }
die() { echo "neo4j-restore: $2" >&2; printf 'failed=%s\n' "$(printf '%s' "$2" | tr '\n' ' ' | cut -c 1-1500)" >> "$log"; exit "$1"; }
exec 2>&1
dest=$1; first=$2; second=$3; logs_first=$4; logs_second=$5; reference=$6; database=$7; limit=$8; shift 8
compression=$1; cipher=$2; checked=$3; key=$4; key_name=$5; work=$6; log=$7
home=$work/stage; rm -rf "$home" "$dest"; mkdir -p "$home" "$dest"
done=no; trap '[ "$done" = yes ] || rm -rf "$dest"; rm -rf "$home"' EXIT
child=; trap '[ -z "$child" ] || kill "$child" 2> /dev/null || true; exit 143' TERM INT
: > "$home/looked"; : > "$home/seen"
first=$(with_account "$first" base); second=$(with_account "$second" base)
logs_first=$(with_account "$logs_first" logs); logs_second=$(with_account "$logs_second" logs)
remote=base; find_base; stage "$base"
if [ -n "$logs_first" ]; then
  remote=logs; find_logs
  # Names may carry local time: what is a little too old is left out by its transactions, not by its name.
  from_day=$(date -u -d "$(stamp_of "$(basename -- "$base")" | cut -c 1-10) -1 day" +%F 2> /dev/null || true)
  stamped "$logs" | sort | FROM=$from_day awk -F '\t' '$1 >= ENVIRON["FROM"] { print $2 }' > "$home/list"
  while IFS= read -r one; do stage "$one" < /dev/null; done < "$home/list"
fi
done=yes
`;

/** `sh -c stagingScript neo4j-restore DEST …` */
export const stagingScript: string = [stagingStoreScript, find, unwrap, main].join("\n");

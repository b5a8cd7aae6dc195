#!/bin/sh
# Restores a database of its own on a cluster and looks at every server: for those who have a licensed Neo4j.
# Usage: cluster.sh CLUSTER NAMESPACE [designatedSeeder|recreate]
set -eu
cluster=${1:?cluster} namespace=${2:?namespace} strategy=${3:-designatedSeeder}
database=smoke

key() { kubectl -n "$namespace" get secret "$admin" -o "jsonpath={.data.$1}" | base64 -d; }
admin=$(kubectl -n "$namespace" get neo4jenterprisecluster "$cluster" -o jsonpath='{.spec.auth.adminSecret}')
admin=${admin:-neo4j-admin-secret}
user=$(key username) password=$(key password)

# neo4j:// finds the leader; the password travels by standard input, never in an argument list.
cypher() { # SERVER SCHEME DATABASE STATEMENT
  printf '%s\n' "$password" | kubectl -n "$namespace" exec -i "$cluster-server-$1" -c neo4j -- sh -c \
    'read -r NEO4J_PASSWORD; export NEO4J_PASSWORD; exec cypher-shell --format plain -a "$1://localhost:7687" -u "$2" -d "$3" "$4"' \
    sh "$2" "$user" "$3" "$4"
}
system() { cypher 0 neo4j system "$1"; }
fail() { echo "DIFFERS: $1"; exit 1; }

version=$(cypher 0 bolt system 'CALL dbms.components() YIELD name, versions, edition RETURN versions[0] + " " + edition LIMIT 1' | tail -n 1)
echo "Neo4j $version, strategy $strategy"
system "CREATE DATABASE $database IF NOT EXISTS TOPOLOGY 3 PRIMARIES WAIT"
system "CREATE ALIAS ${database}_alias IF NOT EXISTS FOR DATABASE $database"
system "CREATE ROLE smoke_reader IF NOT EXISTS"
system "GRANT ACCESS ON DATABASE $database TO smoke_reader"
cypher 0 neo4j "$database" 'MERGE (:Mark {text: "before"})'
before=$(system "SHOW PRIVILEGES AS COMMANDS" | grep -F "$database" | sort)

echo "Now back $database up with a Neo4jBackup, and type its name:"
read -r backup
cypher 0 neo4j "$database" 'MERGE (:Mark {text: "after"})'

cat > smoke-restore.yaml <<YAML
apiVersion: neo4j.neo4j.com/v1beta1
kind: Neo4jRestore
metadata: { name: smoke-$(date +%s), namespace: $namespace }
spec:
  clusterRef: $cluster
  databaseName: $database
  force: true
  source: { type: backup, backupRef: $backup }
  options: { strategy: $strategy }
YAML
npx neo4j-restore run -f smoke-restore.yaml

servers=$(kubectl -n "$namespace" get statefulset "$cluster-server" -o jsonpath='{.spec.replicas}')
server=0
while [ "$server" -lt "$servers" ]; do
  marks=$(cypher "$server" bolt "$database" 'MATCH (m:Mark) RETURN m.text' | tail -n +2 | tr -d '"' | tr '\n' ' ')
  [ "$marks" = "before " ] || fail "server $server reads: $marks"
  server=$((server + 1))
done
[ "$(system "SHOW PRIVILEGES AS COMMANDS" | grep -F "$database" | sort)" = "$before" ] || fail "privileges on $database"
system "SHOW ALIASES FOR DATABASE YIELD name" | grep -q "${database}_alias" || fail "alias ${database}_alias"
cypher 0 neo4j "$database" 'CREATE (:Mark {text: "written"})' || fail "a write after the restore"
echo ok

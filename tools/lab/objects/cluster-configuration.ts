// The ConfigMap of a cluster, as the operator fills it: settings that all servers share, and a start script that adds
// each pod's own name and the list of its peers.

import type { ClusterOptions } from "./enterprise-cluster.js";
import { boltTls } from "./standalone.js";

export const clusterConfiguration = (options: ClusterOptions): Record<string, string> => ({
  "neo4j.conf": `${settings}${options.tls === true ? boltTls : ""}`,
  "startup.sh": startScript(options),
  "health.sh": healthScript,
});

/** Without `db.format=block`, which the lab's engine has not. */
const settings = `# Neo4j Enterprise Configuration (5.26+ / 2025.x.x)
server.default_listen_address=0.0.0.0
server.bolt.listen_address=0.0.0.0:7687
server.http.listen_address=0.0.0.0:7474
server.directories.data=/data
server.directories.logs=/logs
server.directories.plugins=/plugins
server.memory.heap.initial_size=300m
server.memory.heap.max_size=300m
server.memory.pagecache.size=64m
server.config.strict_validation.enabled=false
server.cluster.listen_address=0.0.0.0:6000
server.routing.listen_address=0.0.0.0:7688
server.cluster.raft.listen_address=0.0.0.0:7000
server.backup.enabled=true
server.backup.listen_address=0.0.0.0:6362
server.metrics.jmx.enabled=false
server.metrics.csv.enabled=false
dbms.databases.seed_from_uri_providers=CloudSeedProvider,FileSeedProvider,URLConnectionSeedProvider
`;

const healthScript = `#!/bin/bash
# Healthy: the first process is alive and the HTTP port answers.
kill -0 1 2>/dev/null || [ -d /proc/1 ] || exit 1
(echo > /dev/tcp/localhost/7474) >/dev/null 2>&1 || { echo "HTTP port not responding"; exit 1; }
`;

function startScript({ name, namespace, servers }: ClusterOptions): string {
  const domain = `${name}-headless.${namespace}.svc.cluster.local`;
  const peers = Array.from({ length: servers }, (_, at) => `${name}-server-${at}.${domain}:6000`).join(",");
  return `#!/bin/bash
set -e
export NEO4J_AUTH="\${DB_USERNAME}/\${DB_PASSWORD}"
SERVER_INDEX="\${HOSTNAME##*-}"
FQDN="\${HOSTNAME}.${domain}"
[ "$SERVER_INDEX" = 0 ] && BOOTSTRAP=me || BOOTSTRAP=other
mkdir -p /tmp/neo4j-config
cp /conf/neo4j.conf /tmp/neo4j-config/neo4j.conf
cat >> /tmp/neo4j-config/neo4j.conf << EOF
server.default_advertised_address=$FQDN
server.cluster.advertised_address=$FQDN:6000
server.routing.advertised_address=$FQDN:7688
server.cluster.raft.advertised_address=$FQDN:7000
dbms.cluster.discovery.resolver_type=LIST
dbms.cluster.discovery.version=V2_ONLY
dbms.cluster.discovery.v2.endpoints=${peers}
internal.dbms.cluster.discovery.system_bootstrapping_strategy=$BOOTSTRAP
initial.dbms.automatically_enable_free_servers=true
dbms.cluster.raft.binding_timeout=1d
dbms.cluster.raft.membership.join_timeout=10m
dbms.routing.default_router=SERVER
EOF
if [ ! -d /data/databases/system ]; then
  echo "dbms.cluster.minimum_initial_system_primaries_count=${servers}" >> /tmp/neo4j-config/neo4j.conf
fi
export NEO4J_CONF=/tmp/neo4j-config
exec /startup/docker-entrypoint.sh neo4j
`;
}

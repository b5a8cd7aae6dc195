#!/bin/sh
# Plays the entrypoint of the real image: licence gate, configuration from /conf and from NEO4J_* variables, ownership,
# and then the command itself as the only process.
set -eu

case "$*" in
  *neo4j*)
    case "${NEO4J_ACCEPT_LICENSE_AGREEMENT:-}" in
      yes | eval) ;;
      *)
        echo "In order to use Neo4j Enterprise Edition you must accept the license agreement:" >&2
        echo "set the environment variable NEO4J_ACCEPT_LICENSE_AGREEMENT to yes or eval." >&2
        exit 1
        ;;
    esac
    ;;
esac

if [ -d /conf ] && [ -n "$(ls /conf)" ]; then
  cp -RL /conf/. "$NEO4J_HOME/conf/"
fi

# NEO4J_server_memory_pagecache__size=1g becomes server.memory.pagecache_size=1g.
env | LC_ALL=C sort | while IFS='=' read -r name value; do
  case "$name" in
    NEO4J_ACCEPT_LICENSE_AGREEMENT | NEO4J_AUTH | NEO4J_AUTH_PATH | NEO4J_CONF | NEO4J_DEBUG | NEO4J_EDITION) continue ;;
    NEO4J_HOME | NEO4J_PLUGINS | NEO4J_SHA256 | NEO4J_TARBALL | NEO4J_DEPRECATION_WARNING) continue ;;
    NEO4J_*) ;;
    *) continue ;;
  esac
  setting=$(printf '%s' "${name#NEO4J_}" | sed -e 's/_/./g' -e 's/\.\./_/g')
  printf '%s=%s\n' "$setting" "$value" >> "$NEO4J_HOME/conf/neo4j.conf"
done

if [ "$(id -u)" = 0 ]; then
  chown -R 7474:7474 /data /logs "$NEO4J_HOME/conf"
  exec setpriv --reuid=7474 --regid=7474 --clear-groups "$@"
fi
exec "$@"

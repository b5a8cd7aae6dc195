package dev.neo4jrestore.standin;

import static org.neo4j.configuration.SettingImpl.newBuilder;
import static org.neo4j.configuration.SettingValueParsers.STRING;

import org.neo4j.configuration.SettingsDeclaration;
import org.neo4j.graphdb.config.Setting;

/**
 * Settings that only Enterprise knows and that its users' neo4j.conf contains: accepted here, without effect but for the
 * list of a cluster's members, the default topology and the providers of seeds, so that everything else unknown is still
 * refused as the real one refuses it.
 */
public final class EnterpriseSettings implements SettingsDeclaration {
    public static final Setting<String> backupEnabled = named("server.backup.enabled");
    public static final Setting<String> backupAddress = named("server.backup.listen_address");
    public static final Setting<String> backupStoreCopy = named("server.backup.store_copy_max_retry_time_per_request");
    public static final Setting<String> clusterAddress = named("server.cluster.listen_address");
    public static final Setting<String> clusterAdvertised = named("server.cluster.advertised_address");
    public static final Setting<String> raftAddress = named("server.cluster.raft.listen_address");
    public static final Setting<String> raftAdvertised = named("server.cluster.raft.advertised_address");
    public static final Setting<String> discoveryAddress = named("server.discovery.listen_address");
    public static final Setting<String> discoveryAdvertised = named("server.discovery.advertised_address");
    public static final Setting<String> discoveryVersion = named("dbms.cluster.discovery.version");
    public static final Setting<String> discoveryResolver = named("dbms.cluster.discovery.resolver_type");
    public static final Setting<String> discoveryEndpoints = named("dbms.cluster.discovery.endpoints");
    public static final Setting<String> discoveryEndpointsV2 = named("dbms.cluster.discovery.v2.endpoints");
    public static final Setting<String> bindingTimeout = named("dbms.cluster.raft.binding_timeout");
    public static final Setting<String> joinTimeout = named("dbms.cluster.raft.membership.join_timeout");
    public static final Setting<String> modeConstraint = named("initial.server.mode_constraint");
    public static final Setting<String> kubernetesLabels = named("dbms.kubernetes.label_selector");
    public static final Setting<String> kubernetesPort = named("dbms.kubernetes.service_port_name");
    public static final Setting<String> kubernetesDiscoveryPort = named("dbms.kubernetes.discovery.service_port_name");
    public static final Setting<String> kubernetesDiscoveryPortV2 =
            named("dbms.kubernetes.discovery.v2.service_port_name");
    public static final Setting<String> initialPrimaries = named("initial.dbms.default_primaries_count");
    public static final Setting<String> initialSecondaries = named("initial.dbms.default_secondaries_count");
    public static final Setting<String> initialServers = named("initial.dbms.automatically_enable_free_servers");
    public static final Setting<String> systemPrimaries =
            named("dbms.cluster.minimum_initial_system_primaries_count");
    public static final Setting<String> systemMode = named("server.cluster.system_database_mode");
    public static final Setting<String> maxDatabases = named("dbms.max_databases");
    public static final Setting<String> seedProviders = newBuilder(
                    "dbms.databases.seed_from_uri_providers", STRING, "S3SeedProvider,CloudSeedProvider")
            .build();
    public static final Setting<String> metricsEnabled = named("server.metrics.enabled");
    public static final Setting<String> metricsFilter = named("server.metrics.filter");
    public static final Setting<String> metricsCsv = named("server.metrics.csv.enabled");
    public static final Setting<String> metricsJmx = named("server.metrics.jmx.enabled");
    public static final Setting<String> prometheusEnabled = named("server.metrics.prometheus.enabled");
    public static final Setting<String> prometheusEndpoint = named("server.metrics.prometheus.endpoint");

    private static Setting<String> named(String name) {
        return newBuilder(name, STRING, null).build();
    }
}

package dev.neo4jrestore.standin.server;

import static org.neo4j.configuration.GraphDatabaseSettings.SYSTEM_DATABASE_NAME;

import dev.neo4jrestore.standin.EnterpriseSettings;
import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.backup.BackupServer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.neo4j.bolt.dbapi.BoltGraphDatabaseManagementServiceSPI;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.cypher.internal.PreParser;
import org.neo4j.cypher.internal.config.CypherConfiguration;
import org.neo4j.dbms.database.DatabaseContextProvider;
import org.neo4j.dbms.database.DatabaseRepository;
import org.neo4j.dbms.database.DefaultDatabaseContextFactory;
import org.neo4j.dbms.database.DefaultDatabaseDetailsExtrasProvider;
import org.neo4j.dbms.database.StandaloneDatabaseContext;
import org.neo4j.dbms.database.TopologyInfoService;
import org.neo4j.dbms.systemgraph.ContextBasedSystemDatabaseProvider;
import org.neo4j.exceptions.KernelException;
import org.neo4j.graphdb.factory.module.GlobalModule;
import org.neo4j.graphdb.factory.module.edition.CommunityEditionModule;
import org.neo4j.io.device.DeviceMapper;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.kernel.api.procedure.GlobalProcedures;
import org.neo4j.kernel.database.NamedDatabaseId;
import org.neo4j.kernel.impl.api.TransactionalProcessFactory;
import org.neo4j.kernel.impl.factory.DefaultTransactionalProcessFactory;
import org.neo4j.kernel.impl.pagecache.CommunityIOControllerService;
import org.neo4j.logging.InternalLog;

/**
 * The Community edition of the engine, with what the stand-in adds plugged into the engine's own seams: many user
 * databases instead of one, the administration commands in front of Bolt, and a few procedures.
 */
final class StandinEdition extends CommunityEditionModule {
    private final ClusterSeat seat;
    private Databases databases;
    private SystemGraph graph;
    private ServerRegistry registry;
    private ClusterMember member;

    /** {@code seat} is null for a server on its own. */
    StandinEdition(GlobalModule globalModule, ClusterSeat seat) {
        super(globalModule);
        this.seat = seat;
    }

    BackupServer backups() {
        return new BackupServer(databases::online, databases::find);
    }

    @Override
    @SuppressWarnings("unchecked") // Community creates exactly this repository, behind a wildcard.
    public DatabaseContextProvider<?> createDatabaseContextProvider(GlobalModule globalModule) {
        var repository =
                (DatabaseRepository<StandaloneDatabaseContext>) super.createDatabaseContextProvider(globalModule);
        var system = new ContextBasedSystemDatabaseProvider(repository);
        graph = new SystemGraph(system);
        registry = new ServerRegistry(system);
        if (seat == null) {
            databases = databases(repository, id -> new DefaultTransactionalProcessFactory(), Placement.ALONE);
        } else {
            member = joinCluster();
            var placement = placement(member);
            databases = databases(repository, placement::gate, placement);
            placement.attach(databases);
            member.attach(databases);
        }
        return repository;
    }

    @Override
    protected TransactionalProcessFactory createCommitProcessFactory() {
        return seat == null ? super.createCommitProcessFactory() : seat.systemGate();
    }

    /** Takes the place of Community's starter of the one default database. */
    @Override
    protected void registerDefaultDatabaseInitializer(GlobalModule globalModule) {
        globalModule.getGlobalLife().add(databases);
        if (member != null) {
            globalModule.getGlobalLife().add(member);
        }
    }

    @Override
    public TopologyInfoService createTopologyInfoService(DatabaseContextProvider<?> provider) {
        var community = super.createTopologyInfoService(provider);
        return member == null
                ? new Topology(community, new DefaultDatabaseDetailsExtrasProvider(provider), databases)
                : new ClusterTopology(community, member, graph, globalReadOnlyChecker);
    }

    @Override
    public BoltGraphDatabaseManagementServiceSPI createBoltDatabaseManagementServiceProvider() {
        var engine = super.createBoltDatabaseManagementServiceProvider();
        var config = globalModule.getGlobalConfig();
        var commands = new AdminCommands(
                new PreParser(CypherConfiguration.fromConfig(config)),
                graph,
                databases,
                member,
                new Attachments(registry.system()),
                new ServerRows(member == null ? this::lone : member::rows),
                new WaitRows(
                        member == null
                                ? new WaitRows.Lone(self().bolt(), databases)
                                : new ClusterAudience(member, graph, registry)));
        return (name, memory) -> new AdminBolt(engine.database(name, memory), commands);
    }

    @Override
    protected void registerEditionSpecificProcedures(
            GlobalProcedures procedures, DatabaseContextProvider<?> provider) throws KernelException {
        var recreation = new Recreation(graph, member);
        procedures.registerComponent(Recreation.class, context -> recreation, true);
        procedures.registerProcedure(StandinProcedures.class);
    }

    ClusterMember member() {
        return member;
    }

    Databases databases() {
        return databases;
    }

    private ServerRegistry.Entry self() {
        var config = globalModule.getGlobalConfig();
        return new ServerRegistry.Entry(
                identityModule.serverId().uuid().toString(),
                config.get(BoltConnector.advertised_address).toString(),
                config.get(HttpConnector.advertised_address).toString());
    }

    private List<ServerRows.Server> lone() {
        var self = self();
        return List.of(new ServerRows.Server(
                self.id(), self.bolt(), self.http(), true, databases.names(), databases.names()));
    }

    private ClusterMember joinCluster() {
        var config = globalModule.getGlobalConfig();
        return new ClusterMember(
                self(),
                seat,
                graph,
                registry,
                Integer.parseInt(Objects.requireNonNullElse(config.get(EnterpriseSettings.initialPrimaries), "1")),
                new StoreFacts(config, globalModule.getFileSystem()),
                this::systemChanged,
                log());
    }

    private ClusterPlacement placement(ClusterMember member) {
        var config = globalModule.getGlobalConfig();
        var seeds = SeedProviders.of(config.get(EnterpriseSettings.seedProviders));
        return new ClusterPlacement(
                member, graph, Neo4jLayout.of(config), globalModule.getFileSystem(), faults(), log(), seeds);
    }

    /** What the engine keeps in memory of the system database goes with transactions of this server alone. */
    private void systemChanged() {
        globalModule
                .getTransactionEventListeners()
                .getDatabaseTransactionEventListeners(SYSTEM_DATABASE_NAME)
                .forEach(listener -> listener.afterCommit(null, null, null));
    }

    private Databases databases(
            DatabaseRepository<StandaloneDatabaseContext> repository,
            Function<NamedDatabaseId, TransactionalProcessFactory> commits,
            Placement placement) {
        return new Databases(
                repository,
                id -> contextFactory(commits.apply(id)).create(id, Optional.empty()),
                graph,
                placement,
                faults(),
                log());
    }

    private Faults faults() {
        return new Faults(globalModule.getGlobalConfig().get(GraphDatabaseSettings.data_directory));
    }

    private InternalLog log() {
        return globalModule.getLogService().getInternalLog(Databases.class);
    }

    private DefaultDatabaseContextFactory contextFactory(TransactionalProcessFactory commits) {
        return new DefaultDatabaseContextFactory(
                globalModule,
                identityModule,
                getTransactionMonitorFactory(),
                getIndexMonitorFactory(),
                createIdContextFactory(globalModule),
                DeviceMapper.UNKNOWN_MAPPER,
                new CommunityIOControllerService(),
                commits,
                this);
    }
}

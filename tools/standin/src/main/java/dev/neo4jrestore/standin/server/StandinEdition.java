package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.backup.BackupServer;
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
import org.neo4j.kernel.api.procedure.GlobalProcedures;
import org.neo4j.kernel.impl.pagecache.CommunityIOControllerService;

/**
 * The Community edition of the engine, with what the stand-in adds plugged into the engine's own seams: many user
 * databases instead of one, the administration commands in front of Bolt, and a few procedures.
 */
final class StandinEdition extends CommunityEditionModule {
    private Databases databases;
    private SystemGraph graph;

    StandinEdition(GlobalModule globalModule) {
        super(globalModule);
    }

    BackupServer backups() {
        return new BackupServer(databases::online, databases::find);
    }

    @Override
    @SuppressWarnings("unchecked") // Community creates exactly this repository, behind a wildcard.
    public DatabaseContextProvider<?> createDatabaseContextProvider(GlobalModule globalModule) {
        var repository =
                (DatabaseRepository<StandaloneDatabaseContext>) super.createDatabaseContextProvider(globalModule);
        graph = new SystemGraph(new ContextBasedSystemDatabaseProvider(repository));
        databases = new Databases(
                repository,
                contextFactory(),
                graph,
                new Faults(globalModule.getGlobalConfig().get(GraphDatabaseSettings.data_directory)),
                globalModule.getLogService().getInternalLog(Databases.class));
        return repository;
    }

    /** Takes the place of Community's starter of the one default database. */
    @Override
    protected void registerDefaultDatabaseInitializer(GlobalModule globalModule) {
        globalModule.getGlobalLife().add(databases);
    }

    @Override
    public TopologyInfoService createTopologyInfoService(DatabaseContextProvider<?> provider) {
        return new Topology(
                super.createTopologyInfoService(provider),
                new DefaultDatabaseDetailsExtrasProvider(provider),
                databases);
    }

    @Override
    public BoltGraphDatabaseManagementServiceSPI createBoltDatabaseManagementServiceProvider() {
        var engine = super.createBoltDatabaseManagementServiceProvider();
        var config = globalModule.getGlobalConfig();
        var address = config.get(BoltConnector.advertised_address).toString();
        var servers = new ServerRows(
                identityModule.serverId().uuid().toString(),
                address,
                config.get(HttpConnector.advertised_address).toString(),
                databases::names);
        var commands = new AdminCommands(
                new PreParser(CypherConfiguration.fromConfig(config)),
                graph,
                databases,
                servers,
                new WaitRows(address, databases));
        return (name, memory) -> new AdminBolt(engine.database(name, memory), commands);
    }

    @Override
    protected void registerEditionSpecificProcedures(
            GlobalProcedures procedures, DatabaseContextProvider<?> provider) throws KernelException {
        procedures.registerProcedure(StandinProcedures.class);
    }

    private DefaultDatabaseContextFactory contextFactory() {
        return new DefaultDatabaseContextFactory(
                globalModule,
                identityModule,
                getTransactionMonitorFactory(),
                getIndexMonitorFactory(),
                createIdContextFactory(globalModule),
                DeviceMapper.UNKNOWN_MAPPER,
                new CommunityIOControllerService(),
                createCommitProcessFactory(),
                this);
    }
}

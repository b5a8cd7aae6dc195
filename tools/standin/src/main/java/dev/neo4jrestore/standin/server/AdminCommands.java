package dev.neo4jrestore.standin.server;

import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseAccess.READ_ONLY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseAccess.READ_WRITE;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseStatus.OFFLINE;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseStatus.ONLINE;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.neo4j.bolt.dbapi.BoltQueryExecution;
import org.neo4j.bolt.protocol.common.message.AccessMode;
import org.neo4j.configuration.helpers.DatabaseNameValidator;
import org.neo4j.cypher.internal.PreParser;
import org.neo4j.cypher.internal.ast.AlterDatabase;
import org.neo4j.cypher.internal.ast.CascadeAliases$;
import org.neo4j.cypher.internal.ast.CreateDatabase;
import org.neo4j.cypher.internal.ast.DropDatabase;
import org.neo4j.cypher.internal.ast.DumpData$;
import org.neo4j.cypher.internal.ast.IfExistsDoNothing$;
import org.neo4j.cypher.internal.ast.IfExistsReplace$;
import org.neo4j.cypher.internal.ast.ReadAdministrationCommand;
import org.neo4j.cypher.internal.ast.ReadOnlyAccess$;
import org.neo4j.cypher.internal.ast.ShowServers;
import org.neo4j.cypher.internal.ast.StartDatabase;
import org.neo4j.cypher.internal.ast.Statement;
import org.neo4j.cypher.internal.ast.StopDatabase;
import org.neo4j.cypher.internal.parser.v5.ast.factory.Cypher5AstParser;
import org.neo4j.cypher.internal.util.Neo4jCypherExceptionFactory;
import org.neo4j.cypher.internal.util.devNullLogger$;
import org.neo4j.dbms.api.DatabaseExistsException;
import org.neo4j.dbms.api.DatabaseNotFoundException;
import org.neo4j.exceptions.InvalidArgumentException;
import org.neo4j.exceptions.Neo4jException;
import org.neo4j.kernel.api.exceptions.Status;
import org.neo4j.kernel.database.NamedDatabaseId;
import org.neo4j.kernel.database.NormalizedDatabaseName;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.router.QueryRouterException;
import org.neo4j.values.virtual.MapValue;
import scala.Option;

/**
 * Carries out the administration commands that only Enterprise has. The engine's own parser reads them, so syntax and its
 * errors are the real ones. A command changes the system graph and is over; the databases follow, and WAIT waits for them.
 */
final class AdminCommands {
    private static final CompletableFuture<Void> NOTHING_TO_DO = CompletableFuture.completedFuture(null);

    private static final List<String> OURS =
            List.of("DATABASE", "SERVER", "ALIAS", "ROLE", "PRIVILEGE", "GRANT ", "DENY ", "REVOKE ");

    private final PreParser preParser;
    private final SystemGraph graph;
    private final Databases databases;
    private final ClusterMember cluster;
    private final ServerRows servers;
    private final WaitRows waits;
    private final Seeding seeding;
    private final Attachments attachments;
    private final AttachmentCommands attached;

    /** {@code cluster} is null for a server on its own. */
    AdminCommands(
            PreParser preParser,
            SystemGraph graph,
            Databases databases,
            ClusterMember cluster,
            Attachments attachments,
            ServerRows servers,
            WaitRows waits) {
        this.preParser = preParser;
        this.graph = graph;
        this.databases = databases;
        this.cluster = cluster;
        this.servers = servers;
        this.waits = waits;
        this.seeding = new Seeding(cluster);
        this.attachments = attachments;
        this.attached = new AttachmentCommands(graph, attachments);
    }

    /** Empty for whatever the engine answers itself, EXPLAIN and statements it cannot parse among them. */
    Optional<Statement> parse(String query) {
        var upper = query.toUpperCase(Locale.ROOT);
        if (OURS.stream().noneMatch(upper::contains)) {
            return Optional.empty();
        }
        try {
            var text = preParser.preParse(query, devNullLogger$.MODULE$);
            if (text.options().queryOptions().executionMode().isExplain()) {
                return Optional.empty();
            }
            var exceptions = new Neo4jCypherExceptionFactory(query, Option.empty());
            var statement = new Cypher5AstParser(text.statement(), exceptions, Option.empty()).singleStatement();
            return Optional.of(statement).filter(AdminCommands::isOurs);
        } catch (Neo4jException e) {
            return Optional.empty();
        }
    }

    private static boolean isOurs(Statement statement) {
        return statement instanceof StartDatabase
                || statement instanceof StopDatabase
                || statement instanceof CreateDatabase
                || statement instanceof DropDatabase
                || statement instanceof AlterDatabase
                || statement instanceof ShowServers
                || AttachmentCommands.reads(statement)
                || AttachmentCommands.writes(statement);
    }

    BoltQueryExecution execute(
            Statement statement,
            String query,
            MapValue parameters,
            AccessMode accessMode,
            QuerySubscriber subscriber) {
        if (statement instanceof ReadAdministrationCommand show) {
            return show instanceof ShowServers
                    ? servers.answer(show, subscriber)
                    : attached.show(show, parameters, subscriber);
        }
        if (accessMode == AccessMode.READ) {
            throw new QueryRouterException(
                    Status.Statement.AccessMode,
                    "Writing in read access mode not allowed. Attempted write to %s",
                    "system");
        }
        if (cluster != null && !cluster.leading()) {
            throw new QueryRouterException(
                    Status.Cluster.NotALeader,
                    "Administration commands must be executed on the leader of the system database: this server is a"
                            + " follower.");
        }
        if (AttachmentCommands.writes(statement)) {
            attached.execute(statement, query, parameters);
            return new Rows(List.of(), List.of(), subscriber);
        }
        if (statement instanceof StartDatabase start) {
            var id = existing("start", CommandArguments.name(start.dbName(), parameters));
            graph.request(id.name(), ONLINE);
            return waits.answer(id, databases.reconcile(id), start.waitUntilComplete(), subscriber);
        }
        if (statement instanceof StopDatabase stop) {
            var name = CommandArguments.name(stop.dbName(), parameters);
            refuseSystem("stop", name);
            var id = existing("stop", name);
            graph.request(id.name(), OFFLINE);
            return waits.answer(id, databases.reconcile(id), stop.waitUntilComplete(), subscriber);
        }
        if (statement instanceof CreateDatabase create) {
            return create(create, parameters, subscriber);
        }
        if (statement instanceof DropDatabase drop) {
            return drop(drop, parameters, subscriber);
        }
        if (statement instanceof AlterDatabase alter) {
            return alter(alter, parameters, subscriber);
        }
        throw new IllegalStateException("no command of ours: " + statement.getClass());
    }

    private BoltQueryExecution create(CreateDatabase command, MapValue parameters, QuerySubscriber subscriber) {
        var name = CommandArguments.name(command.dbName(), parameters);
        checkName(name);
        var more = seeding.of(command, parameters, name);
        var present = graph.find(name);
        if (present.isPresent()) {
            if (command.ifExistsDo() == IfExistsDoNothing$.MODULE$) {
                return waits.answer(present.get(), NOTHING_TO_DO, command.waitUntilComplete(), subscriber);
            }
            if (command.ifExistsDo() != IfExistsReplace$.MODULE$) {
                throw new DatabaseExistsException(
                        "Failed to create the specified database '" + name + "': Database already exists.");
            }
            refuseSystem("replace", name);
            graph.remove(name);
            // The new one takes over the directories, so the old one must be gone from them first.
            databases.reconcile(present.get()).join();
        }
        var id = graph.create(name, more);
        return waits.answer(id, databases.reconcile(id), command.waitUntilComplete(), subscriber);
    }

    private BoltQueryExecution drop(DropDatabase command, MapValue parameters, QuerySubscriber subscriber) {
        var name = CommandArguments.name(command.dbName(), parameters);
        refuseSystem("delete", name);
        if (command.additionalAction() == DumpData$.MODULE$) {
            throw new InvalidArgumentException("The stand-in drops without a dump: say DESTROY DATA.");
        }
        if (command.ifExists() && graph.find(name).isEmpty()) {
            return new Rows(List.of(), List.of(), subscriber);
        }
        var id = existing("delete", name);
        var aliases = attachments.aliases().entrySet().stream()
                .filter(alias -> alias.getValue().equals(name))
                .map(Map.Entry::getKey)
                .toList();
        if (!aliases.isEmpty() && !(command.aliasAction() instanceof CascadeAliases$)) {
            throw new InvalidArgumentException("Failed to delete the specified database '" + name
                    + "': Database has one or more aliases. Drop the aliases " + aliases
                    + " before dropping the database.");
        }
        attachments.removePrivilegesOn(name);
        graph.remove(name);
        return waits.answer(id, databases.reconcile(id), command.waitUntilComplete(), subscriber);
    }

    private BoltQueryExecution alter(AlterDatabase command, MapValue parameters, QuerySubscriber subscriber) {
        var name = CommandArguments.name(command.dbName(), parameters);
        if (command.topology().isDefined() || command.access().isEmpty()) {
            throw new InvalidArgumentException("The stand-in alters the access mode of a database, nothing else.");
        }
        if (command.ifExists() && graph.find(name).isEmpty()) {
            return new Rows(List.of(), List.of(), subscriber);
        }
        refuseSystem("alter", name);
        var id = existing("alter", name);
        var readOnly = command.access().get() == ReadOnlyAccess$.MODULE$;
        graph.setAccess(id.name(), readOnly ? READ_ONLY : READ_WRITE);
        return waits.answer(id, NOTHING_TO_DO, command.waitUntilComplete(), subscriber);
    }

    private static void checkName(String name) {
        try {
            DatabaseNameValidator.validateExternalDatabaseName(new NormalizedDatabaseName(name));
        } catch (IllegalArgumentException e) {
            throw new QueryRouterException(Status.General.InvalidArguments, "%s", e.getMessage());
        }
    }

    private NamedDatabaseId existing(String verb, String name) {
        return graph.find(name)
                .orElseThrow(() -> new DatabaseNotFoundException(
                        "Failed to " + verb + " the specified database '" + name + "': Database does not exist."));
    }

    private static void refuseSystem(String verb, String name) {
        if (name.equals(NamedDatabaseId.SYSTEM_DATABASE_NAME)) {
            throw new InvalidArgumentException("Failed to " + verb + " the specified database 'system': Not allowed to "
                    + verb + " system database.");
        }
    }
}

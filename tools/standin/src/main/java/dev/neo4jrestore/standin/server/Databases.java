package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.Faults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.neo4j.dbms.api.DatabaseManagementException;
import org.neo4j.dbms.database.DatabaseContextFactory;
import org.neo4j.dbms.database.DatabaseRepository;
import org.neo4j.dbms.database.StandaloneDatabaseContext;
import org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseStatus;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.database.NamedDatabaseId;
import org.neo4j.kernel.lifecycle.LifecycleAdapter;
import org.neo4j.logging.InternalLog;

/**
 * Brings every user database to the state that the system graph asks for: what Enterprise calls the reconciler.
 * Each database has its own queue, so that commands on one are carried out in order and never hold up another.
 * The engine's own {@code Database} does the work: files, locks, recovery, draining of transactions are the real ones.
 */
final class Databases extends LifecycleAdapter {
    private final DatabaseRepository<StandaloneDatabaseContext> repository;
    private final DatabaseContextFactory<StandaloneDatabaseContext, Optional<?>> contexts;
    private final SystemGraph graph;
    private final Faults faults;
    private final InternalLog log;
    private final ExecutorService workers = Executors.newCachedThreadPool(Databases::worker);
    private final Map<NamedDatabaseId, CompletableFuture<Void>> queues = new ConcurrentHashMap<>();
    private final Map<NamedDatabaseId, String> transientStates = new ConcurrentHashMap<>();

    Databases(
            DatabaseRepository<StandaloneDatabaseContext> repository,
            DatabaseContextFactory<StandaloneDatabaseContext, Optional<?>> contexts,
            SystemGraph graph,
            Faults faults,
            InternalLog log) {
        this.repository = repository;
        this.contexts = contexts;
        this.graph = graph;
        this.faults = faults;
        this.log = log;
    }

    /** Called by the engine once the system database serves; the databases then come up beside each other. */
    @Override
    public void start() {
        graph.userDatabases().forEach(this::reconcile);
    }

    @Override
    public void stop() throws InterruptedException {
        var stops = repository.registeredDatabases().keySet().stream()
                .filter(id -> !id.isSystemDatabase())
                .map(id -> enqueue(id, () -> context(id).ifPresent(context -> context.database().stop())))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stops).exceptionally(failure -> null).join();
        workers.shutdown();
        workers.awaitTermination(1, TimeUnit.SECONDS);
    }

    /** Completes when the database is, or finally is not, what was asked for; the outcome is in its status. */
    CompletableFuture<Void> reconcile(NamedDatabaseId id) {
        return enqueue(id, () -> {
            if (graph.find(id.name()).filter(id::equals).isEmpty()) {
                context(id).ifPresent(this::drop);
            } else if (graph.requestedOnline(id.name())) {
                bringUp(id);
            } else {
                takeDown(context(id).orElseGet(() -> create(id)));
            }
        });
    }

    String status(NamedDatabaseId id) {
        var started = context(id).map(context -> context.database().isStarted()).orElse(false);
        var settled = started ? DatabaseStatus.ONLINE : DatabaseStatus.OFFLINE;
        return transientStates.getOrDefault(id, settled.statusName());
    }

    String statusMessage(NamedDatabaseId id) {
        return context(id)
                .map(StandaloneDatabaseContext::failureCause)
                .map(Throwable::getMessage)
                .orElse("");
    }

    List<String> names() {
        return repository.registeredDatabases().keySet().stream()
                .map(NamedDatabaseId::name)
                .toList();
    }

    List<String> online() {
        return names().stream()
                .filter(name -> find(name).filter(Database::isStarted).isPresent())
                .toList();
    }

    Optional<Database> find(String name) {
        return repository.getDatabaseContext(name).map(StandaloneDatabaseContext::database);
    }

    private Optional<StandaloneDatabaseContext> context(NamedDatabaseId id) {
        return repository.getDatabaseContext(id);
    }

    private void bringUp(NamedDatabaseId id) {
        var context = context(id).orElseGet(() -> create(id));
        if (context.database().isStarted()) {
            return;
        }
        context.clearFailure();
        inState("starting", id, () -> {
            faults.delay("start-delay." + id.name());
            faults.get("start-fail." + id.name()).ifPresent(message -> {
                throw new DatabaseManagementException(message);
            });
            context.database().start();
        });
    }

    private void takeDown(StandaloneDatabaseContext context) {
        var id = context.database().getNamedDatabaseId();
        context.clearFailure();
        if (!context.database().isStarted()) {
            return;
        }
        inState("stopping", id, () -> {
            faults.delay("stop-delay." + id.name());
            context.database().stop();
        });
    }

    private void drop(StandaloneDatabaseContext context) {
        var id = context.database().getNamedDatabaseId();
        inState("stopping", id, () -> {
            context.database().drop();
            repository.remove(id);
        });
    }

    private StandaloneDatabaseContext create(NamedDatabaseId id) {
        var context = contexts.create(id, Optional.empty());
        repository.add(id, context);
        return context;
    }

    private void inState(String state, NamedDatabaseId id, Runnable work) {
        transientStates.put(id, state);
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("'" + state + "' of database '" + id.name() + "' failed", e);
            var verb = state.equals("starting") ? "start" : "stop";
            var message = "An error occurred! Unable to %s database with name `%s`. %s"
                    .formatted(verb, id.name(), ExceptionUtils.getRootCause(e).getMessage());
            context(id).ifPresent(context -> context.fail(new DatabaseManagementException(message, e)));
        } finally {
            transientStates.remove(id);
        }
    }

    private CompletableFuture<Void> enqueue(NamedDatabaseId id, Runnable work) {
        return queues.compute(id, (key, last) -> {
            var previous = last == null ? CompletableFuture.completedFuture(null) : last;
            return previous.handleAsync(
                    (result, failure) -> {
                        work.run();
                        return null;
                    },
                    workers);
        });
    }

    private static Thread worker(Runnable work) {
        var thread = new Thread(work, "database-state");
        thread.setDaemon(true);
        return thread;
    }
}

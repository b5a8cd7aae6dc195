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
import java.util.function.Function;
import java.util.stream.Stream;
import org.neo4j.dbms.api.DatabaseManagementException;
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
    private final Function<NamedDatabaseId, StandaloneDatabaseContext> contexts;
    private final SystemGraph graph;
    private final Placement placement;
    private final Faults faults;
    private final InternalLog log;
    private final ExecutorService workers = Executors.newCachedThreadPool(Databases::worker);
    /** By name: a new database takes over the directories of a dropped one. */
    private final Map<String, CompletableFuture<Void>> queues = new ConcurrentHashMap<>();
    private final Map<NamedDatabaseId, String> transientStates = new ConcurrentHashMap<>();
    /** What was asked for when a start failed: it is not tried again before something else is asked for. */
    private final Map<NamedDatabaseId, String> failedRequests = new ConcurrentHashMap<>();

    Databases(
            DatabaseRepository<StandaloneDatabaseContext> repository,
            Function<NamedDatabaseId, StandaloneDatabaseContext> contexts,
            SystemGraph graph,
            Placement placement,
            Faults faults,
            InternalLog log) {
        this.repository = repository;
        this.contexts = contexts;
        this.graph = graph;
        this.placement = placement;
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
                .map(id -> enqueue(id, () -> context(id).ifPresent(context -> {
                    placement.closing(id);
                    context.database().stop();
                })))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stops).exceptionally(failure -> null).join();
        workers.shutdown();
        workers.awaitTermination(1, TimeUnit.SECONDS);
    }

    /** Completes when the database is, or finally is not, what was asked for; the outcome is in its status. */
    CompletableFuture<Void> reconcile(NamedDatabaseId id) {
        return enqueue(id, () -> {
            if (!wanted(id)) {
                context(id).ifPresent(this::drop);
            } else if (graph.requestedOnline(id.name())) {
                if (isStarted(id) && placement.outdated(id)) {
                    faults.delay("recreate-delay." + id.name());
                    context(id).ifPresent(this::takeDown);
                }
                bringUp(id);
            } else {
                takeDown(context(id).orElseGet(() -> create(id)));
            }
        });
    }

    /** Every database that is not what it should be: what a member of a cluster does when it hears of a change. */
    void reconcileAll() {
        var known = repository.registeredDatabases().keySet().stream().filter(id -> !id.isSystemDatabase());
        Stream.concat(graph.userDatabases().stream(), known)
                .distinct()
                .filter(id -> !busy(id) && unsettled(id))
                .forEach(this::reconcile);
    }

    /** Closes the database and opens it again as {@link Placement#prepare} makes it. */
    void reopen(NamedDatabaseId id) {
        enqueue(id, () -> {
            context(id).ifPresent(this::takeDown);
            if (wanted(id) && graph.requestedOnline(id.name())) {
                bringUp(id);
            }
        });
    }

    boolean busy(NamedDatabaseId id) {
        return !queues.getOrDefault(id.name(), CompletableFuture.completedFuture(null)).isDone();
    }

    boolean outdated(NamedDatabaseId id) {
        return placement.outdated(id);
    }

    List<String> busyNames() {
        return queues.entrySet().stream()
                .filter(queue -> !queue.getValue().isDone())
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean failed(NamedDatabaseId id) {
        return failedRequests.containsKey(id);
    }

    private boolean unsettled(NamedDatabaseId id) {
        if (!wanted(id)) {
            return context(id).isPresent();
        }
        if (!graph.requestedOnline(id.name())) {
            return isStarted(id);
        }
        return isStarted(id) ? placement.outdated(id) : !graph.request(id.name()).equals(failedRequests.get(id));
    }

    private boolean wanted(NamedDatabaseId id) {
        return graph.find(id.name()).filter(id::equals).isPresent() && placement.hosts(id);
    }

    private boolean isStarted(NamedDatabaseId id) {
        return context(id).filter(context -> context.database().isStarted()).isPresent();
    }

    String status(NamedDatabaseId id) {
        var settled = isStarted(id) ? DatabaseStatus.ONLINE : DatabaseStatus.OFFLINE;
        return transientStates.getOrDefault(id, settled.statusName());
    }

    String statusMessage(NamedDatabaseId id) {
        return faults.get("stale-message." + id.name())
                .or(() -> context(id).map(StandaloneDatabaseContext::failureCause).map(Throwable::getMessage))
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
        failedRequests.remove(id);
        inState("starting", id, () -> {
            faults.delay("start-delay." + id.name());
            faults.get("start-fail." + id.name()).ifPresent(message -> {
                throw new DatabaseManagementException(message);
            });
            if (placement.prepare(id, state -> transientStates.put(id, state))) {
                context.database().start();
                placement.opened(context.database());
            }
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
            placement.closing(id);
            context.database().stop();
        });
    }

    private void drop(StandaloneDatabaseContext context) {
        var id = context.database().getNamedDatabaseId();
        inState("stopping", id, () -> {
            placement.closing(id);
            context.database().drop();
            repository.remove(id);
            failedRequests.remove(id);
        });
    }

    private StandaloneDatabaseContext create(NamedDatabaseId id) {
        var context = contexts.apply(id);
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
            failedRequests.put(id, graph.request(id.name()));
            context(id).ifPresent(context -> context.fail(new DatabaseManagementException(message, e)));
        } finally {
            transientStates.remove(id);
        }
    }

    private CompletableFuture<Void> enqueue(NamedDatabaseId id, Runnable work) {
        return queues.compute(id.name(), (key, last) -> {
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

package dev.neo4jrestore.standin.cluster;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_OK;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.cluster.TransactionStream.Point;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.neo4j.internal.kernel.api.exceptions.TransactionFailureException;
import org.neo4j.kernel.database.Database;
import org.neo4j.logging.InternalLog;

/**
 * Keeps one open database where its writer is, by asking for what comes next. A store whose history is not the writer's
 * ends the work: somebody has to copy the writer's.
 */
public final class Follower {
    private static final double PAUSE_SECONDS = 0.2;

    private final Database database;
    private final CommitGate gate;
    private final Peers peers;
    private final Supplier<Optional<Member>> writer;
    private final Runnable applied;
    private final Runnable diverged;
    private final InternalLog log;
    private final Thread thread;
    private boolean stopped;

    public Follower(
            Database database,
            CommitGate gate,
            Peers peers,
            Supplier<Optional<Member>> writer,
            Runnable applied,
            Runnable diverged,
            InternalLog log) {
        this.database = database;
        this.gate = gate;
        this.peers = peers;
        this.writer = writer;
        this.applied = applied;
        this.diverged = diverged;
        this.log = log;
        thread = new Thread(this::follow, "follower-" + name());
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Returns when nothing is applied any more. A transaction that is being applied is never interrupted. */
    public synchronized void stop() {
        stopped = true;
        thread.interrupt();
    }

    private void follow() {
        while (!Thread.currentThread().isInterrupted()) {
            var from = writer.get();
            if (from.isEmpty()) {
                Faults.pause(PAUSE_SECONDS);
            } else if (!pull(from.get())) {
                log.warn("The store of '" + name() + "' has another history than that of " + from.get().address());
                diverged.run();
                return;
            }
        }
    }

    private boolean pull(Member from) {
        try {
            var point = Point.of(database);
            var path = "/log/%s?transaction=%d&checksum=%d&index=%d&store=%s".formatted(
                    name(), point.transaction(), point.checksum(), point.appendIndex(), storeOf(database));
            var answer = peers.get(from, path, Duration.ofSeconds(10));
            try (var body = answer.body()) {
                if (answer.statusCode() == HTTP_CONFLICT) {
                    return false;
                }
                if (answer.statusCode() != HTTP_OK) {
                    Faults.pause(PAUSE_SECONDS);
                    return true;
                }
                var transactions = body.readAllBytes();
                if (transactions.length > 0) {
                    apply(transactions);
                }
            }
        } catch (IOException e) {
            Faults.pause(PAUSE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TransactionFailureException | RuntimeException e) {
            log.error("Replication of '" + name() + "' failed", e);
            return false;
        }
        return true;
    }

    private void apply(byte[] transactions) throws IOException, TransactionFailureException {
        synchronized (this) {
            if (stopped) {
                return;
            }
            TransactionStream.apply(database, gate, transactions);
        }
        applied.run();
    }

    private String name() {
        return database.getNamedDatabaseId().name();
    }

    static String storeOf(Database database) {
        return database.getStoreId().getCreationTime() + "-" + database.getStoreId().getRandom();
    }
}

package dev.neo4jrestore.standin.server;

import static org.neo4j.values.storable.Values.booleanValue;
import static org.neo4j.values.storable.Values.stringValue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.neo4j.cypher.internal.ast.NoWait$;
import org.neo4j.cypher.internal.ast.WaitUntilComplete;
import org.neo4j.kernel.database.NamedDatabaseId;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.AnyValue;

/** WAIT and NOWAIT: one row of each server once a command has taken effect or the time is over, or no rows at once. */
record WaitRows(Audience audience) {
    private static final List<String> COLUMNS = List.of("address", "state", "message", "success");

    /** The servers that a command waits for. */
    interface Audience {
        List<Outcome> await(NamedDatabaseId id, CompletableFuture<Void> here, long seconds) throws InterruptedException;
    }

    record Outcome(String address, String state, String message, boolean success) {
        static Outcome settled(String address, String failure) {
            return failure.isEmpty()
                    ? new Outcome(address, "CaughtUp", "caught up", true)
                    : new Outcome(address, "Failed", failure, false);
        }

        static Outcome late(String address) {
            return new Outcome(address, "Incomplete", "server is still catching up", false);
        }

        private List<AnyValue> row() {
            return List.of(stringValue(address), stringValue(state), stringValue(message), booleanValue(success));
        }
    }

    Rows answer(
            NamedDatabaseId id, CompletableFuture<Void> here, WaitUntilComplete wait, QuerySubscriber subscriber) {
        if (wait == NoWait$.MODULE$) {
            return new Rows(List.of(), List.of(), subscriber);
        }
        try {
            var rows = audience.await(id, here, wait.timeout()).stream().map(Outcome::row).toList();
            return new Rows(COLUMNS, rows, subscriber);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Rows(COLUMNS, List.of(), subscriber);
        }
    }

    /** A server on its own. */
    record Lone(String address, Databases databases) implements Audience {
        @Override
        public List<Outcome> await(NamedDatabaseId id, CompletableFuture<Void> here, long seconds)
                throws InterruptedException {
            try {
                here.get(seconds, TimeUnit.SECONDS);
                return List.of(Outcome.settled(address, databases.statusMessage(id)));
            } catch (TimeoutException e) {
                return List.of(Outcome.late(address));
            } catch (ExecutionException e) {
                return List.of(Outcome.settled(address, String.valueOf(e.getCause().getMessage())));
            }
        }
    }
}

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

/** WAIT and NOWAIT: one row of this server once a command has taken effect or the time is over, or no rows at once. */
record WaitRows(String address, Databases databases) {
    private static final List<String> COLUMNS = List.of("address", "state", "message", "success");

    Rows answer(
            NamedDatabaseId id, CompletableFuture<Void> settled, WaitUntilComplete wait, QuerySubscriber subscriber) {
        if (wait == NoWait$.MODULE$) {
            return new Rows(List.of(), List.of(), subscriber);
        }
        return new Rows(COLUMNS, List.of(await(id, settled, wait.timeout())), subscriber);
    }

    private List<AnyValue> await(NamedDatabaseId id, CompletableFuture<Void> settled, long seconds) {
        try {
            settled.get(seconds, TimeUnit.SECONDS);
            var failure = databases.statusMessage(id);
            return failure.isEmpty() ? row("CaughtUp", "caught up", true) : row("Failed", failure, false);
        } catch (TimeoutException e) {
            return row("Incomplete", "server is still catching up", false);
        } catch (ExecutionException e) {
            return row("Failed", String.valueOf(e.getCause().getMessage()), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return row("Incomplete", "interrupted", false);
        }
    }

    private List<AnyValue> row(String state, String message, boolean success) {
        return List.of(stringValue(address), stringValue(state), stringValue(message), booleanValue(success));
    }
}

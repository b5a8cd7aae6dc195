package dev.neo4jrestore.standin.server;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.neo4j.bolt.dbapi.BoltQueryExecution;

import org.neo4j.graphdb.ExecutionPlanDescription;
import org.neo4j.graphdb.GqlStatusObject;
import org.neo4j.graphdb.Notification;
import org.neo4j.graphdb.QueryExecutionType;
import org.neo4j.graphdb.QueryExecutionType.QueryType;
import org.neo4j.graphdb.QueryStatistics;
import org.neo4j.kernel.impl.query.QueryExecution;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.AnyValue;

/** The answer to an emulated command: rows that are known before the first one is asked for. */
final class Rows implements QueryExecution, BoltQueryExecution {
    private final String[] columns;
    private final Queue<List<AnyValue>> rows;
    private final QuerySubscriber subscriber;
    private boolean opened;
    private boolean completed;

    Rows(List<String> columns, List<List<AnyValue>> rows, QuerySubscriber subscriber) {
        this.columns = columns.toArray(String[]::new);
        this.rows = new ArrayDeque<>(rows);
        this.subscriber = subscriber;
    }

    @Override
    public void request(long wanted) throws Exception {
        if (!opened) {
            opened = true;
            subscriber.onResult(columns.length);
        }
        for (long sent = 0; sent < wanted && !rows.isEmpty(); sent++) {
            var row = rows.remove();
            subscriber.onRecord();
            for (int offset = 0; offset < columns.length; offset++) {
                subscriber.onField(offset, row.get(offset));
            }
            subscriber.onRecordCompleted();
        }
        if (rows.isEmpty() && !completed) {
            completed = true;
            subscriber.onResultCompleted(QueryStatistics.EMPTY);
        }
    }

    @Override
    public boolean await() {
        return !rows.isEmpty();
    }

    @Override
    public void cancel() {
        rows.clear();
    }

    @Override
    public String[] fieldNames() {
        return columns;
    }

    @Override
    public QueryExecutionType executionType() {
        return QueryExecutionType.query(QueryType.DBMS);
    }

    @Override
    public ExecutionPlanDescription executionPlanDescription() {
        throw new UnsupportedOperationException("an emulated command has no plan");
    }

    @Override
    public Iterable<Notification> getNotifications() {
        return List.of();
    }

    @Override
    public Iterable<GqlStatusObject> getGqlStatusObjects() {
        return List.of();
    }

    @Override
    public QueryExecution queryExecution() {
        return this;
    }

    @Override
    public void close() {
        cancel();
    }

    @Override
    public void terminate() {
        cancel();
    }
}

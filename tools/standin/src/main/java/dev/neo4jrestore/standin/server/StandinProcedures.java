package dev.neo4jrestore.standin.server;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.neo4j.internal.kernel.api.exceptions.ProcedureException;
import org.neo4j.kernel.api.procedure.SystemProcedure;
import org.neo4j.kernel.impl.transaction.log.checkpoint.CheckPointer;
import org.neo4j.kernel.impl.transaction.log.checkpoint.SimpleTriggerInfo;
import org.neo4j.kernel.internal.GraphDatabaseAPI;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/** The procedures of Enterprise that users call around a restore. Public because the engine reflects on them. */
public final class StandinProcedures {
    @Context
    public GraphDatabaseAPI database;

    @Context
    public Recreation recreation;

    @SystemProcedure
    @Procedure(name = "db.checkpoint", mode = Mode.DBMS)
    @Description("Initiate and wait for a new check point, or wait any already on-going check point to complete.")
    public Stream<CheckpointResult> checkpoint() {
        var checkPointer = database.getDependencyResolver().resolveDependency(CheckPointer.class);
        try {
            checkPointer.forceCheckPoint(new SimpleTriggerInfo("Call to db.checkpoint() procedure"));
            return Stream.of(new CheckpointResult(true, "Checkpoint completed."));
        } catch (IOException e) {
            return Stream.of(new CheckpointResult(false, e.getMessage()));
        }
    }

    /** Community keeps no authentication cache beyond its own store, so there is nothing left to clear. */
    @SystemProcedure
    @Procedure(name = "dbms.security.clearAuthCache", mode = Mode.DBMS)
    @Description("Clears authentication and authorization cache.")
    public void clearAuthCache() {}

    @SystemProcedure
    @Procedure(name = "dbms.cluster.recreateDatabase", mode = Mode.WRITE)
    @Description("Recreates a database while keeping all RBAC settings.")
    public void recreateDatabase(@Name("databaseName") String database, @Name("options") Map<String, Object> options)
            throws ProcedureException {
        recreation.recreate(database, options);
    }

    public record CheckpointResult(boolean success, String message) {}
}

package dev.neo4jrestore.standin.admin;

import org.neo4j.cli.CommandProvider;
import org.neo4j.cli.CommandType;
import org.neo4j.cli.ExecutionContext;

/** Puts the command into the engine's own neo4j-admin. */
public final class RestoreCommandProvider implements CommandProvider {
    @Override
    public RestoreCommand createCommand(ExecutionContext context) {
        return new RestoreCommand(context);
    }

    @Override
    public CommandType commandType() {
        return CommandType.RESTORE;
    }
}

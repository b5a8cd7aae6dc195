package dev.neo4jrestore.standin.admin;

import org.neo4j.cli.CommandProvider;
import org.neo4j.cli.CommandType;
import org.neo4j.cli.ExecutionContext;

/** Puts the command into the engine's own neo4j-admin. */
public final class InspectCommandProvider implements CommandProvider {
    @Override
    public InspectCommand createCommand(ExecutionContext context) {
        return new InspectCommand(context);
    }

    @Override
    public CommandType commandType() {
        return CommandType.INSPECT_BACKUP;
    }
}

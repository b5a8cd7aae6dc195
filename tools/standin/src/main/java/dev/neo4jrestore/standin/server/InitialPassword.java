package dev.neo4jrestore.standin.server;

import java.nio.file.Files;
import java.nio.file.Path;
import org.neo4j.cli.AdminTool;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.configuration.Config;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.kernel.database.NamedDatabaseId;

/**
 * NEO4J_AUTH, as the entrypoint of the real image treats it: it counts before the first start only, afterwards the
 * password is the one on the volume.
 */
final class InitialPassword {
    private InitialPassword() {}

    static void apply(String auth, Config config, Path home, Path conf) {
        var system = Neo4jLayout.of(config).databaseLayout(NamedDatabaseId.SYSTEM_DATABASE_NAME);
        if (auth == null || auth.equals("none") || Files.exists(system.databaseDirectory())) {
            return;
        }
        var slash = auth.indexOf('/');
        if (slash < 0 || !auth.substring(0, slash).equals("neo4j")) {
            throw new IllegalArgumentException("Invalid value for NEO4J_AUTH: expected neo4j/<password> or none");
        }
        var context = new ExecutionContext(home, conf);
        var exit = AdminTool.execute(context, "dbms", "set-initial-password", "--", auth.substring(slash + 1));
        if (exit != 0) {
            throw new IllegalStateException("the initial password could not be set: exit code " + exit);
        }
    }
}

package dev.neo4jrestore.standin.server;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.neo4j.cli.AdminTool;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Session;
import org.neo4j.driver.SessionConfig;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.fs.FileUtils;

/**
 * Does once, in one process, what server and neo4j-admin do in their lives, so that the JVM can record the classes they
 * need: with that archive both start in a fraction of the time.
 */
public final class Training {
    private static final String DATABASE = "training";

    private Training() {}

    public static void main(String[] arguments) throws Exception {
        var home = Files.createTempDirectory("training-");
        try {
            train(home);
        } finally {
            FileUtils.deleteDirectory(home);
        }
        // The admin commands leave idle threads behind.
        System.exit(0);
    }

    private static void train(Path home) throws Exception {
        var backups = Files.createDirectories(home.resolve("backups"));
        var server = Server.start(
                ServerOptions.parse(new String[] {
                    "--home", home.toString(), "--address", "127.0.0.1", "--bolt-port", "0", "--http-port", "0",
                    "--backup-port", "0"
                }),
                "neo4j/training1");
        talk(server.boltPort());
        admin(home, "database", "backup", "--from=127.0.0.1:" + server.backupPort(), "--to-path=" + backups, DATABASE);
        admin(home, "backup", "inspect", "--show-metadata", backups.toString());
        try (var files = Files.list(backups)) {
            var artifact = files.findFirst().orElseThrow();
            admin(home, "database", "restore", "--from-path=" + artifact, "restored");
        }
        admin(home, "database", "info", "restored", "--format=json");
        admin(home, "database", "check", "restored", "--report-path=" + home);
        server.stop();
    }

    private static void talk(int port) {
        var auth = AuthTokens.basic("neo4j", "training1");
        try (var driver = GraphDatabase.driver("bolt://127.0.0.1:" + port, auth)) {
            for (var statement : List.of(
                    "SHOW DATABASES",
                    "CREATE DATABASE $db WAIT",
                    "SHOW DATABASE $db YIELD name, currentStatus, lastCommittedTxn, store",
                    "STOP DATABASE $db WAIT",
                    "START DATABASE $db WAIT",
                    "ALTER DATABASE $db SET ACCESS READ WRITE",
                    "SHOW SERVERS YIELD *",
                    "CALL dbms.components()")) {
                run(driver.session(SessionConfig.forDatabase("system")), statement);
            }
            for (var statement : List.of(
                    "CREATE (a:Person {name: $db, at: datetime(), place: point({x: 1, y: 2})})-[:KNOWS]->(b:Person)",
                    "CREATE INDEX person FOR (p:Person) ON (p.name)",
                    "CALL db.awaitIndexes(30)",
                    "CALL db.checkpoint()",
                    "MATCH path = (p:Person {name: $db})-[r]->(q) RETURN path, p, r, count(q) ORDER BY p.name")) {
                run(driver.session(SessionConfig.forDatabase(DATABASE)), statement);
            }
        }
    }

    private static void run(Session session, String statement) {
        try (session) {
            session.run(statement, Map.of("db", DATABASE)).list();
        }
    }

    private static void admin(Path home, String... arguments) {
        var silent = new PrintStream(PrintStream.nullOutputStream());
        var context = new ExecutionContext(
                home, home.resolve("conf"), silent, System.err, new DefaultFileSystemAbstraction());
        var exit = AdminTool.execute(context, arguments);
        if (exit != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exit);
        }
    }
}

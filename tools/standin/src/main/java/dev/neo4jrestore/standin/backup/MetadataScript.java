package dev.neo4jrestore.standin.backup;

/**
 * The script of roles and users that a backup carries. Community has no roles, so that part is the shape of the real one
 * with the built-in role only; restore writes it beside the store and nobody runs it unasked.
 */
final class MetadataScript {
    static final String TEXT = """
            CREATE DATABASE $database IF NOT EXISTS WAIT;
            CREATE ROLE `reader` IF NOT EXISTS;
            GRANT ACCESS ON DATABASE $database TO `reader`;
            """;

    private MetadataScript() {}
}

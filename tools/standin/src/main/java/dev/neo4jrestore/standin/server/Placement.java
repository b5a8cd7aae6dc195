package dev.neo4jrestore.standin.server;

import java.util.function.Consumer;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.database.NamedDatabaseId;

/** What a cluster adds to the life of a database on one of its servers. A server on its own knows none of it. */
interface Placement {
    Placement ALONE = new Placement() {
        @Override
        public boolean hosts(NamedDatabaseId id) {
            return true;
        }

        @Override
        public boolean outdated(NamedDatabaseId id) {
            return false;
        }

        @Override
        public boolean prepare(NamedDatabaseId id, Consumer<String> state) {
            return true;
        }

        @Override
        public void opened(Database database) {
            // Nobody follows.
        }

        @Override
        public void closing(NamedDatabaseId id) {
            // Nobody follows.
        }
    };

    boolean hosts(NamedDatabaseId id);

    /** Whether what is open is not what the system graph asks for any more. */
    boolean outdated(NamedDatabaseId id);

    /** Makes the directories hold the right store, however long that takes; false when nobody wants it any more. */
    boolean prepare(NamedDatabaseId id, Consumer<String> state);

    void opened(Database database);

    void closing(NamedDatabaseId id);
}

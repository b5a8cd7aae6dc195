package dev.neo4jrestore.standin.server;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.neo4j.configuration.Config;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.database.DatabaseTracers;
import org.neo4j.kernel.recovery.LogTailExtractor;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.storageengine.api.StorageEngineFactory;
import org.neo4j.storageengine.api.ExternalStoreId;
import org.neo4j.storageengine.api.StoreId;
import org.neo4j.storageengine.api.StoreIdProvider;

/** What can be told of a store without opening it, and its identity on the way between members. */
record StoreFacts(Config config, FileSystemAbstraction fs) {
    Optional<Long> lastTx(String name) {
        var layout = Neo4jLayout.of(config).databaseLayout(name);
        var engine = StorageEngineFactory.selectStorageEngine(fs, layout);
        if (engine.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LogTailExtractor(fs, config, engine.get(), DatabaseTracers.EMPTY)
                    .getTailMetadata(layout, EmptyMemoryTracker.INSTANCE)
                    .getLastCommittedTransaction()
                    .id());
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // Half a store has no last transaction.
        }
    }

    static String storeId(Database database) {
        var id = database.getStoreId();
        return "%d,%d,%s,%s,%d,%d".formatted(
                id.getCreationTime(),
                id.getRandom(),
                id.getStorageEngineName(),
                id.getFormatName(),
                id.getMajorVersion(),
                id.getMinorVersion());
    }

    /** The id that SHOW DATABASES tells, which Neo4j's code calls the external one of the store. */
    static String databaseId(Database database) {
        return database.getDependencyResolver()
                .resolveDependency(StoreIdProvider.class)
                .getExternalStoreId()
                .id()
                .toString();
    }

    static ExternalStoreId databaseId(String text) {
        return new ExternalStoreId(UUID.fromString(text));
    }

    static StoreId storeId(String text) {
        var parts = text.split(",");
        return new StoreId(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                parts[2],
                parts[3],
                Integer.parseInt(parts[4]),
                Integer.parseInt(parts[5]));
    }
}

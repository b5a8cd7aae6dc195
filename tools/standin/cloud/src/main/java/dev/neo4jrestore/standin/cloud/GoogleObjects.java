package dev.neo4jrestore.standin.cloud;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** {@code gs://bucket}, with Application Default Credentials. */
final class GoogleObjects implements ObjectStore {
    /** Ours: the client has no variable for another endpoint. */
    private static final String ENDPOINT = "GOOGLE_STANDIN_ENDPOINT";

    private final Storage client;
    private final String bucket;

    private GoogleObjects(String bucket) {
        var options = StorageOptions.http();
        var endpoint = System.getenv(ENDPOINT);
        if (endpoint != null) {
            options.setHost(endpoint);
        }
        this.client = options.build().getService();
        this.bucket = bucket;
    }

    @Override
    public List<String> list(String folder) {
        var page = client.list(bucket, Storage.BlobListOption.prefix(folder), Storage.BlobListOption.currentDirectory());
        return StreamSupport.stream(page.iterateAll().spliterator(), false)
                .map(BlobInfo::getName)
                .filter(name -> !name.endsWith("/"))
                .toList();
    }

    @Override
    public void get(String key, Path file) {
        client.downloadTo(BlobInfo.newBuilder(bucket, key).build().getBlobId(), file);
    }

    @Override
    public void put(Path file, String key) throws IOException {
        client.createFrom(BlobInfo.newBuilder(bucket, key).build(), file);
    }

    public static final class Factory implements ObjectStore.Factory {
        @Override
        public String scheme() {
            return "gs";
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public ObjectStore open(List<String> name) {
            return new GoogleObjects(name.get(0));
        }
    }
}

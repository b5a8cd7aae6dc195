package dev.neo4jrestore.standin.cloud;

import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@code s3://bucket}, with everything that the AWS client reads from the environment. */
final class S3Objects implements ObjectStore {
    private final S3Client client = S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .forcePathStyle(Boolean.getBoolean("aws.s3.forcePathStyle"))
            .build();
    private final String bucket;

    private S3Objects(String bucket) {
        this.bucket = bucket;
    }

    @Override
    public List<String> list(String folder) {
        return client
                .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(folder).delimiter("/"))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    @Override
    public void get(String key, Path file) {
        client.getObject(request -> request.bucket(bucket).key(key), file);
    }

    @Override
    public void put(Path file, String key) {
        client.putObject(request -> request.bucket(bucket).key(key), file);
    }

    @Override
    public void close() {
        client.close();
    }

    public static final class Factory implements ObjectStore.Factory {
        @Override
        public String scheme() {
            return "s3";
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public ObjectStore open(List<String> name) {
            return new S3Objects(name.get(0));
        }
    }
}

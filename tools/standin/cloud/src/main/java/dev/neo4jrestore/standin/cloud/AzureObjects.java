package dev.neo4jrestore.standin.cloud;

import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import java.nio.file.Path;
import java.util.List;

/** {@code azb://account/container}, with the default chain of credentials. */
final class AzureObjects implements ObjectStore {
    /** Ours: {@code https://host:port}, before the account's name. */
    private static final String ENDPOINT = "AZURE_STANDIN_ENDPOINT";

    private final BlobContainerClient client;

    private AzureObjects(String account, String container) {
        var endpoint = System.getenv(ENDPOINT);
        var credential = new DefaultAzureCredentialBuilder();
        if (endpoint != null) {
            credential.disableInstanceDiscovery();
        }
        this.client = new BlobContainerClientBuilder()
                .endpoint(endpoint == null
                        ? "https://" + account + ".blob.core.windows.net"
                        : endpoint + "/" + account)
                .containerName(container)
                .credential(credential.build())
                .buildClient();
    }

    @Override
    public List<String> list(String folder) {
        return client.listBlobsByHierarchy(folder).stream()
                .filter(item -> !Boolean.TRUE.equals(item.isPrefix()))
                .map(BlobItem::getName)
                .toList();
    }

    @Override
    public void get(String key, Path file) {
        client.getBlobClient(key).downloadToFile(file.toString(), true);
    }

    @Override
    public void put(Path file, String key) {
        client.getBlobClient(key).uploadFromFile(file.toString(), true);
    }

    public static final class Factory implements ObjectStore.Factory {
        @Override
        public String scheme() {
            return "azb";
        }

        @Override
        public int depth() {
            return 2;
        }

        @Override
        public ObjectStore open(List<String> name) {
            return new AzureObjects(name.get(0), name.get(1));
        }
    }
}

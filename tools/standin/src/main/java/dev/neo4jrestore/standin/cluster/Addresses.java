package dev.neo4jrestore.standin.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where a member can be dialled. In a cluster without DNS a pod's name is looked up in the endpoints of its Service, with
 * the pod's own ServiceAccount; every other name is left to the resolver. A pod's address changes when it is made anew,
 * so whoever finds nobody there says so.
 */
final class Addresses {
    private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Pattern POD = Pattern.compile("([^.]+)\\.([^.]+)\\.([^.]+)\\.svc\\..*");

    private final ObjectMapper json = new ObjectMapper();
    private final Map<Member, String> known = new ConcurrentHashMap<>();
    private final HttpClient api = Files.exists(ACCOUNT.resolve("token")) ? apiClient() : null;

    String of(Member member) throws IOException, InterruptedException {
        var address = known.get(member);
        if (address == null) {
            address = lookUp(member.host()) + ":" + member.port();
            known.put(member, address);
        }
        return address;
    }

    void forget(Member member) {
        known.remove(member);
    }

    private String lookUp(String host) throws IOException, InterruptedException {
        var pod = POD.matcher(host);
        if (api == null || !pod.matches()) {
            return host;
        }
        var uri = "https://%s:%s/api/v1/namespaces/%s/endpoints/%s".formatted(
                System.getenv("KUBERNETES_SERVICE_HOST"),
                System.getenv("KUBERNETES_SERVICE_PORT"),
                pod.group(3),
                pod.group(2));
        var request = HttpRequest.newBuilder(URI.create(uri))
                .header("Authorization", "Bearer " + Files.readString(ACCOUNT.resolve("token")))
                .timeout(Duration.ofSeconds(5))
                .build();
        var response = api.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException("The endpoints of " + host + " cannot be read: HTTP " + response.statusCode());
        }
        for (var subset : json.readTree(response.body()).path("subsets")) {
            for (var list : new String[] {"addresses", "notReadyAddresses"}) {
                for (var address : subset.path(list)) {
                    if (address.path("targetRef").path("name").asText().equals(pod.group(1))) {
                        return address.path("ip").asText();
                    }
                }
            }
        }
        throw new IOException("No pod " + pod.group(1) + " is among the endpoints of " + pod.group(2));
    }

    private static HttpClient apiClient() {
        try (var certificate = Files.newInputStream(ACCOUNT.resolve("ca.crt"))) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (var trusted : CertificateFactory.getInstance("X.509").generateCertificates(certificate)) {
                store.setCertificateEntry("ca-" + index++, trusted);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return HttpClient.newBuilder().sslContext(context).connectTimeout(Duration.ofSeconds(5)).build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The ServiceAccount's certificate cannot be used", e);
        }
    }
}

package dev.neo4jrestore.standin.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The other members as they were last heard. One that has been silent for a while counts as down. */
public final class Peers {
    private static final Duration SILENCE = Duration.ofSeconds(4);
    private static final int REFUSALS = 3;

    private final Membership membership;
    private final Addresses addresses = new Addresses();
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<Member, Heard> heard = new ConcurrentHashMap<>();

    private record Heard(MemberStatus status, long at, int failures) {}

    public Peers(Membership membership) {
        this.membership = membership;
    }

    /** Asks everyone; returns when all have answered or failed to. */
    public void ask() {
        membership.others().parallelStream().forEach(this::ask);
    }

    public Map<Member, MemberStatus> alive() {
        return heard.entrySet().stream()
                .filter(entry -> isAlive(entry.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().status()));
    }

    public Optional<MemberStatus> server(String serverId) {
        return alive().values().stream().filter(status -> serverId.equals(status.serverId())).findFirst();
    }

    public Optional<Member> memberOf(String serverId) {
        return alive().entrySet().stream()
                .filter(entry -> serverId.equals(entry.getValue().serverId()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    public HttpResponse<InputStream> get(Member member, String path, Duration limit)
            throws IOException, InterruptedException {
        return send(member, path, limit, BodyHandlers.ofInputStream());
    }

    private static boolean isAlive(Heard heard) {
        return heard.status() != null
                && heard.failures() < REFUSALS
                && System.nanoTime() - heard.at() < SILENCE.toNanos();
    }

    private void ask(Member member) {
        heard.compute(member, (key, before) -> {
            try {
                var response = send(member, "/member", Duration.ofSeconds(2), BodyHandlers.ofByteArray());
                var status = json.readValue(response.body(), MemberStatus.class);
                if (status.address().equals(member.address())) {
                    return new Heard(status, System.nanoTime(), 0);
                }
                addresses.forget(member); // The pod there now is someone else's.
            } catch (IOException e) {
                addresses.forget(member);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return before == null ? new Heard(null, 0, 1) : new Heard(before.status(), before.at(), before.failures() + 1);
        });
    }

    private <T> HttpResponse<T> send(Member member, String path, Duration limit, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        var uri = URI.create("http://" + addresses.of(member) + path);
        return http.send(HttpRequest.newBuilder(uri).timeout(limit).build(), handler);
    }
}

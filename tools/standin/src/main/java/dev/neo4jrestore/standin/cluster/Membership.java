package dev.neo4jrestore.standin.cluster;

import dev.neo4jrestore.standin.EnterpriseSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.neo4j.configuration.Config;

/** The members of a cluster as the settings of discovery list them, and which of them this server is. */
public record Membership(Member self, List<Member> all) {
    /** Empty for a server on its own. */
    public static Optional<Membership> of(Config config) {
        return Optional.ofNullable(config.get(EnterpriseSettings.discoveryEndpointsV2)).map(list -> {
            var all = Arrays.stream(list.split(",")).map(String::strip).map(Member::parse).toList();
            var advertised = Optional.ofNullable(config.get(EnterpriseSettings.clusterAdvertised))
                    .orElseThrow(() -> new IllegalArgumentException("server.cluster.advertised_address is needed"));
            var self = Member.parse(advertised);
            if (!all.contains(self)) {
                throw new IllegalArgumentException("server.cluster.advertised_address=" + advertised
                        + " is not among dbms.cluster.discovery.v2.endpoints=" + list);
            }
            return new Membership(self, all);
        });
    }

    public List<Member> others() {
        return all.stream().filter(member -> !member.equals(self)).toList();
    }

    boolean isMajority(int count) {
        return count > all.size() / 2;
    }

    boolean isFirst() {
        return all.get(0).equals(self);
    }
}

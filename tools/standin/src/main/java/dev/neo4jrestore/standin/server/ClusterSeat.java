package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.cluster.ClusterServer;
import dev.neo4jrestore.standin.cluster.CommitGate;
import dev.neo4jrestore.standin.cluster.Election;
import dev.neo4jrestore.standin.cluster.Formation;
import dev.neo4jrestore.standin.cluster.MemberStatus;
import dev.neo4jrestore.standin.cluster.Membership;
import dev.neo4jrestore.standin.cluster.Peers;
import dev.neo4jrestore.standin.cluster.StoreMemo;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.io.layout.Neo4jLayout;

/** A server's place in its cluster, taken before its engine starts. */
record ClusterSeat(
        Membership membership,
        Peers peers,
        StoreMemo memo,
        Election election,
        CommitGate systemGate,
        ClusterServer server) {

    static ClusterSeat take(Membership membership, String listen, Config config)
            throws IOException, InterruptedException {
        var layout = Neo4jLayout.of(config);
        var memo = new StoreMemo(layout, config.get(GraphDatabaseSettings.data_directory));
        var peers = new Peers(membership);
        var self = membership.self();
        var server = new ClusterServer(
                new InetSocketAddress(listen, self.port()),
                () -> MemberStatus.starting(self.address(), memo.formed()));
        var founding = new Formation(membership, peers, memo).await(layout);
        var election = new Election(membership, peers, founding);
        return new ClusterSeat(membership, peers, memo, election, new CommitGate(election::leading), server);
    }
}

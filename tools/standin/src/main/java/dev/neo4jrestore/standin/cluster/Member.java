package dev.neo4jrestore.standin.cluster;

/** One server of a cluster, by the address under which the others find it. */
public record Member(String host, int port) {
    static Member parse(String address) {
        var colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("Invalid cluster address '" + address + "': expected HOST:PORT");
        }
        return new Member(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    public String address() {
        return host + ":" + port;
    }
}

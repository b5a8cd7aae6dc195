package dev.neo4jrestore.standin.cluster;

import java.util.List;
import java.util.Map;

/**
 * What a member tells the others about itself. The one that leads also says which server writes which database
 * ({@code writers}, by the database's key). {@code busy} names the databases that are on the way to another state.
 */
public record MemberStatus(
        String address,
        String serverId,
        String bolt,
        String http,
        boolean formed,
        boolean leading,
        long term,
        long systemTx,
        long settledTx,
        Map<String, String> writers,
        Map<String, DatabaseState> databases,
        List<String> busy) {

    /** Of a member whose engine does not run yet. */
    public static MemberStatus starting(String address, boolean formed) {
        return new MemberStatus(address, null, null, null, formed, false, 0, 0, 0, Map.of(), Map.of(), List.of());
    }

    boolean serves() {
        return serverId != null;
    }

    /**
     * {@code current}: what is open is this incarnation, not the one before; {@code stored}: the files here are those of this database, as this server last had them; {@code busy}: a change is
     * under way; {@code lastTx} of a database that is not online is only told where someone needs it.
     */
    public record DatabaseState(
            String status,
            String message,
            Long lastTx,
            String storeId,
            String databaseId,
            boolean current,
            boolean stored,
            boolean busy,
            boolean failed) {
        public boolean online() {
            return status.equals("online");
        }

        public boolean serves() {
            return current && online();
        }
    }
}

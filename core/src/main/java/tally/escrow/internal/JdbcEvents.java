package tally.escrow.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.escrow.Channel;
import tally.escrow.port.Channels.Event;
import tally.x402.ChannelId;

/// Which events each side's row has taken in, in PostgreSQL.
final class JdbcEvents {

  private final JdbcClient jdbc;

  JdbcEvents(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// Those of the channels that this node keeps.
  Set<ChannelId> known(String network, Collection<ChannelId> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        jdbc.sql(
                """
                select distinct id from escrow.channel
                 where network = :network and id = any(:ids)\
                """)
            .param("network", network)
            .param("ids", ids.stream().map(ChannelId::hex).toArray(String[]::new))
            .query((row, _) -> ChannelId.of(row.getString("id")))
            .list());
  }

  /// False where this side took the event in before.
  boolean first(Channel.Terms terms, Event event, int ordinal) {
    return jdbc.sql(
                """
                insert into escrow.event
                  (tenant, channel, side, network, transaction, ordinal, block, name)
                values
                  (:tenant, :id, :side, :network, :transaction, :ordinal, :block, :name)
                on conflict do nothing\
                """)
            .param("tenant", terms.tenant().name())
            .param("id", terms.id().hex())
            .param("side", terms.side().name())
            .param("network", terms.network())
            .param("transaction", event.transaction().hex())
            .param("ordinal", ordinal)
            .param("block", event.block())
            .param("name", event.getClass().getSimpleName())
            .update()
        == 1;
  }
}

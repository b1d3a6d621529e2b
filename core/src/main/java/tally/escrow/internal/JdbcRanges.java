package tally.escrow.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.escrow.Channel;
import tally.escrow.port.Channels.Event;
import tally.x402.ChannelId;

/// Which blocks are still to be read, and which events were taken in, in PostgreSQL.
final class JdbcRanges {

  private final JdbcClient jdbc;

  JdbcRanges(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// Blocks of one network, both ends included.
  record Range(String network, long from, long to) {}

  /// A range that begins where another did keeps the longer end.
  void add(Range range) {
    jdbc.sql(
            """
            insert into escrow.range (network, from_block, to_block)
            values (:network, :from, :to)
            on conflict (network, from_block)
            do update set to_block = greatest(escrow.range.to_block, excluded.to_block)\
            """)
        .param("network", range.network())
        .param("from", range.from())
        .param("to", range.to())
        .update();
  }

  /// The oldest.
  Optional<Range> next(String network) {
    return jdbc.sql(
            """
            select from_block, to_block from escrow.range
             where network = :network
             order by from_block
             limit 1\
            """)
        .param("network", network)
        .query((row, _) -> new Range(network, row.getLong("from_block"), row.getLong("to_block")))
        .optional();
  }

  /// Takes the part up to `read` out of a range; false where another node was faster.
  boolean take(Range range, long read) {
    var open =
        jdbc.sql(
                """
                select to_block from escrow.range
                 where network = :network and from_block = :from
                   for update\
                """)
            .param("network", range.network())
            .param("from", range.from())
            .query(Long.class)
            .optional();
    if (open.isEmpty()) {
      return false;
    }
    jdbc.sql("delete from escrow.range where network = :network and from_block = :from")
        .param("network", range.network())
        .param("from", range.from())
        .update();
    if (open.get() > read) {
      add(new Range(range.network(), read + 1, open.get()));
    }
    return true;
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

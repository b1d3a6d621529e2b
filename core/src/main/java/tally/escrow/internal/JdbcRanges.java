package tally.escrow.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.escrow.Channel;
import tally.escrow.port.Channels.Event;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// Which blocks are still to be read, which events were taken in, and who asked to be paid out, in
/// PostgreSQL.
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

  /// Remembers by which signed form a wish to be paid out is on its way.
  void sent(Tenant tenant, TransactionId transaction, Bytes32 hash) {
    jdbc.sql(
            """
            update escrow.asked set hash = :hash
             where tenant = :tenant and transaction = :transaction and purpose = 'settle'\
            """)
        .param("tenant", tenant.name())
        .param("transaction", transaction.value())
        .param("hash", hash.hex())
        .update();
  }

  /// Whom to tell that a receiver was paid: the channel that asked by this transaction, else the
  /// oldest of his in this token.
  Optional<ChannelId> paid(String network, Address receiver, Address token, Bytes32 transaction) {
    List<ChannelId> found =
        jdbc.sql(
                """
                select c.id from escrow.channel c
                  left join escrow.asked a
                    on a.tenant = c.tenant and a.channel = c.id
                   and a.purpose = 'settle' and a.hash = :hash
                 where c.network = :network and c.receiver = :receiver and c.token = :token
                   and c.side = 'RECEIVER'
                 order by (a.hash is null), c.created_at, c.id
                 limit 1\
                """)
            .param("hash", transaction.hex())
            .param("network", network)
            .param("receiver", receiver.hex())
            .param("token", token.hex())
            .query((row, _) -> ChannelId.of(row.getString("id")))
            .list();
    return found.stream().findFirst();
  }
}

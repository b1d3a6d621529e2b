package tally.escrow.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.custody.KeyRef;
import tally.escrow.Channel;
import tally.escrow.ChannelListener.Fact;
import tally.escrow.Payouts;
import tally.escrow.port.Channels.Event;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.Address;
import tally.x402.ChannelId;

/// Who is to be paid out, and each channel's part of what was, in PostgreSQL.
public final class JdbcPayouts implements Payouts.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcPayouts(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }

  @Override
  public void want(Payouts.Purse purse, Instant dueAt) {
    jdbc.sql(
            """
            insert into escrow.payout (tenant, network, receiver, token, holder, due_at)
            values (:tenant, :network, :receiver, :token, :holder, :due)
            on conflict (tenant, network, receiver, token) do update
               set due_at = least(escrow.payout.due_at, excluded.due_at)\
            """)
        .param("tenant", purse.key().tenant().name())
        .param("network", purse.key().network())
        .param("receiver", purse.receiver().hex())
        .param("token", purse.token().hex())
        .param("holder", purse.key().holder().name())
        .param("due", Timestamp.from(dueAt))
        .update();
  }

  @Override
  public List<Payouts.Purse> take(Instant now, int most) {
    return jdbc.sql(
            """
            update escrow.payout p set due_at = null
              from (select tenant, network, receiver, token from escrow.payout
                     where transaction is null and due_at <= :now
                     order by due_at
                     limit :most
                       for update skip locked) picked
             where p.tenant = picked.tenant and p.network = picked.network
               and p.receiver = picked.receiver and p.token = picked.token
            returning p.*\
            """)
        .param("now", Timestamp.from(now))
        .param("most", most)
        .query((row, _) ->
            new Payouts.Purse(
                new KeyRef(
                    new Tenant(row.getString("tenant")),
                    new Holder(row.getString("holder")),
                    row.getString("network")),
                new Address(row.getString("receiver")),
                new Address(row.getString("token"))))
        .list();
  }

  @Override
  public BigInteger unpaid(Payouts.Purse purse) {
    return jdbc.sql(
            """
            select coalesce(sum(told - paid), 0) from escrow.channel
             where tenant = :tenant and network = :network and receiver = :receiver
               and token = :token and side = 'RECEIVER'\
            """)
        .param("tenant", purse.key().tenant().name())
        .param("network", purse.key().network())
        .param("receiver", purse.receiver().hex())
        .param("token", purse.token().hex())
        .query(BigDecimal.class)
        .single()
        .toBigIntegerExact();
  }

  @Override
  public BigInteger unpaid(Tenant tenant, ChannelId channel) {
    return jdbc.sql(
            """
            select told - paid from escrow.channel
             where tenant = :tenant and id = :channel and side = 'RECEIVER'\
            """)
        .param("tenant", tenant.name())
        .param("channel", channel.hex())
        .query(BigDecimal.class)
        .single()
        .toBigIntegerExact();
  }

  @Override
  public void sent(Payouts.Purse purse, TransactionId transaction) {
    jdbc.sql(
            """
            update escrow.payout set transaction = :transaction
             where tenant = :tenant and network = :network and receiver = :receiver
               and token = :token\
            """)
        .param("transaction", transaction.value())
        .param("tenant", purse.key().tenant().name())
        .param("network", purse.key().network())
        .param("receiver", purse.receiver().hex())
        .param("token", purse.token().hex())
        .update();
  }

  @Override
  public void ended(Tenant tenant, TransactionId transaction, Optional<Instant> again) {
    jdbc.sql(
            """
            update escrow.payout set transaction = null, due_at = least(due_at, :again)
             where tenant = :tenant and transaction = :transaction\
            """)
        .param(
            "again",
            again.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null),
            Types.TIMESTAMP_WITH_TIMEZONE)
        .param("tenant", tenant.name())
        .param("transaction", transaction.value())
        .update();
  }

  /// The channel's events say that so much more of it is claimed.
  void told(Channel.Terms terms, BigInteger amount) {
    jdbc.sql(
            """
            update escrow.channel set told = told + :amount
             where tenant = :tenant and id = :id and side = 'RECEIVER'\
            """)
        .param("amount", new BigDecimal(amount))
        .param("tenant", terms.tenant().name())
        .param("id", terms.id().hex())
        .update();
  }

  /// Takes a payout in, once: every channel that the receiver had claimed from gets its share. What
  /// nobody here has claimed is nobody's share.
  List<Fact> take(String network, Event.Settled paid, int ordinal) {
    if (!first(network, paid, ordinal)) {
      return List.of();
    }
    var facts = new ArrayList<Fact>();
    var left = paid.amount();
    for (var one : unpaid(network, paid)) {
      var share = one.unpaid().min(left);
      if (share.signum() > 0) {
        pay(one.terms(), share);
        left = left.subtract(share);
        facts.add(new Fact.PaidOut(one.terms(), share, paid.transaction()));
      }
    }
    return facts;
  }

  private record Unpaid(Channel.Terms terms, BigInteger unpaid) {}

  /// The receiver's channels in this token that have something to get; the oldest first.
  private List<Unpaid> unpaid(String network, Event.Settled paid) {
    return jdbc.sql(
            """
            select * from escrow.channel
             where network = :network and receiver = :receiver and token = :token
               and side = 'RECEIVER' and told > paid
             order by created_at, id
               for update\
            """)
        .param("network", network)
        .param("receiver", paid.receiver().hex())
        .param("token", paid.token().hex())
        .query((row, number) ->
            new Unpaid(
                JdbcChannels.kept(row, number).channel().terms(),
                JdbcChannels.number(row, "told").subtract(JdbcChannels.number(row, "paid"))))
        .list();
  }

  /// False where this payout was taken in before, or is a stranger's. It is of a receiver, so of no
  /// one channel.
  private boolean first(String network, Event.Settled paid, int ordinal) {
    return jdbc.sql(
                """
                insert into escrow.event
                  (tenant, channel, side, network, transaction, ordinal, block, name)
                select :tenant, :receiver, 'RECEIVER', :network, :transaction, :ordinal, :block, 'Settled'
                 where exists (select 1 from escrow.channel
                                where network = :network and receiver = :receiver
                                  and token = :token and side = 'RECEIVER')
                on conflict do nothing\
                """)
            .param("tenant", Tenant.HOUSE.name())
            .param("receiver", paid.receiver().hex())
            .param("token", paid.token().hex())
            .param("network", network)
            .param("transaction", paid.transaction().hex())
            .param("ordinal", ordinal)
            .param("block", paid.block())
            .update()
        == 1;
  }

  private void pay(Channel.Terms terms, BigInteger share) {
    jdbc.sql(
            """
            update escrow.channel set paid = paid + :share
             where tenant = :tenant and id = :id and side = 'RECEIVER'\
            """)
        .param("share", new BigDecimal(share))
        .param("tenant", terms.tenant().name())
        .param("id", terms.id().hex())
        .update();
  }
}

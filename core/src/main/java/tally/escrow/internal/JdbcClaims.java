package tally.escrow.internal;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.custody.KeyRef;
import tally.escrow.Alarms;
import tally.escrow.Batch;
import tally.escrow.Wish;
import tally.escrow.Wishes;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.ChannelId;

/// Wishes, batches and alarms in PostgreSQL.
public final class JdbcClaims implements Wishes.Store {

  private static final Comparator<Wish> PRESSING =
      Comparator.comparing((Wish wish) -> wish.deadline().orElse(Instant.MAX))
          .thenComparing(Wish::dueAt)
          .thenComparing(wish -> wish.channel().hex());

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final JdbcAlarms alarms;

  public JdbcClaims(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.alarms = new JdbcAlarms(jdbc);
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }

  @Override
  public void want(Wish wish, Instant at) {
    jdbc.sql(
            """
            insert into escrow.wish
              (tenant, channel, network, holder, reason, wanted_at, due_at, deadline, tries, trouble)
            values
              (:tenant, :channel, :network, :holder, :reason, :at, :due,
               (select finalize_after from escrow.withdrawal
                 where tenant = :tenant and channel = :channel),
               :tries, :trouble)
            on conflict (tenant, channel) do update
               set due_at = least(escrow.wish.due_at, excluded.due_at),
                   deadline = excluded.deadline\
            """)
        .param("tenant", wish.tenant().name())
        .param("channel", wish.channel().hex())
        .param("network", wish.network())
        .param("holder", wish.holder().name())
        .param("reason", wish.reason().name())
        .param("at", Timestamp.from(at))
        .param("due", Timestamp.from(wish.dueAt()))
        .param("tries", wish.tries())
        .param("trouble", wish.trouble())
        .update();
  }

  @Override
  public Optional<KeyRef> pressing(Instant now) {
    return jdbc.sql(
            """
            select tenant, network, holder from escrow.wish
             where due_at <= :now
             order by deadline nulls last, due_at
             limit 1\
            """)
        .param("now", Timestamp.from(now))
        .query((row, _) -> key(row))
        .optional();
  }

  @Override
  public List<Wish> take(KeyRef key, Instant now, int most) {
    return jdbc
        .sql(
            """
            delete from escrow.wish w
             using (select tenant, channel from escrow.wish
                     where tenant = :tenant and network = :network and holder = :holder
                       and due_at <= :now
                     order by deadline nulls last, reason = 'ENDED' desc, due_at
                     limit :most
                       for update skip locked) picked
             where w.tenant = picked.tenant and w.channel = picked.channel
            returning w.*\
            """)
        .param("tenant", key.tenant().name())
        .param("network", key.network())
        .param("holder", key.holder().name())
        .param("now", Timestamp.from(now))
        .param("most", most)
        .query((row, _) -> wish(row))
        .list()
        .stream()
        .sorted(PRESSING)
        .toList();
  }

  @Override
  public Optional<Wishes.Claimable> claimable(Tenant tenant, ChannelId channel) {
    return jdbc.sql(
            """
            select c.*,
                   (select coalesce(max(total), 0) from escrow.claim k
                     where k.tenant = c.tenant and k.channel = c.id
                       and k.state in ('Open', 'Acted')) as pending
              from escrow.channel c
             where c.tenant = :tenant and c.id = :channel and c.side = 'RECEIVER'\
            """)
        .param("tenant", tenant.name())
        .param("channel", channel.hex())
        .query((row, number) ->
            new Wishes.Claimable(
                JdbcChannels.kept(row, number).channel(), JdbcChannels.number(row, "pending")))
        .optional();
  }

  @Override
  public void compose(Batch batch, Instant at, Instant until) {
    jdbc.sql(
            """
            insert into escrow.batch (tenant, id, network, holder, state, composed_at, until)
            values (:tenant, :id, :network, :holder, 'Composed', :at, :until)\
            """)
        .param("tenant", batch.key().tenant().name())
        .param("id", batch.id().value())
        .param("network", batch.key().network())
        .param("holder", batch.key().holder().name())
        .param("at", Timestamp.from(at))
        .param("until", Timestamp.from(until))
        .update();
    batch.rows().forEach(row -> add(batch, row));
  }

  private void add(Batch batch, Batch.Row row) {
    var voucher = row.claim().voucher();
    jdbc.sql(
            """
            insert into escrow.claim
              (tenant, batch, channel, max_claimable, signature, total, reason, deadline, tries, state)
            values
              (:tenant, :batch, :channel, :max, :signature, :total, :reason, :deadline, :tries, 'Open')\
            """)
        .param("tenant", batch.key().tenant().name())
        .param("batch", batch.id().value())
        .param("channel", voucher.channel().hex())
        .param("max", new BigDecimal(voucher.maxClaimable()))
        .param("signature", voucher.signature().hex())
        .param("total", new BigDecimal(row.claim().totalClaimed()))
        .param("reason", row.wish().reason().name())
        .param("deadline", timestamp(row.wish().deadline()), Types.TIMESTAMP_WITH_TIMEZONE)
        .param("tries", row.wish().tries())
        .update();
  }

  @Override
  public boolean submit(Batch batch, Instant now) {
    return jdbc.sql(
                """
                update escrow.batch set state = 'Submitted'
                 where tenant = :tenant and id = :id and state = 'Composed' and until > :now\
                """)
            .param("tenant", batch.key().tenant().name())
            .param("id", batch.id().value())
            .param("now", Timestamp.from(now))
            .update()
        == 1;
  }

  @Override
  public boolean poison(Batch batch, Batch.Row row, String why) {
    return jdbc.sql(
                """
                update escrow.claim set state = 'Poisoned', why = :why
                 where tenant = :tenant and batch = :batch and channel = :channel
                   and state = 'Open'\
                """)
            .param("tenant", batch.key().tenant().name())
            .param("batch", batch.id().value())
            .param("channel", row.wish().channel().hex())
            .param("why", why)
            .update()
        == 1;
  }

  @Override
  public List<Wishes.Started> overdue(Instant now, int most) {
    return jdbc.sql(
            """
            select tenant, id from escrow.batch
             where state = 'Composed' and until <= :now
             order by until
             limit :most\
            """)
        .param("now", Timestamp.from(now))
        .param("most", most)
        .query((row, _) ->
            new Wishes.Started(
                new Tenant(row.getString("tenant")),
                new TransactionId(row.getObject("id", UUID.class))))
        .list();
  }

  @Override
  public List<Wish> end(Wishes.Started batch, Wishes.End end, String why) {
    boolean acted = end == Wishes.End.ACTED;
    return jdbc.sql(
            """
            with ended as (
              update escrow.batch set state = :state, why = :why
               where tenant = :tenant and id = :id and state in ('Composed', 'Submitted')
              returning tenant, id, network, holder, composed_at)
            update escrow.claim k set state = :rows, why = :why
              from ended e
             where k.tenant = e.tenant and k.batch = e.id and k.state = 'Open'
            returning k.tenant, k.channel, e.network, e.holder, k.reason, e.composed_at as due_at,
                      k.deadline, k.tries, k.why as trouble\
            """)
        .param("tenant", batch.tenant().name())
        .param("id", batch.id().value())
        .param("state", acted ? "Acted" : "Failed")
        .param("rows", acted ? "Acted" : "Returned")
        .param("why", why)
        .query((row, _) -> wish(row))
        .list();
  }

  @Override
  public List<Wish> wishes(Tenant tenant, int most) {
    return jdbc.sql(
            "select * from escrow.wish where tenant = :tenant order by due_at, channel limit :most")
        .param("tenant", tenant.name())
        .param("most", most)
        .query((row, _) -> wish(row))
        .list();
  }

  @Override
  public Alarms.Store alarms() {
    return alarms;
  }

  private static KeyRef key(ResultSet row) throws SQLException {
    return new KeyRef(
        new Tenant(row.getString("tenant")),
        new Holder(row.getString("holder")),
        row.getString("network"));
  }

  private static Wish wish(ResultSet row) throws SQLException {
    var key = key(row);
    return new Wish(
        key.tenant(),
        ChannelId.of(row.getString("channel")),
        key.network(),
        key.holder(),
        Wish.Reason.valueOf(row.getString("reason")),
        row.getTimestamp("due_at").toInstant(),
        Optional.ofNullable(row.getTimestamp("deadline")).map(Timestamp::toInstant),
        row.getInt("tries"),
        row.getString("trouble"));
  }

  private static @Nullable Object timestamp(Optional<Instant> at) {
    return at.map(one -> one.atOffset(java.time.ZoneOffset.UTC)).orElse(null);
  }
}

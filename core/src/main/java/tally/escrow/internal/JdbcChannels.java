package tally.escrow.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.Channels;
import tally.escrow.Channels.Asked;
import tally.escrow.Channels.Kept;
import tally.escrow.Channels.Purpose;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

/// Channels and vouchers in PostgreSQL.
public final class JdbcChannels implements Channels.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcChannels(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }

  @Override
  public Optional<Kept> find(Tenant tenant, ChannelId id, Side side) {
    return one(tenant, id, side, "");
  }

  @Override
  public Optional<Kept> lock(Tenant tenant, ChannelId id, Side side) {
    return one(tenant, id, side, " for update");
  }

  private Optional<Kept> one(Tenant tenant, ChannelId id, Side side, String locking) {
    return jdbc.sql(
            """
            select * from escrow.channel
             where tenant = :tenant and id = :id and side = :side\
            """
                + locking)
        .param("tenant", tenant.name())
        .param("id", id.hex())
        .param("side", side.name())
        .query(JdbcChannels::kept)
        .optional();
  }

  @Override
  public Optional<Kept> receiving(ChannelId id) {
    return jdbc.sql("select * from escrow.channel where id = :id and side = 'RECEIVER'")
        .param("id", id.hex())
        .query(JdbcChannels::kept)
        .optional();
  }

  @Override
  public List<Kept> lockAll(String network, ChannelId id) {
    return jdbc.sql(
            """
            select * from escrow.channel
             where network = :network and id = :id
             order by tenant, side
               for update\
            """)
        .param("network", network)
        .param("id", id.hex())
        .query(JdbcChannels::kept)
        .list();
  }

  @Override
  public List<Channel> list(Tenant tenant, int most) {
    return jdbc
        .sql(
            """
            select * from escrow.channel
             where tenant = :tenant
             order by created_at desc, id, side
             limit :most\
            """)
        .param("tenant", tenant.name())
        .param("most", most)
        .query(JdbcChannels::kept)
        .list()
        .stream()
        .map(Kept::channel)
        .toList();
  }

  @Override
  public List<Channel> receiving(Tenant tenant, Holder receiver, int most) {
    return jdbc
        .sql(
            """
            select * from escrow.channel
             where tenant = :tenant and holder = :holder and side = 'RECEIVER'
             order by created_at desc, id
             limit :most\
            """)
        .param("tenant", tenant.name())
        .param("holder", receiver.name())
        .param("most", most)
        .query(JdbcChannels::kept)
        .list()
        .stream()
        .map(Kept::channel)
        .toList();
  }

  @Override
  public List<Voucher> vouchers(Tenant tenant, ChannelId id, Side side, int most) {
    return jdbc.sql(
            """
            select max_claimable, signature from escrow.voucher
             where tenant = :tenant and channel = :id and side = :side
             order by max_claimable desc
             limit :most\
            """)
        .param("tenant", tenant.name())
        .param("id", id.hex())
        .param("side", side.name())
        .param("most", most)
        .query((row, _) ->
            new Voucher(id, number(row, "max_claimable"), new Signature(text(row, "signature"))))
        .list();
  }

  @Override
  public long countVouchers(Tenant tenant, ChannelId id, Side side) {
    return jdbc.sql(
            """
            select count(*) from escrow.voucher
             where tenant = :tenant and channel = :id and side = :side\
            """)
        .param("tenant", tenant.name())
        .param("id", id.hex())
        .param("side", side.name())
        .query(Long.class)
        .single();
  }

  @Override
  public boolean add(Channel channel, Instant at) {
    var terms = channel.terms();
    return jdbc.sql(
                """
                insert into escrow.channel
                  (tenant, id, side, holder, network, receiver, token, state, total, why,
                   balance, claimed, withdrawing, body, seen_at, created_at)
                values
                  (:tenant, :id, :side, :holder, :network, :receiver, :token, :state, :total, :why,
                   :balance, :claimed, :withdrawing, cast(:body as jsonb), :at, :at)
                on conflict (tenant, id, side) do nothing\
                """)
            .params(columns(channel))
            .param("holder", terms.holder().name())
            .param("network", terms.network())
            .param("receiver", terms.config().receiver().hex())
            .param("token", terms.config().token().hex())
            .param("body", Json.write(ChannelConfig.class, terms.config()))
            .param("at", Timestamp.from(at))
            .update()
        == 1;
  }

  @Override
  public void save(Channel channel, Instant seenAt) {
    jdbc.sql(
            """
            update escrow.channel
               set state = :state, total = :total, why = :why,
                   balance = :balance, claimed = :claimed, withdrawing = :withdrawing,
                   seen_at = :seen
             where tenant = :tenant and id = :id and side = :side\
            """)
        .params(columns(channel))
        .param("seen", Timestamp.from(seenAt))
        .update();
  }

  @Override
  public void signed(Channel.Terms terms, Voucher voucher, Instant at) {
    jdbc.sql(
            """
            with kept as (
              insert into escrow.voucher (tenant, channel, side, max_claimable, signature, at)
              values (:tenant, :id, :side, :max, :signature, :at))
            update escrow.channel
               set promised = :max, signature = :signature
             where tenant = :tenant and id = :id and side = :side\
            """)
        .param("tenant", terms.tenant().name())
        .param("id", terms.id().hex())
        .param("side", terms.side().name())
        .param("max", new BigDecimal(voucher.maxClaimable()))
        .param("signature", voucher.signature().hex())
        .param("at", Timestamp.from(at))
        .update();
  }

  /// One statement, so one round trip and one commit. The lock makes the comparison see the newest
  /// row, whoever wrote it meanwhile.
  @Override
  public Optional<BigInteger> raise(Voucher voucher, Instant at) {
    return jdbc.sql(
            """
            with before as (
              select tenant, greatest(promised, claimed) as moved
                from escrow.channel
               where id = :id and side = 'RECEIVER' and state in ('Open', 'Withdrawing')
                 and promised < :max and claimed < :max and :max <= balance - withdrawing
                 for update),
            raised as (
              update escrow.channel c
                 set promised = :max, signature = :signature
                from before
               where c.tenant = before.tenant and c.id = :id and c.side = 'RECEIVER'
              returning c.tenant),
            kept as (
              insert into escrow.voucher (tenant, channel, side, max_claimable, signature, at)
              select tenant, :id, 'RECEIVER', :max, :signature, :at from raised)
            select moved from before\
            """)
        .param("id", voucher.channel().hex())
        .param("max", new BigDecimal(voucher.maxClaimable()))
        .param("signature", voucher.signature().hex())
        .param("at", Timestamp.from(at))
        .query((row, _) -> number(row, "moved"))
        .optional();
  }

  @Override
  public Optional<Asked> asked(Tenant tenant, TransactionId transaction) {
    return jdbc.sql(
            "select * from escrow.asked where tenant = :tenant and transaction = :transaction")
        .param("tenant", tenant.name())
        .param("transaction", transaction.value())
        .query((row, _) ->
            new Asked(
                tenant,
                new TransactionId(row.getObject("transaction", UUID.class)),
                ChannelId.of(text(row, "channel")),
                Side.valueOf(text(row, "side")),
                Purpose.valueOf(text(row, "purpose").toUpperCase(Locale.ROOT)),
                number(row, "units")))
        .optional();
  }

  @Override
  public void ask(Asked asked, Instant at) {
    jdbc.sql(
            """
            insert into escrow.asked (tenant, transaction, channel, side, purpose, units, at)
            values (:tenant, :transaction, :id, :side, :purpose, :units, :at)\
            """)
        .param("tenant", asked.tenant().name())
        .param("transaction", asked.transaction().value())
        .param("id", asked.channel().hex())
        .param("side", asked.side().name())
        .param("purpose", asked.purpose().name().toLowerCase(Locale.ROOT))
        .param("units", new BigDecimal(asked.units()))
        .param("at", Timestamp.from(at))
        .update();
  }

  private static java.util.Map<String, @Nullable Object> columns(Channel channel) {
    var terms = channel.terms();
    var standing = channel.standing();
    var columns = new java.util.HashMap<String, @Nullable Object>();
    columns.put("tenant", terms.tenant().name());
    columns.put("id", terms.id().hex());
    columns.put("side", terms.side().name());
    columns.put("state", channel.getClass().getSimpleName());
    columns.put(
        "total", channel instanceof Channel.Opening(_, var total) ? new BigDecimal(total) : null);
    columns.put("why", channel instanceof Channel.Abandoned(_, var why) ? why : null);
    columns.put("balance", new BigDecimal(standing.balance()));
    columns.put("claimed", new BigDecimal(standing.claimed()));
    columns.put("withdrawing", new BigDecimal(standing.withdrawing()));
    return columns;
  }

  static Kept kept(ResultSet row, int number) throws SQLException {
    var id = ChannelId.of(text(row, "id"));
    var terms =
        new Channel.Terms(
            id,
            new Tenant(text(row, "tenant")),
            Side.valueOf(text(row, "side")),
            new Holder(text(row, "holder")),
            text(row, "network"),
            Json.read(ChannelConfig.class, text(row, "body")));
    var promised = number(row, "promised");
    var voucher =
        Optional.ofNullable(row.getString("signature"))
            .map(signature -> new Voucher(id, promised, new Signature(signature)));
    var standing =
        new Channel.Standing(
            number(row, "balance"), number(row, "claimed"), number(row, "withdrawing"), voucher);
    Channel channel =
        switch (text(row, "state")) {
          case "Opening" -> new Channel.Opening(terms, number(row, "total"));
          case "Open" -> new Channel.Open(terms, standing);
          case "Closing" -> new Channel.Closing(terms, standing);
          case "Withdrawing" -> new Channel.Withdrawing(terms, standing);
          case "Settled" -> new Channel.Settled(terms, standing);
          case "Abandoned" -> new Channel.Abandoned(terms, text(row, "why"));
          // The table's CHECK names the states; another one is a broken migration.
          default -> throw new IllegalStateException("no such state: " + text(row, "state"));
        };
    return new Kept(channel, row.getTimestamp("seen_at").toInstant());
  }

  static BigInteger number(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getBigDecimal(column), column).toBigIntegerExact();
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getString(column), column);
  }
}

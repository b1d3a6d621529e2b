package tally.network.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.custody.KeyRef;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.Transaction.Attempt;
import tally.network.TransactionId;
import tally.network.Transactions;
import tally.network.port.Chain;
import tally.x402.Bytes32;

/// The transaction journal in PostgreSQL.
public final class JdbcTransactions implements Transactions.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcTransactions(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(_ -> work.get());
  }

  @Override
  public boolean add(Transaction.Drafted drafted, Instant at) {
    var order = drafted.order();
    return of(
                """
                insert into network.transaction
                  (tenant, id, network, sender_tenant, sender, purpose, urgent, state, body, ordered_at, moved_at)
                values (:tenant, :id, :network, :senderTenant, :sender, :purpose, :urgent, :state, :body::jsonb, :at, :at)
                on conflict (tenant, id) do nothing
                """,
                order)
            .param("network", order.network())
            .param("senderTenant", order.sender().tenant().name())
            .param("sender", order.sender().holder().name())
            .param("purpose", order.purpose())
            .param("urgent", order.urgent())
            .param("state", state(drafted))
            .param("body", Json.write(Transaction.class, drafted))
            .param("at", utc(at))
            .update()
        == 1;
  }

  @Override
  public Optional<Transaction> find(Tenant tenant, TransactionId id) {
    return jdbc.sql("select body from network.transaction where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(JdbcTransactions::transaction)
        .optional();
  }

  @Override
  public Transaction lock(Tenant tenant, TransactionId id) {
    return jdbc.sql(
            "select body from network.transaction where tenant = :tenant and id = :id for update")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(JdbcTransactions::transaction)
        .single();
  }

  @Override
  public List<Transaction> list(Tenant tenant, int most) {
    return jdbc.sql(
            """
            select body from network.transaction where tenant = :tenant order by number desc limit :most
            """)
        .param("tenant", tenant.name())
        .param("most", most)
        .query(JdbcTransactions::transaction)
        .list();
  }

  @Override
  public List<Transactions.Backlog> backlog() {
    return jdbc.sql(
            """
            select network, state, count(*) as count, min(ordered_at) as oldest,
              count(*) filter (where trouble <> '') as troubled
            from network.transaction
            where state in ('Drafted', 'Signed', 'Broadcast', 'Included')
            group by network, state order by network, state
            """)
        .query((row, _) ->
            new Transactions.Backlog(
                row.getString("network"),
                row.getString("state"),
                row.getLong("count"),
                row.getObject("oldest", OffsetDateTime.class).toInstant(),
                row.getLong("troubled")))
        .list();
  }

  @Override
  public boolean anythingOpen(String network) {
    return jdbc.sql(
            """
            select exists (
              select 1 from network.transaction
              where network = :network and state in ('Drafted', 'Signed', 'Broadcast', 'Included'))
            """)
        .param("network", network)
        .query(Boolean.class)
        .single();
  }

  @Override
  public List<Transactions.Claimed> claim(
      String network, Bytes32 head, Instant now, Transactions.Pace pace) {
    return jdbc.sql(
            """
            with picked as (
              select tenant, id from network.transaction
              where network = :network and state in ('Drafted', 'Signed', 'Broadcast', 'Included')
                and (claimed_until is null or claimed_until <= :now)
                and (looked_head is distinct from :head or looked_at <= :rested)
              order by urgent desc, looked_at nulls first, number limit :most
              for update skip locked),
            claimed as (
              update network.transaction t
              set claimed_until = :until, looked_head = :head, looked_at = :now
              from picked where t.tenant = picked.tenant and t.id = picked.id
              returning t.number, t.urgent, t.body, t.passed_at, t.passed_hash)
            select body, passed_at, passed_hash from claimed order by urgent desc, number
            """)
        .param("network", network)
        .param("head", head.hex())
        .param("now", utc(now))
        .param("rested", utc(now.minus(pace.rest())))
        .param("until", utc(now.plus(pace.lease())))
        .param("most", pace.batch())
        .query(JdbcTransactions::claimed)
        .list();
  }

  @Override
  public void release(List<Transactions.Claimed> claimed) {
    for (var each : claimed) {
      of(
              """
              update network.transaction set claimed_until = null where tenant = :tenant and id = :id
              """,
              each.transaction().order())
          .update();
    }
  }

  @Override
  public void save(Transaction next, Instant at) {
    of(
            """
            update network.transaction
            set state = :state, body = :body::jsonb, moved_at = :at, looked_head = null, trouble = '',
              passed_at = null, passed_hash = null
            where tenant = :tenant and id = :id
            """,
            next.order())
        .param("state", state(next))
        .param("body", Json.write(Transaction.class, next))
        .param("at", utc(at))
        .update();
  }

  @Override
  public void hinder(
      Transaction transaction, String trouble, Optional<Transactions.Passed> passed) {
    of(
            """
            update network.transaction set trouble = :trouble, passed_at = :passedAt, passed_hash = :passedHash
            where tenant = :tenant and id = :id and state = :state
            """,
            transaction.order())
        .param("state", state(transaction))
        .param("trouble", trouble)
        .param("passedAt", passed.map(Transactions.Passed::block).orElse(null), Types.BIGINT)
        .param("passedHash", passed.map(at -> at.hash().hex()).orElse(null), Types.VARCHAR)
        .update();
  }

  @Override
  public void keep(Transaction.Order order, Attempt attempt, BigInteger limit) {
    of(
            """
            insert into network.attempt (tenant, id, bumps, network, sender_tenant, sender, nonce, signed, hash, at, work_limit)
            values (:tenant, :id, :bumps, :network, :senderTenant, :sender, :nonce, :signed, :hash, :at, :limit)
            """,
            order)
        .param("bumps", attempt.bumps())
        .param("network", order.network())
        .param("senderTenant", order.sender().tenant().name())
        .param("sender", order.sender().holder().name())
        .param("nonce", new BigDecimal(attempt.nonce()))
        .param("signed", attempt.signed())
        .param("hash", attempt.hash().hex())
        .param("at", utc(attempt.at()))
        .param("limit", new BigDecimal(limit))
        .update();
  }

  @Override
  public Optional<BigInteger> limit(Tenant tenant, TransactionId id) {
    return jdbc.sql(
            """
            select work_limit from network.attempt
            where tenant = :tenant and id = :id and work_limit is not null
            order by bumps desc limit 1
            """)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(BigDecimal.class)
        .optional()
        .map(BigDecimal::toBigInteger);
  }

  @Override
  public List<Attempt> attempts(Tenant tenant, TransactionId id) {
    return jdbc.sql(
            """
            select * from network.attempt where tenant = :tenant and id = :id order by bumps desc
            """)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query((row, _) ->
            new Attempt(
                row.getBigDecimal("nonce").toBigIntegerExact(),
                row.getInt("bumps"),
                row.getBytes("signed"),
                new Bytes32(row.getString("hash")),
                row.getObject("at", OffsetDateTime.class).toInstant()))
        .list();
  }

  @Override
  public BigInteger lockSender(KeyRef sender) {
    sender(
            """
            insert into network.sender (tenant, holder, network, next_nonce)
            values (:tenant, :holder, :network, 0) on conflict do nothing
            """,
            sender)
        .update();
    return sender(
            """
            select next_nonce from network.sender
            where tenant = :tenant and holder = :holder and network = :network for update
            """,
            sender)
        .query(BigDecimal.class)
        .single()
        .toBigIntegerExact();
  }

  @Override
  public void next(KeyRef sender, BigInteger nonce) {
    sender(
            """
            update network.sender set next_nonce = :nonce
            where tenant = :tenant and holder = :holder and network = :network
            """,
            sender)
        .param("nonce", new BigDecimal(nonce))
        .update();
  }

  @Override
  public Chain.Facts firstSeen(String network, Chain.Facts facts) {
    return JdbcCursors.firstSeen(jdbc, network, facts);
  }

  private JdbcClient.StatementSpec of(String sql, Transaction.Order order) {
    return jdbc.sql(sql).param("tenant", order.tenant().name()).param("id", order.id().value());
  }

  private JdbcClient.StatementSpec sender(String sql, KeyRef sender) {
    return jdbc.sql(sql)
        .param("tenant", sender.tenant().name())
        .param("holder", sender.holder().name())
        .param("network", sender.network());
  }

  private static String state(Transaction transaction) {
    return transaction.getClass().getSimpleName();
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  private static Transaction transaction(ResultSet row, int index) throws SQLException {
    return Json.read(Transaction.class, row.getString("body"));
  }

  private static Transactions.Claimed claimed(ResultSet row, int index) throws SQLException {
    var hash = row.getString("passed_hash");
    return new Transactions.Claimed(
        transaction(row, index),
        hash == null
            ? Optional.empty()
            : Optional.of(new Transactions.Passed(row.getLong("passed_at"), new Bytes32(hash))));
  }
}

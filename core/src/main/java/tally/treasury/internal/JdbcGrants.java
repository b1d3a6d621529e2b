package tally.treasury.internal;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.treasury.Act;
import tally.treasury.Grant;
import tally.treasury.Grants;
import tally.x402.Bytes32;

/// Grants and acts in PostgreSQL.
final class JdbcGrants implements Grants.Store {

  private static final int LIST_MAX = 1000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  JdbcGrants(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public boolean first(String network, Bytes32 transaction, int ordinal) {
    return jdbc.sql(
                """
                insert into treasury.returned (network, transaction, ordinal)
                values (:network, :transaction, :ordinal)
                on conflict do nothing
                """)
            .param("network", network)
            .param("transaction", transaction.hex())
            .param("ordinal", ordinal)
            .update()
        == 1;
  }

  @Override
  @SuppressWarnings("NullAway") // the work answers what it answers; the template only passes it on
  public <T> T together(Supplier<T> work) {
    return transactions.execute(_ -> work.get());
  }

  @Override
  public boolean add(Grant grant) {
    var order = grant.order();
    return jdbc.sql(
                """
                insert into treasury.grant
                  (tenant, id, lot, network, holder, payment, units, asset, reclaimed, matures_at, state, body)
                values (:tenant, :id, :lot, :network, :holder, :payment, :units, :asset, :reclaimed, :matures,
                  :state, :body::jsonb)
                on conflict (tenant, id) do nothing
                """)
            .param("tenant", order.tenant().name())
            .param("id", order.id().value())
            .param("lot", order.lot())
            .param("network", order.network())
            .param("holder", order.user().name())
            .param("payment", order.payment().hex())
            .param("units", new BigDecimal(order.amount().units()))
            .param("asset", order.amount().asset().toString())
            .param("reclaimed", new BigDecimal(grant.reclaimed()))
            .param("matures", Timestamp.from(order.maturesAt()))
            .param("state", grant.getClass().getSimpleName())
            .param("body", Json.write(Grant.class, grant))
            .update()
        == 1;
  }

  @Override
  public Optional<Grant> find(Tenant tenant, Grant.Id id) {
    return grant(tenant, id, "");
  }

  @Override
  public Optional<Grant> lock(Tenant tenant, Grant.Id id) {
    return grant(tenant, id, "for update");
  }

  private Optional<Grant> grant(Tenant tenant, Grant.Id id, String lock) {
    return jdbc.sql("select body from treasury.grant where tenant = :tenant and id = :id " + lock)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query((row, _) -> Json.read(Grant.class, row.getString("body")))
        .optional();
  }

  @Override
  public void save(Grant grant) {
    jdbc.sql(
            """
            update treasury.grant set state = :state, reclaimed = :reclaimed, body = :body::jsonb
            where tenant = :tenant and id = :id
            """)
        .param("state", grant.getClass().getSimpleName())
        .param("reclaimed", new BigDecimal(grant.reclaimed()))
        .param("body", Json.write(Grant.class, grant))
        .param("tenant", grant.order().tenant().name())
        .param("id", grant.order().id().value())
        .update();
  }

  @Override
  public Optional<Grant> ofPayment(String network, Bytes32 payment) {
    return jdbc.sql(
            "select body from treasury.grant where network = :network and payment = :payment")
        .param("network", network)
        .param("payment", payment.hex())
        .query((row, _) -> Json.read(Grant.class, row.getString("body")))
        .optional();
  }

  @Override
  public List<Grant> ofLot(Tenant tenant, UUID lot) {
    return jdbc.sql(
            "select body from treasury.grant where tenant = :tenant and lot = :lot order by number limit :most")
        .param("tenant", tenant.name())
        .param("lot", lot)
        .param("most", LIST_MAX)
        .query((row, _) -> Json.read(Grant.class, row.getString("body")))
        .list();
  }

  @Override
  public boolean add(Act act, Instant due) {
    return jdbc.sql(
                """
                insert into treasury.act (tenant, transaction, kind, network, subject, state, body, due)
                values (:tenant, :transaction, :kind, :network, :subject, :state, :body::jsonb, :due)
                on conflict do nothing
                """)
            .param("tenant", act.tenant().name())
            .param("transaction", act.id().value())
            .param("kind", act.deed().getClass().getSimpleName())
            .param("network", act.network())
            .param("subject", subject(act))
            .param("state", act.stage().getClass().getSimpleName())
            .param("body", Json.write(Act.class, act))
            .param("due", Timestamp.from(due))
            .update()
        == 1;
  }

  @Override
  public Optional<Act> act(Tenant tenant, TransactionId id) {
    return act(tenant, id, "");
  }

  @Override
  public Optional<Act> lock(Tenant tenant, TransactionId id) {
    return act(tenant, id, "for update");
  }

  private Optional<Act> act(Tenant tenant, TransactionId id, String lock) {
    return jdbc.sql(
            "select body from treasury.act where tenant = :tenant and transaction = :id " + lock)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query((row, _) -> act(row))
        .optional();
  }

  @Override
  public void save(Act act, Instant due) {
    jdbc.sql(
            """
            update treasury.act set state = :state, body = :body::jsonb, due = :due
            where tenant = :tenant and transaction = :id
            """)
        .param("state", act.stage().getClass().getSimpleName())
        .param("body", Json.write(Act.class, act))
        .param("due", Timestamp.from(due))
        .param("tenant", act.tenant().name())
        .param("id", act.id().value())
        .update();
  }

  @Override
  public List<Grant.Order> ripe(String network, Instant time, int most) {
    return jdbc.sql(
            """
            select g.body from treasury.grant g
            where g.network = :network and g.state = 'Granted' and g.matures_at <= :time
              and not exists (select 1 from treasury.act a
                where a.tenant = g.tenant and a.subject = g.id::text and a.kind = 'Mature'
                  and a.state <> 'Done')
            order by g.matures_at limit :most
            """)
        .param("network", network)
        .param("time", Timestamp.from(time))
        .param("most", most)
        .query((row, _) -> Json.read(Grant.class, row.getString("body")).order())
        .list();
  }

  @Override
  public int matured(Grant.Order order) {
    return jdbc.sql(
            """
            select count(*) from treasury.act
            where tenant = :tenant and subject = :subject and kind = 'Mature'
            """)
        .param("tenant", order.tenant().name())
        .param("subject", order.id().value().toString())
        .query(Integer.class)
        .single();
  }

  @Override
  public boolean freezing(Grant.Order order) {
    return jdbc.sql(
            """
            select exists (select 1 from treasury.act
              where tenant = :tenant and subject = :subject and kind = 'Freeze' and state <> 'Done')
            """)
        .param("tenant", order.tenant().name())
        .param("subject", order.id().value().toString())
        .query(Boolean.class)
        .single();
  }

  @Override
  public int callOff(Tenant tenant, Grant.Id id, Instant due) {
    var waiting =
        jdbc.sql(
                """
                select body from treasury.act
                where tenant = :tenant and subject = :subject and kind = 'Reclaim' and state = 'Waiting'
                for update
                """)
            .param("tenant", tenant.name())
            .param("subject", id.value().toString())
            .query((row, _) -> act(row))
            .list();
    waiting.forEach(act -> save(act.at(new Act.Stage.Gone("called_off")), due));
    return waiting.size();
  }

  @Override
  public List<Act> claim(Instant now, Instant until, int most) {
    return jdbc.sql(
            """
            update treasury.act set due = :until
            where (tenant, transaction) in (
              select tenant, transaction from treasury.act
              where state in ('Waiting', 'Landed', 'Gone') and due <= :now
              order by due limit :most for update skip locked)
            returning body
            """)
        .param("until", Timestamp.from(until))
        .param("now", Timestamp.from(now))
        .param("most", most)
        .query((row, _) -> act(row))
        .list();
  }

  /// The grant, the channel, or the user whose own is paid out.
  private static String subject(Act act) {
    return act.grant()
        .map(grant -> grant.value().toString())
        .or(() -> act.channel().map(channel -> channel.hex()))
        .or(() ->
            act.deed() instanceof Act.Deed.Release(var user, _)
                ? Optional.of(user.hex())
                : Optional.empty())
        .orElse(act.network());
  }

  private static Act act(ResultSet row) throws SQLException {
    return Json.read(Act.class, row.getString("body"));
  }
}

package tally.payment.internal;

import static tally.payment.internal.Columns.at;
import static tally.payment.internal.Columns.instant;
import static tally.payment.internal.Columns.maybe;
import static tally.payment.internal.Columns.nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.payment.PaymentId;
import tally.payment.Refund;
import tally.payment.Refunds;
import tally.payment.Refunds.Row;

/// Refunds in PostgreSQL.
public final class JdbcRefunds implements Refunds.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcRefunds(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T together(Supplier<T> act) {
    return Objects.requireNonNull(transactions.execute(status -> act.get()));
  }

  @Override
  public boolean insert(Row row) {
    var order = row.refund().order();
    var body = Json.write(Refund.class, row.refund());
    int written =
        jdbc.sql(
                """
                insert into payment.refund (tenant, id, payment, gateway, units, asset, state, body, name, key,
                  created_at, moved_at, seen_at, tries, due_at, busy_until)
                values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing
                """)
            .params(
                nullable(
                    order.tenant().name(),
                    order.id().value(),
                    order.payment().value(),
                    row.gateway(),
                    order.amount().units(),
                    order.amount().asset().toString(),
                    state(row),
                    body,
                    row.name().orElse(null),
                    row.key(),
                    at(row.created()),
                    at(row.moved()),
                    at(row.seen()),
                    row.tries(),
                    at(row.due()),
                    at(row.busyUntil())))
            .update();
    if (written == 1) {
      var asked = Json.write(Refund.class, new Refund.Requested(order));
      Columns.history(
          jdbc, "refund", order.tenant(), order.id().value(), "Requested", asked, row.created());
      Columns.history(
          jdbc, "refund", order.tenant(), order.id().value(), state(row), body, row.moved());
    }
    return written == 1;
  }

  @Override
  public Optional<Row> lock(Tenant tenant, Refund.Id id) {
    return jdbc.sql("select * from payment.refund where tenant = ? and id = ? for update")
        .params(tenant.name(), id.value())
        .query(JdbcRefunds::row)
        .optional();
  }

  @Override
  public void write(Row row, boolean moved) {
    var order = row.refund().order();
    var body = Json.write(Refund.class, row.refund());
    jdbc.sql(
            """
            update payment.refund set state = ?, body = ?::jsonb, name = ?, moved_at = ?, seen_at = ?, tries = ?,
              due_at = ?, busy_until = ?
            where tenant = ? and id = ?
            """)
        .params(
            nullable(
                state(row),
                body,
                row.name().orElse(null),
                at(row.moved()),
                at(row.seen()),
                row.tries(),
                at(row.due()),
                at(row.busyUntil()),
                order.tenant().name(),
                order.id().value()))
        .update();
    if (moved) {
      Columns.history(
          jdbc, "refund", order.tenant(), order.id().value(), state(row), body, row.moved());
    }
  }

  @Override
  public Optional<Row> find(Tenant tenant, Refund.Id id) {
    return jdbc.sql("select * from payment.refund where tenant = ? and id = ?")
        .params(tenant.name(), id.value())
        .query(JdbcRefunds::row)
        .optional();
  }

  @Override
  public Optional<Row> byName(String gateway, String name) {
    return jdbc.sql("select * from payment.refund where gateway = ? and name = ?")
        .params(gateway, name)
        .query(JdbcRefunds::row)
        .optional();
  }

  @Override
  public Optional<Row> byReference(String gateway, Refund.Id id) {
    return jdbc.sql("select * from payment.refund where gateway = ? and id = ?")
        .params(gateway, id.value())
        .query(JdbcRefunds::row)
        .optional();
  }

  @Override
  public List<Refund> of(Tenant tenant, PaymentId payment) {
    return jdbc
        .sql(
            "select * from payment.refund where tenant = ? and payment = ? order by created_at, id")
        .params(tenant.name(), payment.value())
        .query(JdbcRefunds::row)
        .list()
        .stream()
        .map(Row::refund)
        .toList();
  }

  @Override
  public List<Refund> list(Tenant tenant, int most) {
    return jdbc
        .sql("select * from payment.refund where tenant = ? order by created_at desc, id limit ?")
        .params(tenant.name(), most)
        .query(JdbcRefunds::row)
        .list()
        .stream()
        .map(Row::refund)
        .toList();
  }

  private static String state(Row row) {
    return row.refund().getClass().getSimpleName();
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    return new Row(
        Json.read(Refund.class, row.getString("body")),
        row.getString("gateway"),
        Optional.ofNullable(row.getString("name")),
        row.getString("key"),
        instant(row, "created_at"),
        instant(row, "moved_at"),
        maybe(row, "seen_at"),
        row.getInt("tries"),
        maybe(row, "due_at"),
        maybe(row, "busy_until"));
  }
}

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
import tally.payment.Payment;
import tally.payment.PaymentId;
import tally.payment.Payments;
import tally.payment.Payments.Row;

/// Payments in PostgreSQL.
public final class JdbcPayments implements Payments.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcPayments(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T together(Supplier<T> act) {
    return Objects.requireNonNull(transactions.execute(status -> act.get()));
  }

  @Override
  public boolean insert(Row row) {
    var order = row.payment().order();
    var body = Json.write(Payment.class, row.payment());
    int written =
        jdbc.sql(
                """
                insert into payment.payment (tenant, id, gateway, payer, units, asset, state, body, object, key,
                  created_at, moved_at, seen_at, tries, due_at, busy_until)
                values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing
                """)
            .params(
                nullable(
                    order.tenant().name(),
                    order.id().value(),
                    order.gateway(),
                    order.payer().name(),
                    order.amount().units(),
                    order.amount().asset().toString(),
                    state(row),
                    body,
                    row.object().orElse(null),
                    row.key(),
                    at(row.created()),
                    at(row.moved()),
                    at(row.seen()),
                    row.tries(),
                    at(row.due()),
                    at(row.busyUntil())))
            .update();
    if (written == 1) {
      Columns.history(
          jdbc, "payment", order.tenant(), order.id().value(), state(row), body, row.moved());
    }
    return written == 1;
  }

  @Override
  public Optional<Row> lock(Tenant tenant, PaymentId id) {
    return jdbc.sql("select * from payment.payment where tenant = ? and id = ? for update")
        .params(tenant.name(), id.value())
        .query(JdbcPayments::row)
        .optional();
  }

  @Override
  public void write(Row row, boolean moved) {
    var order = row.payment().order();
    var body = Json.write(Payment.class, row.payment());
    jdbc.sql(
            """
            update payment.payment set state = ?, body = ?::jsonb, object = ?, moved_at = ?, seen_at = ?, tries = ?,
              due_at = ?, busy_until = ?
            where tenant = ? and id = ?
            """)
        .params(
            nullable(
                state(row),
                body,
                row.object().orElse(null),
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
          jdbc, "payment", order.tenant(), order.id().value(), state(row), body, row.moved());
    }
  }

  @Override
  public Optional<Row> find(Tenant tenant, PaymentId id) {
    return jdbc.sql("select * from payment.payment where tenant = ? and id = ?")
        .params(tenant.name(), id.value())
        .query(JdbcPayments::row)
        .optional();
  }

  @Override
  public Optional<Row> byObject(String gateway, String object) {
    return jdbc.sql("select * from payment.payment where gateway = ? and object = ?")
        .params(gateway, object)
        .query(JdbcPayments::row)
        .optional();
  }

  @Override
  public Optional<Row> byReference(String gateway, PaymentId id) {
    return jdbc.sql("select * from payment.payment where gateway = ? and id = ?")
        .params(gateway, id.value())
        .query(JdbcPayments::row)
        .optional();
  }

  @Override
  public List<Payment> list(Tenant tenant, int most) {
    return jdbc
        .sql("select * from payment.payment where tenant = ? order by created_at desc, id limit ?")
        .params(tenant.name(), most)
        .query(JdbcPayments::row)
        .list()
        .stream()
        .map(Row::payment)
        .toList();
  }

  private static String state(Row row) {
    return row.payment().getClass().getSimpleName();
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    return new Row(
        Json.read(Payment.class, row.getString("body")),
        Optional.ofNullable(row.getString("object")),
        row.getString("key"),
        instant(row, "created_at"),
        instant(row, "moved_at"),
        maybe(row, "seen_at"),
        row.getInt("tries"),
        maybe(row, "due_at"),
        maybe(row, "busy_until"));
  }
}

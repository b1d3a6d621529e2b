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
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Disputes.Reply;
import tally.payment.Disputes.Row;
import tally.payment.PaymentId;

/// Disputes in PostgreSQL.
public final class JdbcDisputes implements Disputes.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcDisputes(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T together(Supplier<T> act) {
    return Objects.requireNonNull(transactions.execute(status -> act.get()));
  }

  @Override
  public boolean insert(Row row) {
    var about = row.dispute().about();
    var body = Json.write(Dispute.class, row.dispute());
    int written =
        jdbc.sql(
                """
                insert into payment.dispute (tenant, id, payment, gateway, units, asset, state, body, name, reply,
                  created_at, moved_at, seen_at, tries, due_at)
                values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?::jsonb, ?, ?, ?, ?, ?)
                on conflict do nothing
                """)
            .params(
                nullable(
                    about.tenant().name(),
                    about.id().value(),
                    about.payment().value(),
                    about.gateway(),
                    about.amount().units(),
                    about.amount().asset().toString(),
                    state(row),
                    body,
                    about.dispute(),
                    reply(row),
                    at(row.created()),
                    at(row.moved()),
                    at(about.at()),
                    row.tries(),
                    at(row.due())))
            .update();
    if (written == 1) {
      Columns.history(
          jdbc, "dispute", about.tenant(), about.id().value(), state(row), body, row.moved());
    }
    return written == 1;
  }

  @Override
  public Optional<Row> lock(Tenant tenant, Dispute.Id id) {
    return jdbc.sql("select * from payment.dispute where tenant = ? and id = ? for update")
        .params(tenant.name(), id.value())
        .query(JdbcDisputes::row)
        .optional();
  }

  @Override
  public void write(Row row, boolean moved) {
    var about = row.dispute().about();
    var body = Json.write(Dispute.class, row.dispute());
    jdbc.sql(
            """
            update payment.dispute set state = ?, body = ?::jsonb, units = ?, asset = ?, reply = ?::jsonb, moved_at = ?,
              seen_at = ?, tries = ?, due_at = ?
            where tenant = ? and id = ?
            """)
        .params(
            nullable(
                state(row),
                body,
                about.amount().units(),
                about.amount().asset().toString(),
                reply(row),
                at(row.moved()),
                at(about.at()),
                row.tries(),
                at(row.due()),
                about.tenant().name(),
                about.id().value()))
        .update();
    if (moved) {
      Columns.history(
          jdbc, "dispute", about.tenant(), about.id().value(), state(row), body, row.moved());
    }
  }

  @Override
  public Optional<Row> find(Tenant tenant, Dispute.Id id) {
    return jdbc.sql("select * from payment.dispute where tenant = ? and id = ?")
        .params(tenant.name(), id.value())
        .query(JdbcDisputes::row)
        .optional();
  }

  @Override
  public List<Dispute> of(Tenant tenant, PaymentId payment) {
    return jdbc
        .sql(
            "select * from payment.dispute where tenant = ? and payment = ? order by created_at, id")
        .params(tenant.name(), payment.value())
        .query(JdbcDisputes::row)
        .list()
        .stream()
        .map(Row::dispute)
        .toList();
  }

  @Override
  public List<Dispute> list(Tenant tenant, int most) {
    return jdbc
        .sql("select * from payment.dispute where tenant = ? order by created_at desc, id limit ?")
        .params(tenant.name(), most)
        .query(JdbcDisputes::row)
        .list()
        .stream()
        .map(Row::dispute)
        .toList();
  }

  private static String state(Row row) {
    return row.dispute().getClass().getSimpleName();
  }

  private static @Nullable String reply(Row row) {
    return row.reply().map(reply -> Json.write(Reply.class, reply)).orElse(null);
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    return new Row(
        Json.read(Dispute.class, row.getString("body")),
        Optional.ofNullable(row.getString("reply")).map(reply -> Json.read(Reply.class, reply)),
        instant(row, "created_at"),
        instant(row, "moved_at"),
        row.getInt("tries"),
        maybe(row, "due_at"));
  }
}

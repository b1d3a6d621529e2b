package tally.payment.internal;

import static tally.payment.internal.Columns.instant;
import static tally.payment.internal.Columns.maybe;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.payment.PaymentId;
import tally.payment.Refund;
import tally.payment.Refunds;
import tally.payment.Refunds.Row;

/// Refunds in PostgreSQL.
public final class JdbcRefunds extends JdbcRows<Refund.Id, Refund, Row> implements Refunds.Store {

  public JdbcRefunds(JdbcClient jdbc, TransactionTemplate transactions) {
    super(jdbc, transactions, "refund", Refund.class);
  }

  @Override
  public Optional<Row> byName(String gateway, String name) {
    return one("gateway = ? and name = ?", gateway, name);
  }

  @Override
  public Optional<Row> byReference(String gateway, Refund.Id id) {
    return one("gateway = ? and id = ?", gateway, id.value());
  }

  @Override
  public List<Refund> of(Tenant tenant, PaymentId payment) {
    return of(tenant, payment.value());
  }

  @Override
  UUID uuid(Refund.Id id) {
    return id.value();
  }

  @Override
  Common<Refund> common(Row row) {
    var order = row.refund().order();
    return new Common<>(
        order.tenant(),
        order.id().value(),
        row.refund(),
        row.created(),
        row.moved(),
        row.tries(),
        row.due());
  }

  @Override
  Optional<Refund> before(Row first) {
    return Optional.of(new Refund.Requested(first.refund().order()));
  }

  @Override
  Cells kept(Row row) {
    var order = row.refund().order();
    return new Cells()
        .with("payment", order.payment().value())
        .with("gateway", row.gateway())
        .amount(order.amount())
        .with("key", row.key());
  }

  @Override
  Cells moving(Row row) {
    return new Cells()
        .with("name", row.name())
        .with("seen_at", row.seen())
        .with("busy_until", row.busyUntil());
  }

  @Override
  Row read(ResultSet row) throws SQLException {
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

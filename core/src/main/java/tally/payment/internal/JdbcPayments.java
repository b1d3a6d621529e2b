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
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.Payment;
import tally.payment.PaymentId;
import tally.payment.Payments;
import tally.payment.Payments.Row;

/// Payments in PostgreSQL.
public final class JdbcPayments extends JdbcRows<PaymentId, Payment, Row>
    implements Payments.Store {

  public JdbcPayments(JdbcClient jdbc, TransactionTemplate transactions) {
    super(jdbc, transactions, "payment", Payment.class);
  }

  @Override
  public Optional<Row> byObject(String gateway, String object) {
    return one("gateway = ? and object = ?", gateway, object);
  }

  @Override
  public Optional<Row> byReference(String gateway, PaymentId id) {
    return one("gateway = ? and id = ?", gateway, id.value());
  }

  @Override
  public List<Payment> capturedOf(Tenant tenant, Holder payer, int most) {
    return many(
        "tenant = ? and payer = ? and state = 'Captured' order by created_at desc, id limit ?",
        tenant.name(),
        payer.name(),
        most);
  }

  @Override
  UUID uuid(PaymentId id) {
    return id.value();
  }

  @Override
  Common<Payment> common(Row row) {
    var order = row.payment().order();
    return new Common<>(
        order.tenant(),
        order.id().value(),
        row.payment(),
        row.created(),
        row.moved(),
        row.tries(),
        row.due());
  }

  @Override
  Cells kept(Row row) {
    var order = row.payment().order();
    return new Cells()
        .with("gateway", order.gateway())
        .with("payer", order.payer().name())
        .amount(order.amount())
        .with("key", row.key());
  }

  @Override
  Cells moving(Row row) {
    return new Cells()
        .with("object", row.object())
        .with("seen_at", row.seen())
        .with("busy_until", row.busyUntil());
  }

  @Override
  Row read(ResultSet row) throws SQLException {
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

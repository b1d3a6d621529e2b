package tally.payment.internal;

import static tally.payment.internal.Columns.instant;
import static tally.payment.internal.Columns.maybe;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
public final class JdbcDisputes extends JdbcRows<Dispute.Id, Dispute, Row>
    implements Disputes.Store {

  public JdbcDisputes(JdbcClient jdbc, TransactionTemplate transactions) {
    super(jdbc, transactions, "dispute", Dispute.class);
  }

  @Override
  public List<Dispute> of(Tenant tenant, PaymentId payment) {
    return of(tenant, payment.value());
  }

  @Override
  public List<Dispute> of(Tenant tenant, Collection<PaymentId> payments) {
    return ofAny(tenant, payments.stream().map(PaymentId::value).toList());
  }

  @Override
  UUID uuid(Dispute.Id id) {
    return id.value();
  }

  @Override
  Common<Dispute> common(Row row) {
    var about = row.dispute().about();
    return new Common<>(
        about.tenant(),
        about.id().value(),
        row.dispute(),
        row.created(),
        row.moved(),
        row.tries(),
        row.due());
  }

  @Override
  Cells kept(Row row) {
    var about = row.dispute().about();
    return new Cells()
        .with("payment", about.payment().value())
        .with("gateway", about.gateway())
        .with("name", about.dispute());
  }

  @Override
  Cells moving(Row row) {
    var about = row.dispute().about();
    return new Cells()
        .amount(about.amount())
        .json("reply", row.reply().map(reply -> Json.write(Reply.class, reply)))
        .with("sends", row.sends())
        .with("seen_at", about.at());
  }

  @Override
  Row read(ResultSet row) throws SQLException {
    return new Row(
        Json.read(Dispute.class, row.getString("body")),
        Optional.ofNullable(row.getString("reply")).map(reply -> Json.read(Reply.class, reply)),
        row.getInt("sends"),
        instant(row, "created_at"),
        instant(row, "moved_at"),
        row.getInt("tries"),
        maybe(row, "due_at"));
  }
}

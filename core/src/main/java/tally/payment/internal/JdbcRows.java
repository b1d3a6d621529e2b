package tally.payment.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.payment.Rows;

/// One table of this room: rows named by tenant and id, whose states are its records as JSON,
/// beside the columns that SQL asks. Each state also goes to the room's history, in the database
/// transaction that stores it.
abstract sealed class JdbcRows<I, S, R> implements Rows<I, S, R>
    permits JdbcPayments, JdbcRefunds, JdbcDisputes {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final String about;
  private final Class<S> type;

  /// @param about the table, and what the history calls it
  /// @param type the sealed type of the states
  JdbcRows(JdbcClient jdbc, TransactionTemplate transactions, String about, Class<S> type) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.about = about;
    this.type = type;
  }

  /// What the rows of every table here have.
  record Common<S>(
      Tenant tenant,
      UUID id,
      S state,
      Instant created,
      Instant moved,
      int tries,
      Optional<Instant> due) {}

  abstract UUID uuid(I id);

  abstract Common<S> common(R row);

  /// What is written once, besides.
  abstract Cells kept(R row);

  /// What may be another with each write, besides.
  abstract Cells moving(R row);

  abstract R read(ResultSet row) throws SQLException;

  /// The state that was over before the row was written first, if any.
  Optional<S> before(R first) {
    return Optional.empty();
  }

  @Override
  public <T> T together(Supplier<T> act) {
    return Objects.requireNonNull(transactions.execute(_ -> act.get()));
  }

  @Override
  public boolean insert(R first) {
    var common = common(first);
    var row =
        named(common)
            .with("created_at", common.created())
            .and(kept(first))
            .and(changing(common))
            .and(moving(first));
    int written =
        jdbc.sql(
                "insert into payment.%s (%s) values (%s) on conflict do nothing"
                    .formatted(about, row.columns(), row.marks()))
            .params(row.values())
            .update();
    if (written == 1) {
      before(first).ifPresent(state -> remember(common, state, common.created()));
      remember(common, common.state(), common.moved());
    }
    return written == 1;
  }

  @Override
  public void write(R row, boolean moved) {
    var common = common(row);
    var changing = changing(common).and(moving(row));
    var sql =
        "update payment.%s set %s where tenant = :tenant and id = :id"
            .formatted(about, changing.changes());
    jdbc.sql(sql).params(changing.and(named(common)).values()).update();
    if (moved) {
      remember(common, common.state(), common.moved());
    }
  }

  @Override
  public Optional<R> lock(Tenant tenant, I id) {
    return one("tenant = ? and id = ? for update", tenant.name(), uuid(id));
  }

  @Override
  public Optional<R> find(Tenant tenant, I id) {
    return one("tenant = ? and id = ?", tenant.name(), uuid(id));
  }

  @Override
  public List<S> list(Tenant tenant, int most) {
    return many("tenant = ? order by created_at desc, id limit ?", tenant.name(), most);
  }

  final Optional<R> one(String where, Object... values) {
    return query(where, values).optional();
  }

  /// Those of one payment; the oldest first.
  final List<S> of(Tenant tenant, UUID payment) {
    return many("tenant = ? and payment = ? order by created_at, id", tenant.name(), payment);
  }

  /// Those of any of these payments.
  final List<S> ofAny(Tenant tenant, List<UUID> payments) {
    if (payments.isEmpty()) {
      return List.of();
    }
    var values = new ArrayList<Object>(payments);
    values.addFirst(tenant.name());
    var marks = String.join(", ", Collections.nCopies(payments.size(), "?"));
    return many("tenant = ? and payment in (" + marks + ")", values.toArray());
  }

  final List<S> many(String where, Object... values) {
    return query(where, values).list().stream().map(row -> common(row).state()).toList();
  }

  private JdbcClient.MappedQuerySpec<R> query(String where, Object... values) {
    return jdbc.sql("select * from payment." + about + " where " + where)
        .params(values)
        .query((row, _) -> read(row));
  }

  private void remember(Common<S> row, S state, Instant at) {
    var event = named(row).with("about", about).and(stated(state)).with("at", at);
    jdbc.sql(
            """
            insert into payment.event (tenant, about, subject, state, body, at)
            values (:tenant, :about, :id, :state, cast(:body as jsonb), :at)
            """)
        .params(event.values())
        .update();
  }

  private Cells named(Common<S> row) {
    return new Cells().with("tenant", row.tenant().name()).with("id", row.id());
  }

  private Cells stated(S state) {
    return new Cells()
        .with("state", state.getClass().getSimpleName())
        .json("body", Optional.of(Json.write(type, state)));
  }

  private Cells changing(Common<S> row) {
    return stated(row.state())
        .with("moved_at", row.moved())
        .with("tries", row.tries())
        .with("due_at", row.due());
  }
}

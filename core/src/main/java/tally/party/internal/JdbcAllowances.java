package tally.party.internal;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.party.Allowances;
import tally.party.Velocity;

/// What was used of allowances, in PostgreSQL.
final class JdbcAllowances implements Allowances.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  JdbcAllowances(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  @SuppressWarnings("NullAway") // the work answers what it answers; the template only passes it on
  public <T> T alone(Tenant tenant, Holder holder, Supplier<T> work) {
    return transactions.execute(_ -> {
      jdbc.sql(
              """
              insert into party.allowance (tenant, holder) values (:tenant, :holder)
              on conflict do nothing
              """)
          .param("tenant", tenant.name())
          .param("holder", holder.name())
          .update();
      jdbc.sql(
              "select 1 from party.allowance where tenant = :tenant and holder = :holder for update")
          .param("tenant", tenant.name())
          .param("holder", holder.name())
          .query(Integer.class)
          .single();
      return work.get();
    });
  }

  @Override
  public boolean counted(Tenant tenant, UUID id) {
    return jdbc.sql("select 1 from party.top_up where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  @Override
  public Velocity.Used used(Tenant tenant, Holder holder, Asset asset, Instant since) {
    return jdbc.sql(
            """
            select count(*) as count, coalesce(sum(units) filter (where asset = :asset), 0) as units
            from party.top_up where tenant = :tenant and holder = :holder and at > :since
            """)
        .param("asset", asset.toString())
        .param("tenant", tenant.name())
        .param("holder", holder.name())
        .param("since", Timestamp.from(since))
        .query((row, _) ->
            new Velocity.Used(
                row.getInt("count"),
                new Amount(asset, row.getBigDecimal("units").toBigIntegerExact())))
        .single();
  }

  @Override
  public void count(Tenant tenant, Holder holder, UUID id, Amount amount, Instant at) {
    jdbc.sql(
            """
            insert into party.top_up (tenant, id, holder, units, asset, at)
            values (:tenant, :id, :holder, :units, :asset, :at)
            """)
        .param("tenant", tenant.name())
        .param("id", id)
        .param("holder", holder.name())
        .param("units", new BigDecimal(amount.units()))
        .param("asset", amount.asset().toString())
        .param("at", Timestamp.from(at))
        .update();
  }
}

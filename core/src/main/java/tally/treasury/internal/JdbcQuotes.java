package tally.treasury.internal;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.money.Tenant;
import tally.treasury.Quote;
import tally.treasury.Quotes;

/// Quotes in PostgreSQL.
final class JdbcQuotes implements Quotes.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  JdbcQuotes(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  @SuppressWarnings("NullAway") // the work answers what it answers; the template only passes it on
  public <T> T together(Supplier<T> work) {
    return transactions.execute(_ -> work.get());
  }

  @Override
  public boolean add(Quote quote) {
    return jdbc.sql(
                """
                insert into treasury.quote
                  (tenant, id, holder, pays_units, pays_asset, gets_units, gets_asset, expires, body)
                values (:tenant, :id, :holder, :pays, :paysAsset, :gets, :getsAsset, :expires, :body::jsonb)
                on conflict do nothing
                """)
            .param("tenant", quote.tenant().name())
            .param("id", quote.id().value())
            .param("holder", quote.holder().name())
            .param("pays", new BigDecimal(quote.pays().units()))
            .param("paysAsset", quote.pays().asset().toString())
            .param("gets", new BigDecimal(quote.gets().units()))
            .param("getsAsset", quote.gets().asset().toString())
            .param("expires", Timestamp.from(quote.expires()))
            .param("body", Json.write(Quote.class, quote))
            .update()
        == 1;
  }

  @Override
  public Optional<Quote> find(Tenant tenant, Quote.Id id) {
    return jdbc.sql("select body from treasury.quote where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query((row, _) -> quote(row))
        .optional();
  }

  @Override
  public Optional<Quotes.Held> lock(Tenant tenant, Quote.Id id) {
    return jdbc.sql(
            "select body, used_by from treasury.quote where tenant = :tenant and id = :id for update")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query((row, _) ->
            new Quotes.Held(quote(row), Optional.ofNullable(row.getObject("used_by", UUID.class))))
        .optional();
  }

  @Override
  public void use(Tenant tenant, Quote.Id id, UUID by, Instant now) {
    int used =
        jdbc.sql(
                """
                update treasury.quote set used_by = :by, used_at = :now
                where tenant = :tenant and id = :id and used_by is null
                """)
            .param("by", by)
            .param("now", Timestamp.from(now))
            .param("tenant", tenant.name())
            .param("id", id.value())
            .update();
    if (used != 1) {
      throw new IllegalStateException("a locked, unused quote can be used: " + id.value());
    }
  }

  private static Quote quote(ResultSet row) throws SQLException {
    return Json.read(Quote.class, row.getString("body"));
  }
}

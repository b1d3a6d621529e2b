package tally.market.internal;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.market.Offering;
import tally.market.Offerings;
import tally.money.Holder;
import tally.money.Tenant;

/// Offerings in PostgreSQL.
final class JdbcOfferings implements Offerings.Store {

  private final JdbcClient jdbc;

  JdbcOfferings(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public boolean add(Offering offering, Instant now) {
    return jdbc.sql(
                """
                insert into market.offering (id, tenant, provider, network, state, opened, body)
                values (:id, :tenant, :provider, :network, :state, :now, :body::jsonb)
                on conflict (id) do nothing
                """)
            .param("id", offering.id().value())
            .param("tenant", offering.tenant().name())
            .param("provider", offering.provider().name())
            .param("network", offering.network())
            .param("state", offering.state().name())
            .param("now", Timestamp.from(now))
            .param("body", Json.write(Offering.class, offering))
            .update()
        == 1;
  }

  @Override
  public Optional<Offering> find(Offering.Id id) {
    return jdbc.sql("select body from market.offering where id = :id")
        .param("id", id.value())
        .query((row, _) -> Json.read(Offering.class, row.getString("body")))
        .optional();
  }

  @Override
  public void save(Offering offering) {
    jdbc.sql("update market.offering set state = :state, body = :body::jsonb where id = :id")
        .param("state", offering.state().name())
        .param("body", Json.write(Offering.class, offering))
        .param("id", offering.id().value())
        .update();
  }

  @Override
  public List<Offering> list(int most) {
    return jdbc.sql(
            "select body from market.offering where state = 'PUBLISHED' order by number desc limit :most")
        .param("most", most)
        .query((row, _) -> Json.read(Offering.class, row.getString("body")))
        .list();
  }

  @Override
  public List<Offering> of(Tenant tenant, Holder provider, int most) {
    return jdbc.sql(
            """
            select body from market.offering where tenant = :tenant and provider = :provider
            order by number desc limit :most
            """)
        .param("tenant", tenant.name())
        .param("provider", provider.name())
        .param("most", most)
        .query((row, _) -> Json.read(Offering.class, row.getString("body")))
        .list();
  }
}

package tally.delivery.internal;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Json;
import tally.delivery.Deliveries.Kept;
import tally.delivery.Deliveries.Key;
import tally.delivery.Deliveries.Store;
import tally.delivery.Deliveries.Visit;
import tally.delivery.Deliveries.Visitor;
import tally.delivery.Delivery;
import tally.delivery.Delivery.Side;
import tally.delivery.Delivery.Wanted;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Adapter.Observed;
import tally.metering.Reading;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;
import tally.x402.ChannelId;

/// Deliveries in PostgreSQL.
public final class JdbcDeliveries implements Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcDeliveries(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T atomically(Supplier<T> work) {
    return Objects.requireNonNull(transactions.execute(_ -> Objects.requireNonNull(work.get())));
  }

  @Override
  public boolean insert(Kept kept) {
    var delivery = kept.delivery();
    var order = delivery.order();
    return jdbc.sql(
                """
                insert into delivery.delivery
                  (tenant, id, side, wanted, observed, unit, count, read_at, ceiling,
                   access_url, access_token, node, held_until, visit_at, channel, body)
                values
                  (:tenant, :id, :side, :wanted, :observed, :unit, :count, :read_at, :ceiling,
                   :access_url, :access_token, :node, :held_until, :read_at, :channel, :body::jsonb)
                on conflict do nothing
                """)
            .param("tenant", order.tenant().name())
            .param("id", order.id().value())
            .param("side", order.side().name())
            .param("wanted", delivery.wanted().name())
            .param("observed", delivery.observed().name())
            .param("unit", delivery.reading().count().unit().name())
            .param("count", delivery.reading().count().count())
            .param("read_at", at(delivery.reading().at()))
            .param("ceiling", kept.ceiling().count())
            .param("access_url", delivery.access().url().toString())
            .param("access_token", delivery.access().token())
            .param("node", kept.node())
            .param("held_until", at(kept.heldUntil()))
            .param("channel", order.channel().hex())
            .param("body", Json.write(Delivery.Order.class, order))
            .update()
        == 1;
  }

  @Override
  public Optional<Kept> find(Key key) {
    return one(key, "");
  }

  @Override
  public Optional<Kept> lock(Key key) {
    return one(key, "for update");
  }

  @Override
  public Optional<Kept> paidBy(ChannelId channel) {
    return jdbc.sql("select * from delivery.delivery where side = 'SELLER' and channel = :channel")
        .param("channel", channel.hex())
        .query((row, _) -> kept(row))
        .optional();
  }

  @Override
  public Optional<Kept> sold(DeliveryId id) {
    return jdbc.sql("select * from delivery.delivery where side = 'SELLER' and id = :id")
        .param("id", id.value())
        .query((row, _) -> kept(row))
        .optional();
  }

  @Override
  public void write(Kept kept) {
    var delivery = kept.delivery();
    var order = delivery.order();
    jdbc.sql(
            """
            update delivery.delivery
               set wanted = :wanted, observed = :observed, count = greatest(count, :count), read_at = :read_at,
                   ceiling = greatest(ceiling, :ceiling), access_url = :access_url, access_token = :access_token,
                   url = :url
             where tenant = :tenant and id = :id and side = :side
            """)
        .param("wanted", delivery.wanted().name())
        .param("observed", delivery.observed().name())
        .param("count", delivery.reading().count().count())
        .param("read_at", at(delivery.reading().at()))
        .param("ceiling", kept.ceiling().count())
        .param("access_url", delivery.access().url().toString())
        .param("access_token", delivery.access().token())
        .param("url", delivery.url().map(URI::toString).orElse(null))
        .param("tenant", order.tenant().name())
        .param("id", order.id().value())
        .param("side", order.side().name())
        .update();
  }

  @Override
  public List<Kept> running(Side side, int most) {
    return jdbc.sql(
            """
            select * from delivery.delivery
             where side = :side and wanted <> 'TERMINATED' order by visit_at limit :most
            """)
        .param("side", side.name())
        .param("most", most)
        .query((row, _) -> kept(row))
        .list();
  }

  @Override
  public List<Key> elsewhere(String node, List<UUID> ids) {
    return ids.isEmpty()
        ? List.of()
        : jdbc.sql(
                """
                select tenant, id, side from delivery.delivery
                 where id = any (cast(:ids as uuid[])) and node <> :node
                """)
            .param("ids", ids.stream().map(UUID::toString).toArray(String[]::new))
            .param("node", node)
            .query((row, _) ->
                new Key(
                    new Tenant(row.getString("tenant")),
                    new DeliveryId(row.getObject("id", UUID.class)),
                    Side.valueOf(row.getString("side"))))
            .list();
  }

  @Override
  public List<Visit> visit(
      Visitor visitor, Instant now, Instant next, Instant heldUntil, int most) {
    return jdbc.sql(
            """
            update delivery.delivery d
               set node = :node, held_until = :held_until, visit_at = :next
              from (select tenant, id, side, node from delivery.delivery
                     where not (wanted = 'TERMINATED' and observed = 'TERMINATED')
                       and visit_at <= :now and body ->> 'adapter' = any (cast(:kinds as text[]))
                       and (node = :node
                            or held_until < :now and side = any (cast(:sides as text[]))
                               and not side || id || tenant = any (cast(:passing as text[])))
                     order by visit_at limit :most
                       for update skip locked) due
             where d.tenant = due.tenant and d.id = due.id and d.side = due.side
            returning d.*, due.node as held_before
            """)
        .param("node", visitor.node())
        .param("kinds", visitor.kinds().toArray(String[]::new))
        .param("sides", visitor.sides().stream().map(Side::name).toArray(String[]::new))
        .param(
            "passing", visitor.passing().stream().map(JdbcDeliveries::word).toArray(String[]::new))
        .param("held_until", at(heldUntil))
        .param("next", at(next))
        .param("now", at(now))
        .param("most", most)
        .query((row, _) -> new Visit(kept(row), row.getString("held_before")))
        .list();
  }

  @Override
  public void giveBack(Key key, String node, String from, Instant now) {
    jdbc.sql(
            """
            update delivery.delivery set node = :from, held_until = :now
             where tenant = :tenant and id = :id and side = :side and node = :node
            """)
        .param("from", from)
        .param("now", at(now))
        .param("tenant", key.tenant().name())
        .param("id", key.id().value())
        .param("side", key.side().name())
        .param("node", node)
        .update();
  }

  private static String word(Key key) {
    return key.side().name() + key.id().value() + key.tenant().name();
  }

  private Optional<Kept> one(Key key, String lock) {
    return jdbc.sql(
            "select * from delivery.delivery where tenant = :tenant and id = :id and side = :side "
                + lock)
        .param("tenant", key.tenant().name())
        .param("id", key.id().value())
        .param("side", key.side().name())
        .query((row, _) -> kept(row))
        .optional();
  }

  private static Kept kept(ResultSet row) throws SQLException {
    var unit = new Unit(row.getString("unit"));
    var delivery =
        new Delivery(
            Json.read(Delivery.Order.class, row.getString("body")),
            Wanted.valueOf(row.getString("wanted")),
            Observed.valueOf(row.getString("observed")),
            new Reading(new Quantity(unit, row.getLong("count")), instant(row, "read_at")),
            new Access(URI.create(row.getString("access_url")), row.getString("access_token")),
            Optional.ofNullable(row.getString("url")).map(URI::create));
    return new Kept(
        delivery,
        new Quantity(unit, row.getLong("ceiling")),
        row.getString("node"),
        instant(row, "held_until"));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}

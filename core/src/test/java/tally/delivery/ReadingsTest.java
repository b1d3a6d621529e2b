package tally.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.delivery.Delivery.Side;
import tally.delivery.internal.JdbcReadings;
import tally.metering.Reading;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;

class ReadingsTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private final TestDatabase database = TestDatabase.fresh();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Readings readings = node();
  private final UUID id = UUID.randomUUID();

  @AfterEach
  void close() {
    database.close();
  }

  private Readings node() {
    return new Readings(new JdbcReadings(database.jdbc()), now::get);
  }

  @Test
  void what_runs_has_a_reading_every_two_seconds_and_no_more() {
    counted(5);
    assertThat(readings.tick()).isEqualTo(1);
    pass(Duration.ofMillis(1900));
    counted(7);
    assertThat(readings.tick()).isZero();
    pass(Duration.ofMillis(150));
    readings.tick();
    assertThat(of()).containsExactly(reading(5, START), reading(7, START.plusSeconds(2)));
  }

  @Test
  void two_nodes_keep_a_moment_once() {
    counted(5);
    assertThat(readings.tick()).isEqualTo(1);
    assertThat(node().tick()).isZero();
    assertThat(of()).hasSize(1);
  }

  @Test
  void after_ten_minutes_a_reading_is_forgotten() {
    counted(5);
    readings.tick();
    over();
    pass(Readings.KEPT.plusSeconds(2));
    assertThat(of()).isEmpty();
    assertThat(readings.tick()).isEqualTo(1);
    assertThat(rows()).isZero();
  }

  @Test
  void what_is_over_is_not_read_any_more_and_is_seen_for_a_while() {
    counted(5);
    readings.tick();
    over();
    pass(Readings.STEP);
    assertThat(readings.tick()).isZero();
    assertThat(of()).containsExactly(reading(5, START));
  }

  @Test
  void a_day_without_an_end_is_never_more_than_ten_minutes() {
    counted(5);
    for (int step = 0; step < Readings.OF_ONE_MAX + 20; step++) {
      readings.tick();
      pass(Readings.STEP);
    }
    assertThat(of()).hasSizeBetween(Readings.OF_ONE_MAX - 1, Readings.OF_ONE_MAX);
    assertThat(rows()).isLessThanOrEqualTo(Readings.OF_ONE_MAX);
  }

  private List<Reading> of() {
    var of = new DeliveryId(id);
    return readings.of(Tenant.HOUSE, Set.of(of), Side.BUYER).getOrDefault(of, List.of());
  }

  private int rows() {
    return database
        .jdbc()
        .sql("select count(*) from delivery.reading")
        .query(Integer.class)
        .single();
  }

  private static Reading reading(long count, Instant at) {
    return new Reading(new Quantity(Unit.BYTE, count), at);
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private void counted(long count) {
    database
        .jdbc()
        .sql(
            """
            insert into delivery.delivery
              (tenant, id, side, wanted, observed, unit, count, read_at, ceiling,
               access_url, access_token, node, held_until, visit_at, channel, body)
            values ('house', :id, 'BUYER', 'ACTIVE', 'ACTIVE', 'byte', :count, now(), 0,
               '', '', 'node', now(), now(), 'none', '{}')
            on conflict (tenant, id, side) do update set count = excluded.count
            """)
        .param("id", id)
        .param("count", count)
        .update();
  }

  private void over() {
    database.jdbc().sql("update delivery.delivery set wanted = 'TERMINATED'").update();
  }
}

package tally.delivery.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tally.delivery.port.Meter.Taken;
import tally.money.Quantity;
import tally.money.Unit;

class MeterTest {

  private static final Duration AT_ONCE = Duration.ZERO;
  private Instant now = Instant.EPOCH;
  private final InstantSource clock = () -> now;

  @Test
  void many_threads_together_never_pass_the_ceiling_and_reach_it_exactly() throws Exception {
    var meter = meter(Unit.BYTE, 0, 1_000_003);
    var sent = new AtomicLong();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        var chance = new Random(i);
        threads.submit(() -> {
          while (meter.bytes(chance.nextInt(1, 5_000), AT_ONCE)
              instanceof Taken.Granted(var count)) {
            long lost = chance.nextInt(10) == 0 ? count / 2 : 0;
            sent.addAndGet(count - lost);
            meter.passed(count - lost, lost);
          }
        });
      }
    }
    while (meter.bytes(1_000, AT_ONCE) instanceof Taken.Granted(var count)) {
      sent.addAndGet(count);
      meter.passed(count, 0);
    }
    assertThat(sent).hasValue(1_000_003);
    assertThat(meter.count().count()).isEqualTo(1_000_003);
  }

  @Test
  void what_was_not_sent_is_free_for_others() {
    var meter = meter(Unit.BYTE, 5, 10);
    assertThat(meter.bytes(100, AT_ONCE)).isEqualTo(new Taken.Granted(5));
    assertThat(meter.bytes(100, AT_ONCE)).isEqualTo(new Taken.Unpaid());
    meter.passed(2, 3);
    assertThat(meter.count().count()).isEqualTo(7);
    assertThat(meter.bytes(100, AT_ONCE)).isEqualTo(new Taken.Granted(3));
  }

  @Test
  void who_waits_is_woken_by_a_higher_ceiling_and_by_the_end() throws Exception {
    var meter = meter(Unit.BYTE, 0, 0);
    var waits = CompletableFuture.supplyAsync(() -> meter.bytes(10, Duration.ofSeconds(20)));
    meter.allow(new Quantity(Unit.BYTE, 4));
    assertThat(waits.get()).isEqualTo(new Taken.Granted(4));
    var again = CompletableFuture.supplyAsync(() -> meter.bytes(10, Duration.ofSeconds(20)));
    meter.end();
    assertThat(again.get()).isEqualTo(new Taken.Ended());
  }

  @Test
  void nothing_is_granted_while_suspended_and_the_ceiling_is_never_below_the_count() {
    var meter = meter(Unit.BYTE, 7, 3);
    assertThat(meter.bytes(1, AT_ONCE)).isEqualTo(new Taken.Unpaid());
    meter.allow(new Quantity(Unit.BYTE, 8));
    meter.suspend();
    assertThat(meter.bytes(1, AT_ONCE)).isEqualTo(new Taken.Suspended());
    meter.resume();
    assertThat(meter.bytes(1, AT_ONCE)).isEqualTo(new Taken.Granted(1));
  }

  @Test
  void calls_beyond_the_ceiling_are_refused_at_once_and_bodies_pass_uncounted() {
    var meter = meter(Unit.CALL, 0, 1);
    assertThat(meter.call(Duration.ofDays(1))).isEqualTo(new Taken.Granted(1));
    assertThat(meter.call(Duration.ofDays(1))).isEqualTo(new Taken.Unpaid());
    assertThat(meter.bytes(1_000, AT_ONCE)).isEqualTo(new Taken.Granted(1_000));
    meter.passed(1_000, 0);
    assertThat(meter.count().count()).isZero();
    meter.called(false);
    assertThat(meter.call(AT_ONCE)).isEqualTo(new Taken.Granted(1));
    meter.called(true);
    assertThat(meter.count().count()).isEqualTo(1);
  }

  @Test
  void seconds_stand_still_while_suspended_at_the_ceiling_and_after_the_end() {
    var meter = meter(Unit.SECOND, 100, 110);
    now = now.plusMillis(2_900);
    assertThat(meter.count().count()).isEqualTo(102);
    meter.suspend();
    now = now.plusSeconds(50);
    meter.resume();
    now = now.plusMillis(100);
    assertThat(meter.count().count()).isEqualTo(103);
    now = now.minusSeconds(40);
    assertThat(meter.count().count()).as("a clock set back takes nothing away").isEqualTo(103);
    now = now.plusSeconds(100);
    assertThat(meter.count().count()).isEqualTo(110);
    assertThat(meter.bytes(1, AT_ONCE)).isEqualTo(new Taken.Unpaid());
    meter.allow(new Quantity(Unit.SECOND, 120));
    assertThat(meter.count().count()).isEqualTo(110);
    now = now.plusSeconds(1);
    meter.end();
    now = now.plusSeconds(5);
    assertThat(meter.count().count()).isEqualTo(111);
  }

  private Meter meter(Unit unit, long already, long ceiling) {
    return new Meter(new Quantity(unit, already), new Quantity(unit, ceiling), clock);
  }
}

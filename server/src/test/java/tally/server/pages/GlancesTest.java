package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GlancesTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final int WATCHERS = 20;
  private volatile Instant now = START;
  private final AtomicInteger reads = new AtomicInteger();
  private final Glances<String, String> glances =
      new Glances<>(key -> key + " " + reads.incrementAndGet(), () -> now);

  @Test
  void many_who_watch_one_thing_cost_one_read_a_second() {
    for (int second = 0; second < 3; second++) {
      var seen = new ArrayList<String>();
      for (int watcher = 0; watcher < WATCHERS; watcher++) {
        now = START.plusSeconds(second).plusMillis(watcher * 40L);
        seen.add(glances.of("ann"));
      }
      assertThat(seen).containsOnly("ann " + (second + 1));
    }
    assertThat(reads).hasValue(3);
  }

  @Test
  void nobody_sees_what_is_anothers() {
    assertThat(List.of(glances.of("ann"), glances.of("ben"), glances.of("ann")))
        .containsExactly("ann 1", "ben 2", "ann 1");
  }

  @Test
  void who_comes_while_it_is_read_waits_for_that_read_and_another_thing_does_not()
      throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var slow =
        new Glances<String, String>(
            key -> {
              if (key.equals("ann")) {
                begun.countDown();
                await(go);
              }
              return key + " " + reads.incrementAndGet();
            },
            () -> now);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> watch = () -> slow.of("ann");
      var first = threads.submit(watch);
      await(begun);
      var second = threads.submit(watch);
      assertThat(slow.of("ben")).isEqualTo("ben 1");
      go.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("ann 2");
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("ann 2");
    }
    assertThat(reads).hasValue(2);
  }

  @Test
  void a_read_that_failed_is_tried_again_by_the_next() {
    var failing =
        new Glances<String, Integer>(
            _ -> {
              if (reads.incrementAndGet() == 1) {
                throw new IllegalStateException("no database");
              }
              return reads.get();
            },
            () -> now);
    assertThatThrownBy(() -> failing.of("ann")).hasMessage("no database");
    assertThat(failing.of("ann")).isEqualTo(2);
  }

  @Test
  void no_more_is_kept_than_can_be_watched_and_nothing_that_nobody_watches_any_more() {
    for (int person = 0; person < Glances.MOST + 50; person++) {
      glances.of("person " + person);
    }
    assertThat(glances.size()).isEqualTo(Glances.MOST);
    now = START.plus(Duration.ofMinutes(1));
    glances.of("ann");
    assertThat(glances.size()).isEqualTo(1);
  }

  @Test
  void a_clock_that_was_set_back_does_not_stop_the_figures() {
    glances.of("ann");
    now = START.minus(Duration.ofHours(1));
    assertThat(glances.of("ann")).isEqualTo("ann 2");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

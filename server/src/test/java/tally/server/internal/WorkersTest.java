package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import tally.Bell;
import tally.Worker;

class WorkersTest {

  @Test
  void a_worker_goes_on_at_once_while_it_moves_something() throws Exception {
    var rounds = new CountDownLatch(5);
    var workers =
        new Workers(
            List.of(
                worker(
                    Duration.ofHours(1),
                    () -> {
                      rounds.countDown();
                      return rounds.getCount() > 0 ? 1 : 0;
                    })),
            new SimpleMeterRegistry());
    workers.start();
    assertThat(rounds.await(10, TimeUnit.SECONDS)).isTrue();
    workers.stop();
    assertThat(workers.isRunning()).isFalse();
  }

  @Test
  void a_worker_that_rests_goes_on_when_its_bell_rings() throws Exception {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(2);
    var bell = new Bell(1);
    var workers =
        new Workers(
            List.of(
                Worker.abreast(
                    "w",
                    Duration.ofHours(1),
                    bell,
                    1,
                    () -> {
                      first.countDown();
                      second.countDown();
                      return 0;
                    })),
            new SimpleMeterRegistry());
    workers.start();
    assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
    bell.ring();
    assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
    long begun = System.nanoTime();
    workers.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Workers.STOP_WITHIN);
  }

  @Test
  void a_worker_that_throws_is_counted_and_tried_again() throws Exception {
    var rounds = new CountDownLatch(3);
    var meters = new SimpleMeterRegistry();
    var workers =
        new Workers(
            List.of(
                worker(
                    Duration.ofMillis(1),
                    () -> {
                      rounds.countDown();
                      throw new IllegalStateException("again");
                    })),
            meters);
    workers.start();
    assertThat(rounds.await(10, TimeUnit.SECONDS)).isTrue();
    workers.stop();
    assertThat(
            meters
                .counter("tally.worker.faults", "worker", "w", "kind", "IllegalStateException")
                .count())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void a_worker_that_hangs_is_interrupted_within_five_seconds() throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    var workers =
        new Workers(
            List.of(
                worker(
                    Duration.ofMillis(1),
                    () -> {
                      begun.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        ended.countDown();
                        throw new IllegalStateException(e);
                      }
                      return 0;
                    })),
            new SimpleMeterRegistry());
    workers.start();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    workers.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    assertThat(ended.getCount()).isZero();
  }

  private static Worker worker(Duration pause, IntSupplier tick) {
    return new Worker() {
      @Override
      public String name() {
        return "w";
      }

      @Override
      public Duration pause() {
        return pause;
      }

      @Override
      public int tick() {
        return tick.getAsInt();
      }
    };
  }
}

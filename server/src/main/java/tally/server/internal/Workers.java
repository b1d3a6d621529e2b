package tally.server.internal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tally.Bell;
import tally.Worker;

/// Runs every worker on virtual threads, as many as it wants abreast: again at once while it moves
/// something, else after its pause or when its bell rings. Begins last and ends first.
public final class Workers implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  static final Duration STOP_WITHIN = Duration.ofSeconds(5);
  private final List<Worker> workers;
  private final MeterRegistry meters;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();
  private volatile CountDownLatch stop = new CountDownLatch(1);
  private volatile List<Thread> threads = List.of();
  private volatile List<Bell> bells = List.of();

  public Workers(List<Worker> workers, MeterRegistry meters) {
    this.workers = List.copyOf(workers);
    this.meters = meters;
  }

  @Override
  public void start() {
    var signal = new CountDownLatch(1);
    stop = signal;
    var rung = new ArrayList<Bell>();
    var running = new ArrayList<Thread>();
    for (var worker : workers) {
      var bell = worker.bell();
      for (int one = 0; one < worker.abreast(); one++) {
        rung.add(bell);
        running.add(
            Thread.ofVirtual()
                .name("worker-" + worker.name())
                .start(() -> run(worker, bell, signal)));
      }
    }
    bells = List.copyOf(rung);
    threads = List.copyOf(running);
  }

  @Override
  public void stop() {
    stop.countDown();
    bells.forEach(Bell::ring);
    long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
    long half = System.nanoTime() + STOP_WITHIN.toNanos() / 2;
    try {
      for (var thread : threads) {
        thread.join(left(half));
      }
      threads.forEach(Thread::interrupt);
      for (var thread : threads) {
        if (!thread.join(left(deadline))) {
          LOG.warn("{} did not stop within {}", thread.getName(), STOP_WITHIN);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads = List.of();
  }

  @Override
  public boolean isRunning() {
    return !threads.isEmpty();
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  private void run(Worker worker, Bell bell, CountDownLatch signal) {
    try {
      while (signal.getCount() > 0) {
        long begun = System.nanoTime();
        if (round(worker) == 0 && signal.getCount() > 0) {
          bell.rest(worker.pause());
        }
        signal.await(worker.apart().toNanos() - (System.nanoTime() - begun), NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Each kind of fault is logged once in full, and counted always; none ends the worker, who may
  /// be the only one of his kind.
  private int round(Worker worker) {
    try {
      return worker.tick();
    } catch (RuntimeException | Error fault) {
      var kind = fault.getClass().getSimpleName();
      meters.counter("tally.worker.faults", "worker", worker.name(), "kind", kind).increment();
      if (stop.getCount() > 0 && logged.add(worker.name() + "/" + kind)) {
        LOG.error("worker {} failed; it goes on after its pause", worker.name(), fault);
      }
      return 0;
    }
  }
}

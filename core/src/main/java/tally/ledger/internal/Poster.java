package tally.ledger.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.internal.Write.Outcome;

/// Gathers calls while writers are at work and has them written together: one commit for all that
/// waited. Nobody waits for company where no writer is at work.
final class Poster {

  /// @param writers how many write at the same time; more than two slow each other down
  /// @param batchMax how many calls one transaction takes
  /// @param waitingMax how many calls may wait
  /// @param patience how long a call waits to be let in
  /// @param lanePatience how long a batch waits for a transaction that has its tenant to itself
  record Settings(
      int writers, int batchMax, int waitingMax, Duration patience, Duration lanePatience) {
    static final Settings USUAL =
        new Settings(2, 500, 5_000, Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final BatchWriter writer;
  private final Settings settings;
  private final Waiting waiting;
  private final Executor threads;
  private final AtomicInteger working = new AtomicInteger();

  Poster(BatchWriter writer, Settings settings) {
    this.writer = writer;
    this.settings = settings;
    this.waiting = new Waiting(settings.waitingMax());
    this.threads = threads(settings.writers());
  }

  /// Waits until it is written or refused, and durable. Throws `Book.Busy` where nothing was
  /// written, and `Book.OutcomeUnknown` where nobody knows.
  Answer ask(Write write) {
    return ask(List.of(write)).getFirst().get();
  }

  /// The same for several, which are written together as far as a batch reaches. Answers when all
  /// are written, in their order, what answers or throws for each.
  List<Supplier<Answer>> ask(List<Write> writes) {
    var outcomes = new ArrayList<Supplier<Outcome>>();
    for (var write : writes) {
      outcomes.add(admit(write));
    }
    writes.stream().map(Write::tenant).distinct().forEach(_ -> wake());
    return outcomes.stream()
        .map(Supplier::get)
        .<Supplier<Answer>>map(outcome -> outcome::orThrow)
        .toList();
  }

  private Supplier<Outcome> admit(Write write) {
    var call = new Call(write);
    try {
      waiting.add(call, settings.patience());
    } catch (Book.Busy full) {
      return () -> new Outcome.Failed(full);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return () ->
          new Outcome.Failed(new Book.Busy("the caller was interrupted before it was let in"));
    }
    return () -> {
      try {
        return call.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Outcome.Failed(new Book.OutcomeUnknown(e));
      }
    };
  }

  private void wake() {
    int now = working.get();
    while (now < settings.writers()) {
      if (working.compareAndSet(now, now + 1)) {
        threads.execute(this::work);
        return;
      }
      now = working.get();
    }
  }

  /// Looks once more after it has said that it rests: who came just before found it at work.
  private void work() {
    try {
      var calls = waiting.take(settings.batchMax());
      while (!calls.isEmpty()) {
        write(calls);
        calls = waiting.take(settings.batchMax());
      }
    } finally {
      working.decrementAndGet();
      if (!waiting.isEmpty()) {
        wake();
      }
    }
  }

  private void write(List<Call> calls) {
    var writes = calls.stream().map(Call::write).toList();
    try {
      var outcomes = writer.write(writes.getFirst().tenant(), writes);
      for (int i = 0; i < calls.size(); i++) {
        calls.get(i).answer(outcomes.get(i));
      }
    } catch (RuntimeException | Error bug) {
      calls.forEach(call -> call.answer(new Outcome.Failed(new Book.OutcomeUnknown(bug))));
      throw bug;
    }
  }

  /// Threads of their own, since a caller may be interrupted, which would cost all others the
  /// connection. They end when nothing is to do, and hold up no one's end.
  private static Executor threads(int most) {
    var count = new AtomicInteger();
    var threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            // A writer that is about to rest may still have its thread.
            new ArrayBlockingQueue<>(most),
            work ->
                Thread.ofPlatform()
                    .daemon()
                    .name("ledger-writer-" + count.incrementAndGet())
                    .unstarted(work));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}

package tally.flow.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.Bell;
import tally.Worker;
import tally.flow.Command;
import tally.flow.Flow;
import tally.flow.Signal;
import tally.flow.Step;
import tally.ledger.EntryId;
import tally.network.TransactionId;

/// Steps flows and carries out what they command. Whatever moment it is lost at, a fresh one goes
/// on from the tables to the same book.
final class Runner implements Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

  /// @param attemptsMax how often a command is tried before its flow is stalled
  /// @param lease how long a command stays with the node that took it
  /// @param pauseMax the longest wait between two attempts
  record Settings(int attemptsMax, Duration lease, Duration pauseMax, int signalsMax) {
    static final Settings USUAL =
        new Settings(40, Duration.ofSeconds(30), Duration.ofSeconds(30), 50);
  }

  /// Where a test may lose the Runner. A node that runs for real never does.
  interface Fate {
    Fate KIND = new Fate() {};

    default void before(Command command) {}

    default void after(Command command) {}
  }

  /// Who carries commands out, and answers what is known at once.
  interface Hands {
    Optional<Signal> carryOut(JdbcFlows.Taken taken);
  }

  private final JdbcFlows flows;
  private final Hands carrier;
  private final Settings settings;
  private final Fate fate;

  Runner(JdbcFlows flows, Hands carrier, Settings settings, Fate fate) {
    this.flows = flows;
    this.carrier = carrier;
    this.settings = settings;
    this.fate = fate;
  }

  @Override
  public String name() {
    return "flows";
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(50);
  }

  @Override
  public Bell bell() {
    return flows.bell.bell;
  }

  /// One flow's signals and one command.
  @Override
  public int tick() {
    return step() + carry();
  }

  private int step() {
    var locked = new AtomicReference<JdbcFlows.Locked>();
    try {
      return flows.in(() -> {
        flows.lockNext().ifPresent(locked::set);
        // Another runner may have heard it all meanwhile; there may be more for this one.
        return locked.get() == null ? 0 : Math.max(1, hear(locked.get()));
      });
    } catch (RuntimeException bug) {
      var flow = locked.get();
      if (flow == null) {
        throw bug;
      }
      LOG.error("flow {} cannot take its next step", flow.id().value(), bug);
      flows.in(() -> {
        flows.stall(flow.tenant(), flow.id(), "step: " + bug, Optional.empty());
        return true;
      });
      return 1;
    }
  }

  private int hear(JdbcFlows.Locked locked) {
    Flow flow = locked.flow();
    long version = locked.version();
    int heard = 0;
    for (var signal : flows.unheard(locked, settings.signalsMax())) {
      var step = flow.on(signal.signal());
      version++;
      flows.store(locked, version, step, signal.seq());
      heard++;
      var no = unanswered(flow, step, signal.signal());
      if (no.isPresent()) {
        var why = no.get();
        flows.stall(locked.tenant(), locked.id(), why.why(), why.by(), why.entry());
        // The rest is heard after the retry: it may hold another no, which would be lost now.
        break;
      }
      flow = step.next();
    }
    return heard;
  }

  /// @param by the transaction that came to nothing, if it is one
  /// @param entry the entry that the book refused, if it is one
  private record Unanswered(String why, Optional<TransactionId> by, Optional<EntryId> entry) {

    static Unanswered of(TransactionId by, String why) {
      return new Unanswered(why, Optional.of(by), Optional.empty());
    }

    static Unanswered of(EntryId entry, String why) {
      return new Unanswered(why, Optional.empty(), Optional.of(entry));
    }
  }

  /// A no that the flow has no answer for is a human's matter.
  private static Optional<Unanswered> unanswered(Flow before, Step step, Signal signal) {
    if (step.stuck().isPresent()) {
      var stuck = step.stuck().get();
      return Optional.of(Unanswered.of(stuck.by(), stuck.why()));
    }
    if (!step.next().equals(before) || !step.commands().isEmpty()) {
      return Optional.empty();
    }
    return switch (signal) {
      case Signal.PostRefused(var entry, var code, var text) ->
          Optional.of(
              Unanswered.of(entry, "the book refused " + entry.value() + ": " + code + " " + text));
      case Signal.TransactionEnded(var id, var end, var reason)
          when end != Signal.TransactionEnd.ACTED ->
          Optional.of(Unanswered.of(id, "transaction " + id.value() + " " + end + ": " + reason));
      default -> Optional.empty();
    };
  }

  private int carry() {
    var taken = flows.in(() -> flows.take(settings.attemptsMax(), settings.lease()));
    if (taken.isEmpty()) {
      return 0;
    }
    var command = taken.get();
    try {
      fate.before(command.command());
      var answer = carrier.carryOut(command);
      fate.after(command.command());
      flows.in(() -> {
        if (flows.done(command)) {
          answer.ifPresent(signal -> flows.signal(command.tenant(), command.flow(), signal));
        }
        return true;
      });
    } catch (RuntimeException trouble) {
      LOG.warn(
          "{} of flow {}, attempt {}",
          command.command().getClass().getSimpleName(),
          command.flow().value(),
          command.attempts(),
          trouble);
      var why = trouble.getClass().getSimpleName() + ": " + trouble.getMessage();
      flows.in(() -> {
        boolean mine = flows.failed(command, why, pauseAfter(command.attempts()));
        if (mine && command.attempts() >= settings.attemptsMax()) {
          flows.stall(command.tenant(), command.flow(), why, Optional.empty());
        }
        return true;
      });
    }
    return 1;
  }

  private Duration pauseAfter(int attempts) {
    var pause = Duration.ofMillis(50L << Math.min(attempts - 1, 20));
    return pause.compareTo(settings.pauseMax()) > 0 ? settings.pauseMax() : pause;
  }
}

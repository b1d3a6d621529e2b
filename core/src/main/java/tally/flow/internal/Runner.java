package tally.flow.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.flow.Command;
import tally.flow.Flow;
import tally.flow.Signal;
import tally.flow.Step;
import tally.flow.internal.JdbcCommands.Answered;
import tally.flow.internal.JdbcCommands.Given;
import tally.flow.internal.JdbcCommands.Taken;
import tally.flow.internal.JdbcSteps.Heard;
import tally.flow.internal.JdbcSteps.Locked;
import tally.flow.internal.JdbcSteps.Stepped;
import tally.ledger.EntryId;
import tally.network.TransactionId;

/// Steps flows and carries out what they command. Whatever moment it is lost at, a fresh one goes
/// on from the tables to the same book.
///
/// Flows step together, and so is posted what they order: the more there is to do, the fewer
/// commits each costs. What may wait for the outside is carried out one by one.
final class Runner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

  /// @param attemptsMax how often a command is tried before its flow is stalled
  /// @param lease how long a command stays with the node that took it
  /// @param pauseMax the longest wait between two attempts
  /// @param signalsMax how many signals a flow hears in one round
  /// @param together how many flows step in one round
  record Settings(
      int attemptsMax, Duration lease, Duration pauseMax, int signalsMax, int together) {
    static final Settings USUAL =
        new Settings(40, Duration.ofSeconds(30), Duration.ofSeconds(30), 50, 32);

    Settings leased(Duration lease) {
      return new Settings(attemptsMax, lease, pauseMax, signalsMax, together);
    }
  }

  /// Where a test may lose the Runner. A node that runs for real never does.
  interface Fate {
    Fate KIND = new Fate() {};

    default void before(Command command) {}

    default void after(Command command) {}
  }

  /// Who carries commands out, and answers what is known at once.
  interface Hands {
    Optional<Signal> carryOut(Taken taken);

    /// Postings, all together; in their order, what tells of each or throws.
    default List<Supplier<Optional<Signal>>> post(List<Taken> posts) {
      return posts.stream()
          .<Supplier<Optional<Signal>>>map(taken -> () -> carryOut(taken))
          .toList();
    }
  }

  private final JdbcFlows flows;
  private final Hands carrier;
  private final Settings settings;
  private final Fate fate;

  /// What the last round posted and the next writes down: lost with its node, it is posted again
  /// when the lease is over, and has acted already.
  private volatile List<Answered> posted = List.of();

  /// For how many rounds flows step one by one, since one of them can't be stored.
  private int alone;

  Runner(JdbcFlows flows, Hands carrier, Settings settings, Fate fate) {
    this.flows = flows;
    this.carrier = carrier;
    this.settings = settings;
    this.fate = fate;
  }

  /// Some flows' signals, and what they post. For one thread at a time.
  int step() {
    Collection<Locked> locked = new ArrayList<>();
    Round round;
    try {
      round =
          flows.in(() -> {
            int answered = flows.commands.answer(posted);
            locked.addAll(flows.steps.lock(alone > 0 ? 1 : settings.together()));
            return hear(locked).answered(answered);
          });
    } catch (RuntimeException trouble) {
      return apart(locked, trouble);
    }
    posted = List.of();
    alone = Math.max(0, alone - 1);
    post(round.posts());
    return round.moved();
  }

  /// Writes down what was posted last, so that nobody waits for the lease after a node was ended.
  @Override
  public void close() {
    var answers = posted;
    posted = List.of();
    answers.forEach(this::answer);
  }

  /// @param moved how much was done in it
  private record Round(List<Taken> posts, int moved) {
    static final Round EMPTY = new Round(List.of(), 0);

    Round answered(int more) {
      return new Round(posts, moved + more);
    }
  }

  private record Stalling(Locked flow, Unanswered why) {}

  private Round hear(Collection<Locked> locked) {
    if (locked.isEmpty()) {
      return Round.EMPTY;
    }
    var stepped = new ArrayList<Stepped>();
    var stalled = new ArrayList<Stalling>();
    int heard = 0;
    for (var each : flows.steps.unheard(locked, settings.signalsMax()).entrySet()) {
      var flow = each.getKey();
      heard += each.getValue().size();
      try {
        var no = step(flow, each.getValue(), stepped);
        no.ifPresent(why -> stalled.add(new Stalling(flow, why)));
      } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
        LOG.error("flow {} cannot take its next step", flow.id().value(), bug);
        stalled.add(new Stalling(flow, Unanswered.of("step: " + bug)));
      }
    }
    flows.steps.store(stepped);
    for (var one : stalled) {
      var why = one.why();
      flows.stall(one.flow().tenant(), one.flow().id(), why.why(), why.by(), why.entry());
    }
    var posts = posts(stepped);
    long given = stepped.stream().mapToLong(it -> it.commands().size()).sum();
    flows.bell.given((int) given - posts.size());
    // Another runner may have heard it all meanwhile; there may be more for this one.
    return new Round(posts, Math.max(1, heard));
  }

  /// Answers the no that the flow has no answer for, if there is one. Throws, and adds nothing,
  /// where the flow cannot be read or step.
  private static Optional<Unanswered> step(
      Locked locked, List<Heard> unheard, List<Stepped> stepped) {
    Flow flow = locked.flow();
    long version = locked.version();
    Optional<Unanswered> no = Optional.empty();
    var heard = new ArrayList<Long>();
    var commands = new ArrayList<Given>();
    for (var one : unheard) {
      var signal = one.signal();
      var step = flow.on(signal);
      version++;
      heard.add(one.seq());
      int place = 0;
      for (var command : step.commands()) {
        commands.add(new Given(locked.tenant(), locked.id(), version, place++, command));
      }
      no = unanswered(flow, step, signal);
      flow = step.next();
      if (no.isPresent()) {
        // The rest is heard after the retry: it may hold another no, which would be lost now.
        break;
      }
    }
    if (!heard.isEmpty()) {
      stepped.add(new Stepped(locked, flow, version, heard, commands));
    }
    return no;
  }

  private List<Taken> posts(List<Stepped> stepped) {
    var posting =
        stepped.stream()
            .filter(it -> it.commands().stream().anyMatch(g -> g.command() instanceof Command.Post))
            .map(Stepped::before)
            .toList();
    return posting.isEmpty()
        ? List.of()
        : flows.commands.takePosts(posting, settings.attemptsMax(), settings.lease());
  }

  private void post(List<Taken> posts) {
    if (posts.isEmpty()) {
      return;
    }
    posts.forEach(it -> fate.before(it.command()));
    List<Supplier<Optional<Signal>>> told;
    try {
      told = carrier.post(posts);
    } catch (RuntimeException trouble) {
      posts.forEach(it -> failed(it, trouble));
      return;
    }
    var answers = new ArrayList<Answered>();
    for (int i = 0; i < posts.size(); i++) {
      var taken = posts.get(i);
      try {
        answers.add(new Answered(taken, told.get(i).get()));
      } catch (RuntimeException trouble) {
        failed(taken, trouble);
      }
    }
    posts.forEach(it -> fate.after(it.command()));
    posted = List.copyOf(answers);
  }

  /// What could not be stored is tried once more, one by one, so that it holds up nobody else: the
  /// answers now, the flows in the next rounds.
  private int apart(Collection<Locked> locked, RuntimeException trouble) {
    close();
    if (locked.isEmpty()) {
      throw trouble;
    }
    if (alone == 0) {
      LOG.warn("{} flows cannot step; each is tried alone", locked.size(), trouble);
      alone = settings.together();
      return 1;
    }
    var flow = locked.iterator().next();
    LOG.error("flow {} cannot take its next step", flow.id().value(), trouble);
    flows.in(() -> {
      flows.stall(flow.tenant(), flow.id(), "step: " + trouble, Optional.empty());
      return true;
    });
    return 1;
  }

  /// @param by the transaction that came to nothing, if it is one
  /// @param entry the entry that the book refused, if it is one
  private record Unanswered(String why, Optional<TransactionId> by, Optional<EntryId> entry) {

    static Unanswered of(String why) {
      return new Unanswered(why, Optional.empty(), Optional.empty());
    }

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

  /// One command that was not posted with its step.
  int carry() {
    var taken = flows.in(() -> flows.commands.take(settings.attemptsMax(), settings.lease()));
    if (taken.isEmpty()) {
      return 0;
    }
    var command = taken.get();
    try {
      fate.before(command.command());
      var signal = carrier.carryOut(command);
      fate.after(command.command());
      answer(new Answered(command, signal));
    } catch (RuntimeException trouble) {
      failed(command, trouble);
    }
    return 1;
  }

  private void answer(Answered answered) {
    try {
      flows.in(() -> flows.commands.answer(List.of(answered)));
    } catch (RuntimeException trouble) {
      failed(answered.taken(), trouble);
    }
  }

  private void failed(Taken command, RuntimeException trouble) {
    LOG.warn(
        "{} of flow {}, attempt {}",
        command.command().getClass().getSimpleName(),
        command.flow().value(),
        command.attempts(),
        trouble);
    var why = trouble.getClass().getSimpleName() + ": " + trouble.getMessage();
    flows.in(() -> {
      boolean mine = flows.commands.failed(command, why, pauseAfter(command.attempts()));
      if (mine && command.attempts() >= settings.attemptsMax()) {
        flows.stall(command.tenant(), command.flow(), why, Optional.empty());
      }
      return true;
    });
  }

  private Duration pauseAfter(int attempts) {
    var pause = Duration.ofMillis(50L << Math.min(attempts - 1, 20));
    return pause.compareTo(settings.pauseMax()) > 0 ? settings.pauseMax() : pause;
  }
}

package tally.flow;

import java.util.List;
import java.util.Optional;
import tally.network.TransactionId;

/// The next state and what is to be done; stored together, in one database transaction, before
/// anything is done.
///
/// @param stuck why only a human can help on, where that is so; the flow is then stalled
public record Step(Flow next, List<Command> commands, Optional<Stuck> stuck) {

  public Step {
    commands = List.copyOf(commands);
  }

  /// @param why for the operator: what happened, and what a retry will do
  /// @param by the transaction that came to nothing, which a retry does again by a fresh one
  public record Stuck(String why, TransactionId by) {}

  public static Step to(Flow next, Command... commands) {
    return to(next, List.of(commands));
  }

  public static Step to(Flow next, List<? extends Command> commands) {
    return new Step(next, List.copyOf(commands), Optional.empty());
  }

  public static Step stay(Flow same) {
    return to(same, List.of());
  }

  public static Step stuck(Flow same, String why, TransactionId by) {
    return new Step(same, List.of(), Optional.of(new Stuck(why, by)));
  }
}

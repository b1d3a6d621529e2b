package tally.flow;

import java.util.List;

/// The next state and what is to be done; stored together, in one database transaction, before
/// anything is done.
public record Step(Flow next, List<Command> commands) {

  public Step {
    commands = List.copyOf(commands);
  }

  public static Step to(Flow next, Command... commands) {
    return new Step(next, List.of(commands));
  }

  public static Step to(Flow next, List<? extends Command> commands) {
    return new Step(next, List.copyOf(commands));
  }

  public static Step stay(Flow same) {
    return new Step(same, List.of());
  }
}

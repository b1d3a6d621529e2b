package tally.flow;

import tally.treasury.Grant;

/// How a payer's appeal for one grant fares: from his wish until the chain has it, or until it is
/// clear that it never will.
public sealed interface Appealing {

  /// How often it is sent at most.
  int SENT_MAX = 3;

  /// For one grant once more, since what was sent came to nothing.
  ///
  /// @param time from 2; each is a transaction of its own
  record Again(Grant.Id grant, int time) {}

  /// @param sent how often it was sent
  record Asked(int sent) implements Appealing {}

  /// The chain took it; now the council decides.
  record Taken() implements Appealing {}

  /// @param code `appeal_window_over`, `appeal_not_taken`
  /// @param reason the chain's or custody's own word for the last no
  record Failed(String code, String reason) implements Appealing {}

  /// What follows when what was sent came to nothing: once more, or the end of it.
  default Appealing refused(String reason) {
    return switch (this) {
      case Asked _ when over(reason) -> new Failed("appeal_window_over", reason);
      case Asked(var sent) ->
          sent < SENT_MAX ? new Asked(sent + 1) : new Failed("appeal_not_taken", reason);
      case Taken _, Failed _ -> this;
    };
  }

  /// The vault's words for a window that is over, and for a grant that is not frozen any more.
  private static boolean over(String reason) {
    return reason.equals("TooLate") || reason.equals("OutOfTurn");
  }
}

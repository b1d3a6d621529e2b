package tally.payment;

/// What a state says to a notice from outside.
public sealed interface Move<T> {
  record Moved<T>(T next) implements Move<T> {}

  /// The notice says what is known.
  record Already<T>() implements Move<T> {}

  /// The notice does not fit this state, or is older than it; nothing moves.
  record OutOfTurn<T>(String why) implements Move<T> {}
}

package tally.money;

/// Our own no. Every refusal has a code that clients may rely on for ever, and a sentence for a
/// person.
///
/// A refusal is an answer, not a fault: nothing was changed by what it answers.
public interface Refusal {

  /// Lower-case words joined by underscores (or, for the x402 protocol, that protocol's own code).
  String code();

  /// One sentence that says what was refused, with both sides of the broken comparison where there
  /// is one.
  String text();
}

package tally.flow;

import tally.money.Refusal;

/// The answer to a wish that would begin a flow.
public sealed interface Begin {

  record Begun(Flow flow) implements Begin {}

  /// The same wish under the same id, made before: the flow as it now is.
  record Already(Flow flow) implements Begin {}

  /// Nothing began and nothing changed.
  record Refused(String code, String text) implements Begin, Refusal {}
}

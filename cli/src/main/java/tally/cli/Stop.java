package tally.cli;

/// A command's own no: a stable code, and one sentence that says what to do.
final class Stop extends RuntimeException {

  private static final long serialVersionUID = 1;
  final String code;

  Stop(String code, String text) {
    super(text);
    this.code = code;
  }
}

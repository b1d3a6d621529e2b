package tally.cli;

/// One thing that the doctor looked at.
///
/// @param level whether it stands in the way
/// @param what it is, as found
/// @param remedy what to do; empty where all is well
record Finding(Level level, String what, String remedy) {

  enum Level {
    OK,
    WARNING,
    FAULT
  }

  static Finding ok(String what) {
    return new Finding(Level.OK, what, "");
  }

  static Finding warning(String what, String remedy) {
    return new Finding(Level.WARNING, what, remedy);
  }

  static Finding fault(String what, String remedy) {
    return new Finding(Level.FAULT, what, remedy);
  }

  @Override
  public String toString() {
    var word =
        switch (level) {
          case OK -> "ok     ";
          case WARNING -> "careful";
          case FAULT -> "fault  ";
        };
    return word + "  " + what + (remedy.isEmpty() ? "" : ": " + remedy);
  }
}

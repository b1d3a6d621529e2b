package tally.cli;

import java.io.PrintStream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// How commands print what they found.
final class Printing {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Printing() {}

  static void json(PrintStream out, Object facts) {
    out.println(JSON.writeValueAsString(facts));
  }
}

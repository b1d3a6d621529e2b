package tally.server;

import java.net.BindException;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.web.server.PortInUseException;
import tally.money.Refusal;
import tally.server.internal.StartRefused;

/// A node. Every room finds its own beans by its `internal` configuration; schemas are migrated by
/// `Schemas`, and parties sign in through `tally.party`.
@SpringBootApplication(
    scanBasePackages = "tally",
    exclude = {FlywayAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class})
public class Tally {

  /// Of `sysexits.h`: the configuration is wrong.
  private static final int REFUSED = 78;

  private static final int CAUSES_MAX = 50;

  public static void main(String[] arguments) {
    try {
      SpringApplication.run(Tally.class, arguments);
    } catch (RuntimeException failed) {
      var refusal = refusal(failed).orElseThrow(() -> failed);
      System.err.println("refused " + refusal.code() + ": " + refusal.text());
      System.exit(REFUSED);
    }
  }

  /// Our own no, somewhere in what the framework made of it; a port that is taken is one too.
  private static Optional<Refusal> refusal(Throwable failed) {
    int depth = 0;
    for (Throwable one = failed; one != null && depth < CAUSES_MAX; one = one.getCause()) {
      if (one instanceof Refusal refusal) {
        return Optional.of(refusal);
      }
      if (one instanceof PortInUseException || one instanceof BindException) {
        return Optional.of(
            new StartRefused(
                "port_taken",
                "A port of this node is taken: set tally.private.port and tally.public.port."));
      }
      depth++;
    }
    return Optional.empty();
  }
}

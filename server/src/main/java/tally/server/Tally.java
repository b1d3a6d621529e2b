package tally.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/// A node. Every room finds its own beans by its `internal` configuration; schemas are migrated by
/// `Schemas`, and parties sign in through `tally.party`.
@SpringBootApplication(
    scanBasePackages = "tally",
    exclude = {FlywayAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class})
public class Tally {

  public static void main(String[] arguments) {
    SpringApplication.run(Tally.class, arguments);
  }
}

package tally.network.evm;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The anvil that npm has installed.
final class Node {

  private Node() {}

  /// Skips the test where there is none, unless this machine says that it must be there.
  static Path anvil() {
    var found = LocalChain.anvil();
    boolean required =
        "required".equals(System.getProperty("tally.node")) || System.getenv("CI") != null;
    if (found.isEmpty() && required) {
      throw new AssertionError("Node is absent: `npm install` in contracts/ gets anvil");
    }
    Assumptions.assumeTrue(found.isPresent(), "Node is absent");
    return found.orElseThrow();
  }
}

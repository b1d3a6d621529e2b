package tally.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tally ledger verify`: the whole book, read again.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Reads the whole book again; exit code 0 only if it is sound.")
final class VerifyCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print what was found as JSON.")
  private boolean json;

  @Mixin private NodeOptions node = new NodeOptions();

  @Override
  public Integer call() {
    var verified = node.api().post("/ledger/verify", Map.of());
    boolean sound = verified.path("sound").asBoolean(false);
    if (json) {
      Printing.json(System.out, verified);
    } else {
      System.out.printf(
          "%s  %d entries, %d holds%n",
          sound ? "sound" : "BROKEN",
          verified.path("entries").asLong(),
          verified.path("holds").asLong());
      verified.path("faults").forEach(fault -> System.out.println("fault: " + fault.asString()));
    }
    return sound ? 0 : 1;
  }
}

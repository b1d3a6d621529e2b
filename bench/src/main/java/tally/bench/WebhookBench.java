package tally.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Signed deliveries of the fake gateway over HTTP into a running node, 200 a second; from sending
/// to the balance that shows it. Goal: p99 at most 50 ms.
@Command(
    name = "webhook",
    description = "Webhook to balance, 200 a second (not measured yet: says what is missing).")
final class WebhookBench implements Callable<Integer> {

  @Override
  public Integer call() {
    System.out.println(
        "Not measured yet. It needs the fake bank as a process that captures 200 payments a second"
            + " on demand, and a node with its webhook open; then Load can ask for balances.");
    return 2;
  }
}

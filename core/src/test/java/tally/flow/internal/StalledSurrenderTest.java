package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.flow.Command;
import tally.flow.FlowFixtures;
import tally.flow.Flows;
import tally.flow.Purchase;
import tally.flow.PurchaseEnding;
import tally.flow.PurchaseProgress;
import tally.flow.Signal;
import tally.network.TransactionId;
import tally.treasury.Grant;
import tally.x402.Address;
import tally.x402.Bytes32;

/// Two grants of one purchase are surrendered, and the vault gives nothing back of either.
class StalledSurrenderTest {

  private final Purchase.Data data = FlowFixtures.aPurchase("3.00", "7.00");
  private final List<Command> carried = new ArrayList<>();
  private TestDatabase database;
  private JdbcFlows flows;
  private Runner runner;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    flows = new JdbcFlows(database.jdbc(), database.transactions());
    runner =
        new Runner(
            flows,
            taken -> {
              carried.add(taken.command());
              return Optional.empty();
            },
            Runner.Settings.USUAL,
            Runner.Fate.KIND);
    flows.begin(
        new PurchaseEnding.Surrendering(
            data, PurchaseProgress.NONE, "", Set.of(grant(0).value(), grant(1).value()), List.of()),
        data.buyer());
    flows.in(() -> {
      flows.commands.give(
          IntStream.range(0, 2)
              .mapToObj(part ->
                  new JdbcCommands.Given(
                      data.tenant(),
                      data.id(),
                      0,
                      part,
                      new Command.ReclaimGrant(grant(part), BigInteger.ZERO, true, first(part))))
              .toList());
      return true;
    });
    work();
    carried.clear();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private void work() {
    for (int tick = 0; tick < 20 && runner.step() + runner.carry() > 0; tick++) {}
  }

  private Grant.Id grant(int part) {
    return data.parts().get(part).grant();
  }

  private TransactionId first(int part) {
    return new TransactionId(data.id().derive("surrender/" + data.parts().get(part).lot()));
  }

  private void told(int part, String units, TransactionId by) {
    var one = data.parts().get(part);
    var order =
        new Grant.Order(
            one.grant(),
            data.tenant(),
            data.buyer(),
            new Address("0x" + "11".repeat(20)),
            one.lot().value(),
            "fake",
            one.tokens(),
            Bytes32.ZERO,
            data.holdsUntil());
    flows.tell(
        data.tenant(),
        one.grant().value(),
        new Signal.PowerReclaimed(
            new Grant.Granted(order, BigInteger.ZERO), new BigInteger(units), by));
  }

  private Flows.Kept kept() {
    return flows.find(data.tenant(), data.id()).orElseThrow();
  }

  @Test
  void a_retry_surrenders_by_a_fresh_transaction_what_the_vault_gave_nothing_back_of() {
    told(0, "0", first(0));
    told(1, "0", first(1));
    work();
    assertThat(kept().stalled())
        .hasValueSatisfying(why -> assertThat(why).contains(grant(0).value().toString()));
    assertThat(carried).isEmpty();

    flows.retry(data.tenant(), data.id());
    work();
    assertThat(kept().stalled())
        .as("the second no was not lost")
        .hasValueSatisfying(why -> assertThat(why).contains(grant(1).value().toString()));
    flows.retry(data.tenant(), data.id());
    work();
    assertThat(kept().stalled()).isEmpty();
    var fresh =
        carried.stream().map(command -> ((Command.ReclaimGrant) command).transaction()).toList();
    assertThat(fresh).hasSize(2).doesNotContain(first(0), first(1));
    assertThat(flows.original(data.tenant(), fresh.getFirst())).isEqualTo(first(0));

    told(0, "3000000", first(0));
    told(1, "7000000", first(1));
    work();
    assertThat(kept().flow()).isInstanceOf(PurchaseEnding.Finished.class);
  }
}

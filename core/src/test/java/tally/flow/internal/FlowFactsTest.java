package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.Json;
import tally.TestDatabase;
import tally.flow.FlowFixtures;
import tally.flow.Purchase;
import tally.flow.Signal;
import tally.flow.TopUp;
import tally.ledger.LotId;
import tally.payment.Dispute;
import tally.payment.PaymentListener;

/// A purchase that a payment paid for has just been begun.
class FlowFactsTest {

  private final Dispute.Case about = FlowFixtures.aCase("10.00", "15.00");
  private final LotId lot = TopUp.lotOf(about.payment());
  private final UUID dispute = about.id().value();
  private TestDatabase database;
  private FlowFacts facts;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    var flows = new JdbcFlows(database.jdbc(), database.transactions());
    facts =
        new FlowFacts(
            flows,
            () -> {
              throw new AssertionError("nobody asks for the payer of a mere warning");
            },
            () -> {
              throw new AssertionError("no transaction has a part in a warning");
            },
            "fake");
    var some = FlowFixtures.aPurchase("10.00");
    var part = some.parts().getFirst();
    flows.begin(
        new Purchase.Accepted(
            new Purchase.Data(
                some.id(),
                some.tenant(),
                some.buyer(),
                some.quote(),
                some.offering(),
                some.terms(),
                some.own(),
                List.of(new Purchase.Part(lot, part.fiat(), part.tokens(), part.grant())),
                some.slice(),
                some.holdsUntil())),
        some.buyer());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private List<Signal> told(Dispute... disputes) {
    for (var one : disputes) {
      facts.on(new PaymentListener.Fact.DisputeMoved(one));
    }
    return database
        .jdbc()
        .sql("select body from flow.signal order by seq")
        .query((row, _) -> Json.read(Signal.class, row.getString("body")))
        .list();
  }

  @Test
  void a_warning_and_its_end_reach_the_purchases_of_the_payment_from_their_beginning() {
    assertThat(told(new Dispute.Warned(about), new Dispute.Inquiry(about), new Dispute.Won(about)))
        .containsExactly(
            new Signal.Begun(),
            new Signal.LotWarned(lot, dispute),
            new Signal.LotWarned(lot, dispute),
            new Signal.LotCleared(lot, dispute));
  }

  @Test
  void a_warning_that_is_closed_or_prevented_is_over() {
    assertThat(told(new Dispute.Closed(about), new Dispute.Prevented(about)))
        .containsExactly(
            new Signal.Begun(),
            new Signal.LotCleared(lot, dispute),
            new Signal.LotCleared(lot, dispute));
  }
}

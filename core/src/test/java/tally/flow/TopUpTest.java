package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.aTopUp;
import static tally.flow.FlowFixtures.captured;
import static tally.flow.FlowFixtures.usd;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.flow.Signal.LotCounted;
import tally.flow.Signal.PaymentMoved;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.payment.Payment;
import tally.payment.port.Gateway.Decline;
import tally.payment.port.Gateway.DeclineKind;

class TopUpTest {

  private final TopUp.Data data = aTopUp("25.00");
  private final Flow waiting = new TopUp.Requested(data).on(new Signal.Begun()).next();

  @Test
  void a_top_up_asks_for_its_payment_once_begun() {
    var step = new TopUp.Requested(data).on(new Signal.Begun());
    assertThat(step.commands()).containsExactly(new Command.StartPayment(data.order()));
  }

  @Test
  void captured_money_is_there_to_spend_whole_and_as_a_lot_of_its_own() {
    var step = waiting.on(new PaymentMoved(captured(data)));
    var entry = ((Command.Post) step.commands().getFirst()).entry();
    assertThat(entry.postings())
        .containsExactly(
            new Posting(
                new Account.GatewayReceivable("card"),
                new Account.Available(ADA, TopUp.lotOf(data.payment())),
                usd("25.00")));
    assertThat(entry.opens())
        .singleElement()
        .satisfies(lot -> assertThat(lot.amount()).isEqualTo(usd("25.00")));
    assertThat(step.next()).isInstanceOf(TopUp.Credited.class);
  }

  @Test
  void being_told_twice_that_it_is_captured_credits_once() {
    var credited = waiting.on(new PaymentMoved(captured(data))).next();
    assertThat(credited.on(new PaymentMoved(captured(data))).commands()).isEmpty();
  }

  @Test
  void an_unknown_outcome_waits_and_is_credited_when_it_is_known() {
    var unknown = new Payment.Unknown(data.order(), Optional.of("object"), "timeout", NOW);
    var still = waiting.on(new PaymentMoved(unknown));
    assertThat(still.next()).isEqualTo(waiting);
    assertThat(still.commands()).isEmpty();
    assertThat(still.next().on(new PaymentMoved(captured(data))).commands()).hasSize(1);
  }

  @Test
  void a_declined_payment_credits_nothing() {
    var declined =
        new Payment.Declined(data.order(), new Decline(DeclineKind.HARD, "stolen card"), NOW);
    var step = waiting.on(new PaymentMoved(declined));
    assertThat(step.commands()).isEmpty();
    assertThat(step.next()).isEqualTo(new TopUp.Closed(data, "declined", "stolen card"));
  }

  @Test
  void a_bank_return_takes_the_unused_part_and_books_the_rest_as_loss() {
    var returned = new Payment.Returned(data.order(), "object", usd("25.00"), NOW);
    var credited = waiting.on(new PaymentMoved(captured(data))).next();
    var counting = credited.on(new PaymentMoved(returned));
    assertThat(counting.commands())
        .containsExactly(new Command.CountLot(ADA, TopUp.lotOf(data.payment()), usd("25.00")));
    var step = counting.next().on(new LotCounted(TopUp.lotOf(data.payment()), usd("10.00")));
    assertThat(((Command.Post) step.commands().getFirst()).entry().postings())
        .isEqualTo(
            List.of(
                new Posting(
                    new Account.Available(ADA, TopUp.lotOf(data.payment())),
                    new Account.GatewayReceivable("card"),
                    usd("10.00")),
                new Posting(
                    new Account.Loss(), new Account.GatewayReceivable("card"), usd("15.00"))));
  }
}

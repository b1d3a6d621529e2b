package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.HOUSE;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.lot;
import static tally.flow.FlowFixtures.usd;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.EntryId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Holder;
import tally.payment.PaymentId;
import tally.payment.Refund;

class RefundingTest {

  private static final Holder OSCAR = new Holder("party:oscar");
  private final Refunding.Part part =
      new Refunding.Part(
          lot("a"),
          new PaymentId(new UUID(0, 1)),
          "card",
          usd("12.00"),
          new Refund.Id(new UUID(0, 2)));
  private final Refunding.Data data = data(Optional.empty());
  private final Flow taking = new Refunding.Requested(data).on(new Signal.Begun()).next();
  private final Refund.Order order =
      new Refund.Order(part.refund(), HOUSE, part.payment(), part.amount(), "unused");

  private Step send() {
    return taking.on(new Signal.Posted(new EntryId(data.id().derive("requested"))));
  }

  private Refunding.Data data(Optional<Amount> above) {
    return new Refunding.Data(
        flow("refund"), HOUSE, ADA, Optional.empty(), usd("12.00"), List.of(part), above);
  }

  /// Its money has left the balance.
  private Step waiting() {
    return new Refunding.Requested(data(Optional.of(usd("10.00"))))
        .on(new Signal.Begun())
        .next()
        .on(new Signal.Posted(new EntryId(data.id().derive("requested"))));
  }

  private Signal decided(boolean approved) {
    return new Signal.RefundDecided(
        new Decision(new UUID(0, 3), HOUSE, data.id(), approved, OSCAR, "He called us.", NOW));
  }

  private static List<Posting> posted(Step step) {
    return ((Command.Post) step.commands().getFirst()).entry().postings();
  }

  @Test
  void money_leaves_the_balance_before_the_gateway_is_asked() {
    var step = new Refunding.Requested(data).on(new Signal.Begun());
    assertThat(step.commands())
        .hasSize(2)
        .hasExactlyElementsOfTypes(Command.WatchLots.class, Command.Post.class);
    assertThat(send().commands()).singleElement().isInstanceOf(Command.StartRefund.class);
  }

  @Test
  void money_that_is_no_longer_there_is_not_sent() {
    var step =
        taking.on(
            new Signal.PostRefused(new EntryId(new UUID(0, 0)), "insufficient_funds", "short"));
    assertThat(step.next()).isInstanceOf(Refunding.Refused.class);
    assertThat(step.commands()).isEmpty();
  }

  @Test
  void a_completed_refund_leaves_through_the_gateway_once() {
    var done = new Signal.RefundMoved(new Refund.Completed(order, "re_1", NOW));
    var step = send().next().on(done);
    assertThat(posted(step))
        .containsExactly(
            new Posting(
                new Account.Refunding(ADA, lot("a")),
                new Account.GatewayReceivable("card"),
                usd("12.00")));
    assertThat(step.next().on(done).commands()).isEmpty();
  }

  @Test
  void a_failed_refund_is_available_again_also_after_it_was_completed() {
    var failed =
        new Signal.RefundMoved(
            new Refund.Failed(order, Optional.of("re_1"), "card_closed", "closed", false, NOW));
    assertThat(posted(send().next().on(failed)))
        .containsExactly(
            new Posting(
                new Account.Refunding(ADA, lot("a")),
                new Account.Available(ADA, lot("a")),
                usd("12.00")));
    var completed =
        send().next().on(new Signal.RefundMoved(new Refund.Completed(order, "re_1", NOW))).next();
    assertThat(posted(completed.on(failed)))
        .containsExactly(
            new Posting(
                new Account.GatewayReceivable("card"),
                new Account.Available(ADA, lot("a")),
                usd("12.00")));
  }

  @Test
  void money_that_comes_back_while_its_payment_is_disputed_is_told_to_the_chargeback() {
    var word = new Signal.LotDisputed(lot("a"), flow("chargeback"));
    var told = send().next().on(word);
    assertThat(told.commands())
        .containsExactly(
            new Command.Tell(flow("chargeback"), new Signal.PurchaseEnded(data.id(), List.of())));
    var failed =
        new Signal.RefundMoved(
            new Refund.Failed(order, Optional.empty(), "payment_disputed", "no", false, NOW));
    assertThat(told.next().on(failed).commands().getLast())
        .isEqualTo(
            new Command.Tell(
                flow("chargeback"), new Signal.MoneyFreed(lot("a"), part.refund().value())));
  }

  @Test
  void a_refund_hears_of_a_dispute_before_its_money_has_left_the_balance() {
    var first = new Refunding.Requested(data).on(new Signal.Begun()).commands().getFirst();
    assertThat(first.watches()).containsExactly(lot("a").value());
    var told = taking.on(new Signal.LotDisputed(lot("a"), flow("chargeback")));
    assertThat(told.commands()).singleElement().isInstanceOf(Command.Tell.class);
  }

  @Test
  void above_a_limit_the_money_is_set_aside_and_nothing_is_sent() {
    assertThat(waiting().next()).isInstanceOf(Refunding.Waiting.class);
    assertThat(waiting().commands()).isEmpty();
    assertThat(waiting().next().over()).isFalse();
  }

  @Test
  void what_an_operator_approves_is_sent_in_his_name() {
    var step = waiting().next().on(decided(true));
    assertThat(step.next()).isInstanceOf(Refunding.Sending.class);
    assertThat(step.commands()).containsExactly(new Command.StartRefund(order, "party:oscar"));
    assertThat(step.next().on(decided(true)).commands()).isEmpty();
    assertThat(step.next().on(decided(false)).commands()).isEmpty();
  }

  @Test
  void what_an_operator_declines_is_available_again_and_stays_declined() {
    var step = waiting().next().on(decided(false));
    assertThat(posted(step))
        .containsExactly(
            new Posting(
                new Account.Refunding(ADA, lot("a")),
                new Account.Available(ADA, lot("a")),
                usd("12.00")));
    assertThat(step.commands()).hasSize(1);
    assertThat(step.next().over()).isTrue();
    assertThat(step.next().on(decided(true))).isEqualTo(Step.stay(step.next()));
  }

  @Test
  void a_decision_is_nothing_to_a_refund_that_does_not_wait_for_one() {
    assertThat(taking.on(decided(false))).isEqualTo(Step.stay(taking));
    assertThat(send().next().on(decided(false))).isEqualTo(Step.stay(send().next()));
  }

  @Test
  void a_refund_that_waits_holds_up_no_chargeback_and_frees_what_is_declined_to_it() {
    var told = waiting().next().on(new Signal.LotDisputed(lot("a"), flow("chargeback")));
    assertThat(told.next()).isInstanceOf(Refunding.Waiting.class);
    assertThat(told.commands())
        .containsExactly(
            new Command.Tell(flow("chargeback"), new Signal.PurchaseEnded(data.id(), List.of())));
    var freed =
        new Command.Tell(
            flow("chargeback"), new Signal.MoneyFreed(lot("a"), part.refund().value()));
    assertThat(told.next().on(decided(false)).commands()).hasSize(2).last().isEqualTo(freed);
    var failed =
        new Signal.RefundMoved(
            new Refund.Failed(order, Optional.empty(), "payment_disputed", "no", false, NOW));
    assertThat(told.next().on(decided(true)).next().on(failed).commands())
        .hasSize(2)
        .last()
        .isEqualTo(freed);
  }

  @Test
  void a_dispute_after_the_no_is_answered_at_once() {
    var declined = waiting().next().on(decided(false)).next();
    var told = declined.on(new Signal.LotDisputed(lot("a"), flow("chargeback")));
    assertThat(told.next()).isEqualTo(declined);
    assertThat(told.commands()).singleElement().isInstanceOf(Command.Tell.class);
  }
}

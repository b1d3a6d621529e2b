package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelPaidOut;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.ClaimAsked;
import tally.flow.Signal.EndAsked;
import tally.flow.Signal.PayoutAsked;
import tally.flow.Signal.RefundAsked;
import tally.ledger.Entry;
import tally.money.Asset;

class SettlementTest {

  private static final Channel.Terms TERMS = FlowFixtures.aPurchase("5.00").terms();
  private static final Settlement.Data DATA =
      new Settlement.Data(
          FlowFixtures.flow("settlement"), new UUID(1, 2), TERMS, Asset.of("TUSD/6"));

  @Test
  void a_claim_while_the_channel_pays_is_income_and_ends_nothing() {
    var step = serving().on(claimed(40, 40));
    assertThat(posted(step)).containsExactly(n(40));
    assertThat(step.commands()).hasSize(1);
    assertThat(step.next()).isInstanceOf(Settlement.Serving.class);
  }

  @Test
  void the_payers_side_of_a_claim_is_not_the_providers_income() {
    var fact = new ChannelClaimed(TERMS.id(), Channel.Side.PAYER, n(40), n(40), "0x1");
    assertThat(serving().on(fact)).isEqualTo(Step.stay(serving()));
  }

  @Test
  void the_end_claims_gives_back_pays_out_and_settles() {
    var claiming = serving().on(new EndAsked());
    assertThat(claiming.commands()).containsExactly(new Command.ClaimChannel(TERMS));
    var back = claiming.next().on(new ClaimAsked(n(60)));
    assertThat(back.commands()).singleElement().isInstanceOf(Command.RefundChannel.class);
    var claimed = back.next().on(claimed(60, 60));
    assertThat(posted(claimed)).containsExactly(n(60));
    assertThat(claimed.commands()).contains(new Command.SettleChannel(TERMS));
    var refunded = claimed.next().on(refunded());
    assertThat(refunded.next()).isInstanceOf(Settlement.PayingOut.class);
    assertThat(refunded.next().on(paidOut(60)).next()).isInstanceOf(Settlement.Settled.class);
  }

  @Test
  void whatever_order_the_chain_tells_it_in_the_end_is_the_same() {
    var facts = List.<Signal>of(claimed(60, 60), paidOut(60), refunded());
    var later = List.<Signal>of(refunded(), claimed(60, 60), paidOut(60));
    for (var order : List.of(facts, later)) {
      Flow flow = serving().on(new EndAsked()).next().on(new ClaimAsked(n(60))).next();
      for (var fact : order) {
        assertThat(flow.over()).isFalse();
        flow = flow.on(fact).next();
      }
      assertThat(flow).isInstanceOf(Settlement.Settled.class);
    }
  }

  @Test
  void a_claim_that_is_told_before_its_answer_counts() {
    var step = serving().on(new EndAsked()).next().on(claimed(60, 60));
    assertThat(posted(step)).containsExactly(n(60));
    var back = step.next().on(new ClaimAsked(n(60)));
    assertThat(back.commands()).contains(new Command.SettleChannel(TERMS)).hasSize(2);
  }

  @Test
  void an_earlier_claim_below_the_last_total_does_not_end_it() {
    Flow flow = serving().on(new EndAsked()).next().on(new ClaimAsked(n(80))).next();
    flow = flow.on(refunded()).next();
    var early = flow.on(claimed(60, 60));
    assertThat(early.commands()).hasSize(1);
    flow = early.next().on(paidOut(60)).next();
    assertThat(flow).isInstanceOf(Settlement.GivingBack.class);
    flow = flow.on(claimed(20, 80)).next();
    assertThat(flow).isInstanceOf(Settlement.PayingOut.class);
    assertThat(flow.on(paidOut(20)).next().over()).isTrue();
  }

  @Test
  void where_nothing_was_promised_all_goes_back() {
    var back = serving().on(new EndAsked()).next().on(new ClaimAsked(n(0)));
    assertThat(back.commands()).singleElement().isInstanceOf(Command.RefundChannel.class);
    assertThat(back.next().on(refunded()).next()).isInstanceOf(Settlement.Settled.class);
  }

  @Test
  void where_nothing_is_left_nothing_goes_back() {
    Flow flow = serving().on(claimed(60, 60)).next().on(paidOut(60)).next();
    flow = flow.on(new EndAsked()).next().on(new ClaimAsked(n(0))).next();
    assertThat(flow.on(new RefundAsked(n(0))).next()).isInstanceOf(Settlement.Settled.class);
  }

  @Test
  void what_somebody_else_had_paid_is_not_waited_for() {
    Flow flow = serving().on(claimed(60, 60)).next().on(new EndAsked()).next();
    var back = flow.on(new ClaimAsked(n(0)));
    assertThat(back.commands()).contains(new Command.SettleChannel(TERMS));
    flow = back.next().on(refunded()).next();
    assertThat(flow).isInstanceOf(Settlement.PayingOut.class);
    assertThat(flow.on(new PayoutAsked(n(60))).next()).isEqualTo(flow);
    assertThat(flow.on(new PayoutAsked(n(0))).next()).isInstanceOf(Settlement.Settled.class);
  }

  @Test
  void a_withdrawal_that_leaves_nothing_to_promise_stops_the_service_until_a_deposit() {
    var withdrawing = serving().on(begun(70, 0));
    assertThat(withdrawing.commands()).containsExactly(new Command.PauseSale(DATA.delivery()));
    var raised = withdrawing.next().on(deposited(Channel.Side.RECEIVER));
    assertThat(raised.commands()).containsExactly(new Command.ResumeSale(DATA.delivery()));
    assertThat(withdrawing.next().on(deposited(Channel.Side.PAYER)).commands()).isEmpty();
  }

  @Test
  void a_withdrawal_that_leaves_something_lets_the_service_go_on_to_its_end() {
    var withdrawing = serving().on(begun(70, 20));
    assertThat(withdrawing.commands()).isEmpty();
    var used = withdrawing.next().on(new Signal.CreditUsed());
    assertThat(used.commands()).containsExactly(new Command.PauseSale(DATA.delivery()));
    assertThat(used.next().on(new Signal.CreditUsed()).commands()).isEmpty();
  }

  @Test
  void after_the_withdrawal_the_service_goes_on_within_what_remains_or_ends() {
    Flow paused = serving().on(begun(70, 0)).next();
    var more = paused.on(new Signal.ChannelWithdrawn(TERMS.id(), n(50), n(20)));
    assertThat(more.next()).isInstanceOf(Settlement.Serving.class);
    assertThat(more.commands()).containsExactly(new Command.ResumeSale(DATA.delivery()));
    for (var before : List.of(paused, serving())) {
      var none = before.on(new Signal.ChannelWithdrawn(TERMS.id(), n(70), n(0)));
      assertThat(none.commands())
          .containsExactly(new Command.EndSale(DATA.delivery()), new Command.ClaimChannel(TERMS));
    }
  }

  @Test
  void a_claim_that_came_too_late_is_the_providers_loss_and_is_made_good_by_a_deposit() {
    var lost = new Signal.VouchersLost(TERMS.id(), n(30), "0x5");
    for (var state : List.of(serving(), serving().on(begun(70, 0)).next())) {
      var step = state.on(lost);
      assertThat(posted(step)).containsExactly(n(30));
      assertThat(reasons(step)).containsExactly("settlement claim too late");
      assertThat(step.next()).isEqualTo(state);
      var regained = state.on(new Signal.VouchersRegained(TERMS.id(), n(30), "0x6"));
      assertThat(reasons(regained)).containsExactly("settlement claim made good");
    }
  }

  @Test
  void a_last_claim_that_cannot_be_had_whole_is_asked_for_again_and_not_waited_for() {
    Flow flow = serving().on(new EndAsked()).next().on(new ClaimAsked(n(60))).next();
    flow = flow.on(new RefundAsked(n(0))).next();
    var lost = flow.on(new Signal.VouchersLost(TERMS.id(), n(20), "0x5"));
    assertThat(lost.commands()).contains(new Command.ClaimChannel(TERMS));
    flow = lost.next().on(new ClaimAsked(n(40))).next();
    flow = flow.on(claimed(40, 40)).next();
    assertThat(flow).isInstanceOf(Settlement.PayingOut.class);
  }

  private static Signal begun(long amount, long left) {
    return new Signal.WithdrawalBegun(TERMS.id(), n(amount), n(left));
  }

  private static Signal deposited(Channel.Side side) {
    return new Signal.ChannelDeposited(TERMS.id(), side, n(200));
  }

  private static List<String> reasons(Step step) {
    return step.commands().stream()
        .filter(Command.Post.class::isInstance)
        .map(command -> ((Command.Post) command).entry().reason())
        .toList();
  }

  private static Settlement serving() {
    return new Settlement.Serving(DATA, Settlement.Progress.NONE);
  }

  private static ChannelClaimed claimed(long amount, long total) {
    return new ChannelClaimed(TERMS.id(), Channel.Side.RECEIVER, n(amount), n(total), "0x" + total);
  }

  private static ChannelPaidOut paidOut(long amount) {
    return new ChannelPaidOut(TERMS.id(), n(amount), "0x9");
  }

  private static ChannelRefunded refunded() {
    return new ChannelRefunded(TERMS.id(), Channel.Side.RECEIVER, n(40), "0x7");
  }

  private static List<BigInteger> posted(Step step) {
    return step.commands().stream()
        .filter(Command.Post.class::isInstance)
        .map(command -> ((Command.Post) command).entry())
        .map(Entry::postings)
        .map(postings -> postings.getFirst().amount().units())
        .toList();
  }

  private static BigInteger n(long number) {
    return BigInteger.valueOf(number);
  }
}

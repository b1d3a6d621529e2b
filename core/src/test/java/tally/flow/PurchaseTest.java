package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.claimed;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.grantOf;
import static tally.flow.FlowFixtures.granted;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.refunded;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.money.Quantity;
import tally.money.Unit;
import tally.treasury.Grant;

class PurchaseTest {

  /// Plays signals one after another and gathers every posting that was commanded.
  private static final class Play {
    private Flow state;
    private final List<Posting> postings = new ArrayList<>();
    private List<Command> last = List.of();

    Play(Flow state) {
      this.state = state;
    }

    Play hear(Signal... signals) {
      for (var signal : signals) {
        var step = state.on(signal);
        state = step.next();
        last = step.commands();
        last.forEach(command -> {
          if (command instanceof Command.Post(var entry)) {
            postings.addAll(entry.postings());
          }
        });
      }
      return this;
    }
  }

  private static Play running(Purchase.Data data) {
    var play =
        new Play(new Purchase.Accepted(data)).hear(new Signal.Begun(), new Signal.HoldsPlaced());
    data.parts().forEach(part -> play.hear(granted(part)));
    return play.hear(
        new Signal.ChannelDeposited(data.channel(), Channel.Side.PAYER, data.deposit()),
        new Signal.Connected(URI.create("http://127.0.0.1:1")));
  }

  private static Signal sellerFinished(BigInteger paid) {
    var bytes = new Quantity(Unit.BYTE, 1);
    return new Signal.SellerFinished(bytes, bytes, paid);
  }

  @Test
  void money_and_tokens_are_promised_before_anything_is_granted() {
    var data = aPurchase("10.00");
    var step = new Purchase.Accepted(data).on(new Signal.Begun());
    assertThat(step.commands()).containsExactly(new Command.PlaceHolds(data.holds()));
    assertThat(data.holds()).hasSize(2);
  }

  @Test
  void refused_holds_refuse_the_purchase_and_nothing_else_happens() {
    var play =
        new Play(new Purchase.Accepted(aPurchase("10.00")))
            .hear(new Signal.Begun(), new Signal.HoldsRefused("insufficient_funds", "short"));
    assertThat(play.state).isInstanceOf(Purchase.Refused.class);
    assertThat(play.last).isEmpty();
  }

  @Test
  void the_channel_is_opened_only_when_every_grant_is_final() {
    var data = aPurchase("6.00", "4.00");
    var play =
        new Play(new Purchase.Accepted(data))
            .hear(new Signal.Begun(), new Signal.HoldsPlaced(), granted(data.parts().get(0)));
    assertThat(play.last).isEmpty();
    play.hear(granted(data.parts().get(1)));
    assertThat(play.last).hasSize(5).last().isInstanceOf(Command.OpenChannel.class);
  }

  @Test
  void what_was_claimed_leaves_and_the_rest_is_money_again_at_the_same_rate() {
    var data = aPurchase("10.00");
    var part = data.parts().getFirst();
    var play =
        running(data)
            .hear(
                new Signal.FinishAsked(),
                sellerFinished(tusd("4.00").units()),
                claimed(data, "4.00"),
                refunded(data, "6.00"),
                new Signal.PowerReturned(data.channel(), tusd("6.00").units(), "0xc3"),
                reclaimed(part, "6.00"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Finished.class);
    assertThat(play.postings)
        .contains(
            new Posting(
                new Account.Locked(ADA, part.lot(), data.channel()),
                new Account.OnChain("fake"),
                tusd("4.00")),
            new Posting(
                new Account.Exchange(), new Account.Available(ADA, part.lot()), usd("6.00")));
  }

  @Test
  void a_fraction_of_a_cent_is_rounded_down_and_stays_in_the_exchange() {
    var data = aPurchase("10.00");
    assertThat(Purchase.worth(data.parts().getFirst(), tusd("5.999999"))).isEqualTo(usd("5.99"));
  }

  @Test
  void the_oldest_lot_is_spent_first() {
    var data = aPurchase("6.00", "4.00");
    var play = running(data).hear(new Signal.FinishAsked(), claimed(data, "7.50"));
    assertThat(play.postings)
        .endsWith(
            new Posting(
                new Account.Locked(ADA, data.parts().get(0).lot(), data.channel()),
                new Account.OnChain("fake"),
                tusd("6.00")),
            new Posting(
                new Account.Locked(ADA, data.parts().get(1).lot(), data.channel()),
                new Account.OnChain("fake"),
                tusd("1.50")));
  }

  @Test
  void a_deposit_that_is_used_up_ends_without_a_return() {
    var data = aPurchase("10.00");
    var play = running(data).hear(new Signal.BudgetUsed(), claimed(data, "10.00"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Finished.class);
  }

  @Test
  void a_seller_whose_meter_disagrees_gets_no_more_than_he_has() {
    var play =
        running(aPurchase("10.00"))
            .hear(
                new Signal.MeterDisagreed(new Quantity(Unit.BYTE, 1), new Quantity(Unit.BYTE, 9)));
    assertThat(play.last)
        .singleElement()
        .isInstanceOfSatisfying(
            Command.FinishDelivery.class, finish -> assertThat(finish.pay()).isFalse());
  }

  @Test
  void a_disputed_lot_stays_in_the_vault_for_the_chargeback_and_others_come_back() {
    var data = aPurchase("6.00", "4.00");
    var word = new Signal.LotDisputed(data.parts().get(0).lot(), flow("chargeback"));
    var play =
        running(data)
            .hear(
                word,
                claimed(data, "2.00"),
                refunded(data, "8.00"),
                new Signal.PowerReturned(data.channel(), tusd("8.00").units(), "0xc3"));
    assertThat(play.last).filteredOn(Command.ReclaimGrant.class::isInstance).hasSize(1);
    play.hear(reclaimed(data.parts().get(1), "4.00"));
    assertThat(play.last.getLast())
        .isInstanceOfSatisfying(
            Command.Tell.class,
            tell ->
                assertThat(((Signal.PurchaseEnded) tell.signal()).parts())
                    .singleElement()
                    .satisfies(end -> {
                      assertThat(end.spent()).isEqualTo(tusd("2.00"));
                      assertThat(end.held()).isEqualTo(tusd("4.00"));
                    }));
  }

  @Test
  void a_failed_grant_releases_its_holds_and_gives_the_others_back() {
    var data = aPurchase("6.00", "4.00");
    var failed = new Signal.GrantMoved(new Grant.Failed(grantOf(data.parts().get(1)), "reverted"));
    var play =
        new Play(new Purchase.Accepted(data))
            .hear(
                new Signal.Begun(), new Signal.HoldsPlaced(), granted(data.parts().get(0)), failed);
    assertThat(play.last).filteredOn(Command.ReleaseHold.class::isInstance).hasSize(2);
    assertThat(play.last).filteredOn(Command.SettleHold.class::isInstance).hasSize(2);
    assertThat(play.last.getLast()).isInstanceOf(Command.ReclaimGrant.class);
    assertThat(play.state).isInstanceOf(PurchaseEnding.Surrendering.class);
  }

  @Test
  void a_dispute_between_the_promise_and_the_grant_frees_the_promise_and_grants_nothing() {
    var data = aPurchase("6.00", "4.00");
    var placing = new Purchase.Accepted(data).on(new Signal.Begun());
    assertThat(placing.commands().getFirst().watches())
        .containsExactlyInAnyOrderElementsOf(
            data.parts().stream().map(part -> part.lot().value()).toList());
    var word = new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback"));
    var play = new Play(placing.next()).hear(word, new Signal.HoldsPlaced());
    assertThat(play.state).isInstanceOf(Purchase.Refused.class);
    assertThat(play.last).filteredOn(Command.ReleaseHold.class::isInstance).hasSize(4);
    assertThat(play.last).noneMatch(Command.GiveGrant.class::isInstance);
    assertThat(play.last.getLast())
        .isEqualTo(
            new Command.Tell(flow("chargeback"), new Signal.PurchaseEnded(data.id(), List.of())));
  }

  @Test
  void a_dispute_while_the_grant_is_on_its_way_opens_no_channel() {
    var data = aPurchase("10.00");
    var part = data.parts().getFirst();
    var play =
        new Play(new Purchase.Accepted(data))
            .hear(
                new Signal.Begun(),
                new Signal.HoldsPlaced(),
                new Signal.LotDisputed(part.lot(), flow("chargeback")),
                granted(part));
    assertThat(play.last).noneMatch(Command.OpenChannel.class::isInstance);
    assertThat(play.last.getLast())
        .isInstanceOfSatisfying(
            Command.Tell.class,
            tell ->
                assertThat(((Signal.PurchaseEnded) tell.signal()).parts())
                    .singleElement()
                    .satisfies(end -> assertThat(end.held()).isEqualTo(tusd("10.00"))));
  }

  @Test
  void a_chargeback_hears_the_end_of_a_purchase_whose_grants_all_failed() {
    var data = aPurchase("10.00");
    var failed =
        new Signal.GrantMoved(new Grant.Failed(grantOf(data.parts().getFirst()), "reverted"));
    var play =
        new Play(new Purchase.Accepted(data))
            .hear(
                new Signal.Begun(),
                new Signal.HoldsPlaced(),
                new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback")),
                failed);
    assertThat(play.state).isInstanceOf(Purchase.Refused.class);
    assertThat(play.last.getLast()).isInstanceOf(Command.Tell.class);
  }

  @Test
  void what_a_seller_gives_back_by_himself_is_credited() {
    var data = aPurchase("10.00");
    var play = running(data).hear(refunded(data, "10.00"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Returning.class);
    assertThat(play.last)
        .hasExactlyElementsOfTypes(
            Command.PauseDelivery.class, Command.SyncChannel.class, Command.Await.class);
  }

  @Test
  void a_return_that_somebody_else_had_credited_ends_it_as_well() {
    var data = aPurchase("10.00");
    var part = data.parts().getFirst();
    var credited = new Signal.PowerReturned(data.channel(), tusd("6.00").units(), "0xabc");
    var play = running(data).hear(new Signal.FinishAsked(), claimed(data, "4.00"), credited);
    assertThat(play.last).hasAtLeastOneElementOfType(Command.ReclaimGrant.class);
    play.hear(refunded(data, "6.00"));
    assertThat(play.last).as("nothing is left to be credited").isEmpty();
    play.hear(reclaimed(part, "6.00"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Finished.class);
    var all = new Signal.PowerReturned(data.channel(), data.deposit(), "0xabc");
    assertThat(running(aPurchase("10.00")).hear(all).last)
        .as("a seller who ended it by himself")
        .hasAtLeastOneElementOfType(Command.PauseDelivery.class)
        .hasAtLeastOneElementOfType(Command.ReclaimGrant.class);
  }

  @Test
  void what_is_neither_claimed_nor_returned_stays_locked_until_it_is() {
    var data = aPurchase("10.00");
    var lot = data.parts().getFirst().lot();
    var play =
        running(data)
            .hear(
                new Signal.FinishAsked(),
                claimed(data, "3.00"),
                refunded(data, "6.00"),
                new Signal.PowerReturned(data.channel(), tusd("6.00").units(), "0xc3"));
    assertThat(play.postings)
        .endsWith(
            new Posting(
                new Account.Locked(ADA, lot, data.channel()),
                new Account.Power(ADA, lot),
                tusd("6.00")));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Returning.class);
    var late =
        new Signal.ChannelClaimed(
            data.channel(), Channel.Side.PAYER, tusd("1.00").units(), tusd("4.00").units(), "0xc9");
    play.hear(late);
    assertThat(play.postings)
        .endsWith(
            new Posting(
                new Account.Locked(ADA, lot, data.channel()),
                new Account.OnChain("fake"),
                tusd("1.00")));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Surrendering.class);
  }

  private static Play recalling(Purchase.Data data) {
    return running(data)
        .hear(
            new Signal.FinishAsked(),
            sellerFinished(BigInteger.ZERO),
            new Signal.Overdue("seller"));
  }

  @Test
  void a_seller_who_does_not_give_back_in_time_is_recalled_and_may_claim_until_the_end() {
    var data = aPurchase("10.00");
    var lot = data.parts().getFirst().lot();
    var play = recalling(data);
    assertThat(play.last).hasOnlyElementsOfType(Command.RecallChannel.class).hasSize(1);
    play.hear(new Signal.Recalled(data.transaction("recall/1"), Optional.of(NOW)));
    assertThat(play.last)
        .singleElement()
        .isInstanceOfSatisfying(
            Command.FinishRecall.class, finish -> assertThat(finish.ripe()).isEqualTo(NOW));
    play.hear(
        claimed(data, "4.00"),
        new Signal.RecallFinished(data.transaction("finish/1"), true),
        new Signal.PowerReturned(data.channel(), tusd("6.00").units(), "0xc3"));
    assertThat(play.last).hasAtLeastOneElementOfType(Command.ReclaimGrant.class);
    play.hear(reclaimed(data.parts().getFirst(), "6.00"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Finished.class);
    assertThat(play.postings)
        .endsWith(
            new Posting(new Account.Power(ADA, lot), new Account.Reserve("fake"), tusd("6.00")),
            new Posting(new Account.Exchange(), new Account.Available(ADA, lot), usd("6.00")));
  }

  @Test
  void a_seller_who_claims_everything_while_he_is_recalled_ends_it() {
    var data = aPurchase("10.00");
    assertThat(recalling(data).hear(claimed(data, "10.00")).state)
        .isInstanceOf(PurchaseEnding.Finished.class);
  }

  @Test
  void a_dispute_while_the_rest_is_surrendered_finds_money_and_nothing_held_in_the_vault() {
    var data = aPurchase("10.00");
    var part = data.parts().getFirst();
    var play =
        running(data)
            .hear(
                refunded(data, "10.00"),
                new Signal.PowerReturned(data.channel(), tusd("10.00").units(), "0xc3"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Surrendering.class);
    play.hear(new Signal.LotDisputed(part.lot(), flow("chargeback")), reclaimed(part, "10.00"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Finished.class);
    assertThat(play.last.getLast())
        .isInstanceOfSatisfying(
            Command.Tell.class,
            tell ->
                assertThat(((Signal.PurchaseEnded) tell.signal()).parts())
                    .singleElement()
                    .satisfies(end -> assertThat(end.held().isZero()).isTrue()));
  }

  @Test
  void what_a_seller_gives_back_before_he_answers_is_credited() {
    var data = aPurchase("10.00");
    var progress = PurchaseProgress.NONE.draw(data.deposit());
    var play = new Play(new Purchase.Connecting(data, progress)).hear(refunded(data, "10.00"));
    assertThat(play.last).hasAtLeastOneElementOfType(Command.SyncChannel.class);
    play.hear(new Signal.PowerReturned(data.channel(), tusd("10.00").units(), "0xc3"));
    assertThat(play.last).hasAtLeastOneElementOfType(Command.ReclaimGrant.class);

    var credited =
        new Play(new Purchase.Connecting(data, progress))
            .hear(new Signal.PowerReturned(data.channel(), tusd("10.00").units(), "0xc3"));
    assertThat(credited.last).hasAtLeastOneElementOfType(Command.ReclaimGrant.class);
  }

  @Test
  void a_seller_who_cannot_be_reached_is_recalled() {
    var play =
        running(aPurchase("10.00"))
            .hear(new Signal.FinishAsked(), new Signal.SellerSilent("no answer"));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Recalling.class);
    play.hear(new Signal.Overdue("seller"));
    assertThat(play.last).as("once").isEmpty();
  }

  @Test
  void a_recall_that_comes_to_nothing_is_begun_anew_after_a_while() {
    var data = aPurchase("10.00");
    var play =
        recalling(data).hear(new Signal.Recalled(data.transaction("recall/1"), Optional.empty()));
    assertThat(play.last)
        .as("it may have come back before")
        .first()
        .isInstanceOf(Command.SyncChannel.class);
    assertThat(play.last).last().isEqualTo(new Command.Await("recall/1"));
    play.hear(new Signal.Overdue("recall/1"));
    assertThat(play.last)
        .singleElement()
        .isInstanceOfSatisfying(
            Command.RecallChannel.class,
            recall -> assertThat(recall.transaction()).isEqualTo(data.transaction("recall/2")));
    play.hear(
        new Signal.Overdue("recall/1"),
        new Signal.Recalled(data.transaction("recall/1"), Optional.of(NOW)));
    assertThat(play.last).as("the first one's words come too late").isEmpty();
  }

  @Test
  void refused_access_is_recalled_at_once() {
    var data = aPurchase("10.00");
    var play =
        new Play(new Purchase.Accepted(data)).hear(new Signal.Begun(), new Signal.HoldsPlaced());
    play.hear(
        granted(data.parts().getFirst()),
        new Signal.ChannelDeposited(data.channel(), Channel.Side.PAYER, data.deposit()),
        new Signal.AccessRefused("offering_unknown", "gone"));
    assertThat(play.last).hasOnlyElementsOfType(Command.RecallChannel.class);
    play.hear(new Signal.PowerReturned(data.channel(), data.deposit(), "0xc3"));
    assertThat(play.state)
        .isInstanceOfSatisfying(
            PurchaseEnding.Surrendering.class,
            ending -> assertThat(ending.why()).isEqualTo("offering_unknown"));
  }

  @Test
  void a_disputed_purchase_whose_seller_is_silent_is_recalled_for_the_chargeback() {
    var data = aPurchase("10.00");
    var play =
        running(data)
            .hear(
                new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback")),
                new Signal.SellerSilent("no answer"),
                new Signal.PowerReturned(data.channel(), data.deposit(), "0xc3"));
    assertThat(play.last.getLast())
        .isInstanceOfSatisfying(
            Command.Tell.class,
            tell ->
                assertThat(((Signal.PurchaseEnded) tell.signal()).parts())
                    .singleElement()
                    .satisfies(end -> assertThat(end.held()).isEqualTo(tusd("10.00"))));
  }

  @Test
  void what_matured_before_it_could_be_surrendered_is_the_persons_own() {
    var data = aPurchase("10.00");
    var part = data.parts().getFirst();
    var play =
        running(data)
            .hear(
                new Signal.FinishAsked(),
                claimed(data, "4.00"),
                refunded(data, "6.00"),
                new Signal.PowerReturned(data.channel(), tusd("6.00").units(), "0xc3"),
                new Signal.PowerReclaimed(
                    new Grant.Matured(grantOf(part), BigInteger.ZERO),
                    BigInteger.ZERO,
                    data.transaction("surrender/" + part.lot())));
    assertThat(play.state).isInstanceOf(PurchaseEnding.Finished.class);
    assertThat(play.postings)
        .endsWith(
            new Posting(
                new Account.Power(ADA, part.lot()),
                new Account.Matured(ADA, "fake"),
                tusd("6.00")));
  }

  @Test
  void a_vault_that_gives_nothing_back_does_not_end_the_purchase() {
    var data = aPurchase("10.00");
    var part = data.parts().getFirst();
    var play =
        running(data)
            .hear(
                new Signal.FinishAsked(),
                claimed(data, "4.00"),
                refunded(data, "6.00"),
                new Signal.PowerReturned(data.channel(), tusd("6.00").units(), "0xc3"));
    var nothing =
        new Signal.PowerReclaimed(
            new Grant.Granted(grantOf(part), BigInteger.ZERO),
            BigInteger.ZERO,
            data.transaction("surrender/" + part.lot()));
    var step = play.state.on(nothing);
    assertThat(step.next()).as("it waits for a human").isEqualTo(play.state);
    assertThat(step.stuck())
        .hasValueSatisfying(stuck -> {
          assertThat(stuck.why()).contains("nothing back", "a retry surrenders it anew");
          assertThat(stuck.by()).isEqualTo(data.transaction("surrender/" + part.lot()));
        });
  }
}

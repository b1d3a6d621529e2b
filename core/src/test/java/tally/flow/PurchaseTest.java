package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.claimed;
import static tally.flow.FlowFixtures.grantOf;
import static tally.flow.FlowFixtures.granted;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.refunded;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;

import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.money.Quantity;
import tally.money.Unit;
import tally.treasury.Grant;

/// What is bought is paid for exactly, and the rest comes back.
class PurchaseTest extends PurchaseScene {

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
}

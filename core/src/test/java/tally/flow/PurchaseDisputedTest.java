package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.claimed;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.grantOf;
import static tally.flow.FlowFixtures.granted;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.refunded;
import static tally.flow.FlowFixtures.tusd;

import java.util.List;
import org.junit.jupiter.api.Test;
import tally.treasury.Grant;

/// A dispute may come at any moment of a purchase.
class PurchaseDisputedTest extends PurchaseScene {

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
}

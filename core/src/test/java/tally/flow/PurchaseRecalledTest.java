package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.claimed;
import static tally.flow.FlowFixtures.grantOf;
import static tally.flow.FlowFixtures.granted;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.refunded;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;

import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.treasury.Grant;

/// A seller who does not give back the rest is recalled, and the vault may give nothing.
class PurchaseRecalledTest extends PurchaseScene {

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

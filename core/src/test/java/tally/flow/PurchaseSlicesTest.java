package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.claimed;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.granted;
import static tally.flow.FlowFixtures.inSlicesOf;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.refunded;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.money.Quantity;
import tally.money.Unit;

/// A purchase whose deposit comes slice by slice. Two lots, of 3.00 and 7.00, in slices of 4.00.
class PurchaseSlicesTest {

  private final Purchase.Data data = inSlicesOf("4.00", aPurchase("3.00", "7.00"));
  private final List<Posting> postings = new ArrayList<>();
  private Flow state = new Purchase.Accepted(data);
  private List<Command> last = List.of();

  private void hear(Signal... signals) {
    for (var signal : signals) {
      var step = state.on(signal);
      state = step.next();
      last = step.commands();
      for (var command : last) {
        if (command instanceof Command.Post(var entry)) {
          postings.addAll(entry.postings());
        }
      }
    }
  }

  private void open() {
    hear(new Signal.Begun(), new Signal.HoldsPlaced());
    data.parts().forEach(part -> hear(granted(part)));
  }

  private void run() {
    open();
    hear(deposited("4.00"), new Signal.Connected(URI.create("http://127.0.0.1:1")));
    assertThat(state).isInstanceOf(Purchase.Running.class);
  }

  private Signal deposited(String total) {
    return new Signal.ChannelDeposited(data.channel(), Channel.Side.PAYER, tusd(total).units());
  }

  private static Signal used(String drawn) {
    return new Signal.SliceUsed(tusd(drawn).units());
  }

  private Command.RaiseChannel raise(String total) {
    var units = tusd(total).units();
    return new Command.RaiseChannel(data.terms(), units, data.transaction("draw/" + units));
  }

  private Signal ended(String total, Signal.TransactionEnd end) {
    return new Signal.TransactionEnded(raise(total).draw(), end, "NotEnough");
  }

  private Signal back(String amount) {
    return new Signal.PowerReturned(data.channel(), tusd(amount).units(), "0xc3");
  }

  private Posting locks(int part, String amount) {
    var lot = data.parts().get(part).lot();
    return new Posting(
        new Account.Power(ADA, lot), new Account.Locked(ADA, lot, data.channel()), tusd(amount));
  }

  private PurchaseProgress progress() {
    return state instanceof Purchase.Running running
        ? running.progress()
        : ((PurchaseEnding) state).progress();
  }

  @Test
  void the_first_draw_is_one_slice_and_the_book_locks_no_more() {
    open();
    assertThat(last.getLast())
        .isEqualTo(
            new Command.OpenChannel(data.terms(), tusd("4.00").units(), data.transaction("draw")));
    hear(deposited("4.00"));
    assertThat(state).isInstanceOf(Purchase.Connecting.class);
    assertThat(postings).containsExactly(locks(0, "3.00"), locks(1, "1.00"));
  }

  @Test
  void no_slice_is_below_what_the_offering_asks_for_or_above_what_is_left() {
    var fine = inSlicesOf("0.000001", data);
    assertThat(fine.drawAfter(BigInteger.ZERO)).isEqualTo(tusd("0.01").units());
    assertThat(data.drawAfter(tusd("8.00").units())).isEqualTo(tusd("10.00").units());
    assertThatThrownBy(() ->
            new Purchase.Data(
                data.id(),
                data.tenant(),
                data.buyer(),
                data.quote(),
                data.offering(),
                data.terms(),
                data.own(),
                data.parts(),
                BigInteger.ZERO,
                data.holdsUntil()))
        .hasMessageContaining("above zero");
  }

  @Test
  void no_slice_is_above_what_may_leave_the_vault_in_a_day_and_nothing_begins_below_the_least() {
    var least = tusd("0.50").units();
    var deposit = tusd("10.00").units();
    var slice = tusd("4.00").units();
    assertThat(PurchaseSlices.within(deposit, slice, least, deposit)).hasValue(slice);
    assertThat(PurchaseSlices.within(tusd("3.00").units(), slice, least, deposit))
        .hasValue(tusd("3.00").units());
    assertThat(PurchaseSlices.within(least, slice, least, deposit)).hasValue(least);
    assertThat(PurchaseSlices.within(tusd("0.49").units(), slice, least, deposit)).isEmpty();
    assertThat(PurchaseSlices.within(tusd("0.49").units(), slice, least, tusd("0.40").units()))
        .as("all of it is less than the least")
        .hasValue(tusd("0.49").units());
  }

  @Test
  void a_dispute_gives_up_the_draw_that_is_not_signed_yet() {
    open();
    hear(new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback")));
    assertThat(last).containsExactly(new Command.DropDraw(data.transaction("draw")));
    hear(
        new Signal.TransactionEnded(
            data.transaction("draw"), Signal.TransactionEnd.NEVER_SENT, "payment_disputed"));
    assertThat(state).isInstanceOf(PurchaseEnding.Surrendering.class);
  }

  @Test
  void a_service_that_ends_gives_up_the_slice_that_waits_for_the_limit() {
    run();
    hear(used("4.00"), new Signal.FinishAsked());
    assertThat(last).startsWith(new Command.DropDraw(raise("8.00").draw())).hasSize(2);
  }

  @Test
  void so_does_one_whose_seller_counts_otherwise() {
    run();
    hear(
        used("4.00"),
        new Signal.MeterDisagreed(new Quantity(Unit.BYTE, 1), new Quantity(Unit.BYTE, 9)));
    assertThat(last).startsWith(new Command.DropDraw(raise("8.00").draw())).hasSize(2);
  }

  @Test
  void a_dispute_gives_up_the_next_slice_while_it_waits_for_the_limit() {
    run();
    hear(used("4.00"));
    hear(new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback")));
    assertThat(last).startsWith(new Command.DropDraw(raise("8.00").draw())).hasSize(2);
    hear(new Signal.LotDisputed(data.parts().getLast().lot(), flow("another")));
    assertThat(last).containsExactly(new Command.DropDraw(raise("8.00").draw()));
    hear(ended("8.00", Signal.TransactionEnd.NEVER_SENT));
    hear(new Signal.LotDisputed(data.parts().getLast().lot(), flow("third")));
    assertThat(last).as("nothing is on its way").isEmpty();
  }

  private Signal warned() {
    return new Signal.LotWarned(data.parts().getLast().lot(), new UUID(0, 8));
  }

  private Signal cleared(int dispute) {
    return new Signal.LotCleared(data.parts().getLast().lot(), new UUID(0, dispute));
  }

  @Test
  void a_warning_stops_further_slices_and_the_service_ends_when_what_is_drawn_is_used() {
    run();
    hear(warned());
    assertThat(last).as("nobody is cut off").isEmpty();
    assertThat(((Purchase.Running) state).limit()).isEqualTo(tusd("4.00").units());
    hear(used("4.00"));
    assertThat(last).isEmpty();
    hear(new Signal.BudgetUsed());
    assertThat(state).isInstanceOf(PurchaseEnding.Finishing.class);
    assertThat(((PurchaseEnding) state).why()).isEqualTo("payment_warned");
  }

  @Test
  void slices_go_on_when_every_warning_is_closed_in_our_favour() {
    run();
    hear(warned(), new Signal.LotWarned(data.parts().getFirst().lot(), new UUID(0, 9)), cleared(8));
    hear(used("4.00"));
    assertThat(last).as("one is open").isEmpty();
    hear(cleared(9));
    assertThat(((Purchase.Running) state).limit()).isEqualTo(tusd("10.00").units());
    hear(new Signal.BudgetUsed());
    assertThat(last).as("a word of before is no end").containsExactly(raise("8.00"));
  }

  @Test
  void a_slice_that_was_on_its_way_at_the_warning_is_used_before_the_service_ends() {
    run();
    hear(used("4.00"), warned());
    assertThat(((Purchase.Running) state).limit()).isEqualTo(tusd("8.00").units());
    hear(new Signal.BudgetUsed());
    assertThat(state).isInstanceOf(Purchase.Running.class);
    hear(deposited("8.00"), used("8.00"));
    assertThat(last).isEmpty();
    hear(new Signal.BudgetUsed());
    assertThat(((PurchaseEnding) state).why()).isEqualTo("payment_warned");
  }

  @Test
  void a_warning_before_the_first_draw_lets_nothing_be_drawn() {
    hear(new Signal.Begun(), warned(), new Signal.HoldsPlaced());
    assertThat(state)
        .isInstanceOfSatisfying(
            Purchase.Refused.class, no -> assertThat(no.code()).isEqualTo("payment_warned"));
    assertThat(last).hasOnlyElementsOfType(Command.ReleaseHold.class).hasSize(4);

    state = new Purchase.Accepted(data);
    hear(new Signal.Begun(), new Signal.HoldsPlaced(), warned());
    data.parts().forEach(part -> hear(granted(part)));
    assertThat(((PurchaseEnding) state).why()).isEqualTo("payment_warned");
    assertThat(last).doesNotHaveAnyElementsOfTypes(Command.OpenChannel.class);
  }

  @Test
  void the_next_slice_is_drawn_only_after_agreed_usage_of_what_is_drawn() {
    run();
    assertThat(last).as("nobody has used anything").isEmpty();
    hear(used("4.00"));
    assertThat(last).containsExactly(raise("8.00"));
    assertThat(progress().drawn()).as("not before it has come").isEqualTo(tusd("4.00").units());
    hear(used("4.00"));
    assertThat(last).as("one at a time").isEmpty();
    postings.clear();
    hear(deposited("4.00"));
    assertThat(postings).as("an old word").isEmpty();
    hear(deposited("8.00"));
    assertThat(postings).containsExactly(locks(1, "4.00"));
    assertThat(progress().drawn()).isEqualTo(tusd("8.00").units());
    hear(ended("8.00", Signal.TransactionEnd.ACTED), used("4.00"));
    assertThat(last).as("a word about the slice before").isEmpty();
    hear(used("8.00"));
    assertThat(last).containsExactly(raise("10.00"));
    hear(deposited("10.00"), used("10.00"));
    assertThat(last).as("all of it is drawn").isEmpty();
  }

  @Test
  void a_slice_that_reverts_does_not_end_the_service_which_runs_on_what_is_drawn() {
    run();
    hear(used("4.00"), ended("8.00", Signal.TransactionEnd.REVERTED));
    var running = (Purchase.Running) state;
    assertThat(running.limit()).isEqualTo(tusd("4.00").units());
    hear(used("4.00"));
    assertThat(last).as("no other is asked for").isEmpty();
    hear(new Signal.BudgetUsed());
    assertThat(last)
        .singleElement()
        .isInstanceOfSatisfying(
            Command.FinishDelivery.class,
            finish -> assertThat(finish.total()).isEqualTo(tusd("4.00").units()));
    assertThat(((PurchaseEnding) state).why()).isEqualTo("budget");
  }

  @Test
  void a_slice_that_custody_refuses_is_as_one_that_reverts() {
    run();
    assertThat(((Purchase.Running) state).limit()).isEqualTo(data.deposit());
    hear(used("4.00"), new Signal.SliceRefused(raise("8.00").draw(), "key_suspended", "not now"));
    assertThat(((Purchase.Running) state).limit()).isEqualTo(tusd("4.00").units());
  }

  @Test
  void after_a_dispute_no_slice_is_drawn() {
    run();
    hear(new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback")));
    assertThat(last).hasOnlyElementsOfType(Command.FinishDelivery.class);
    hear(used("4.00"));
    assertThat(last).isEmpty();
    hear(claimed(data, "1.00"), back("3.00"));
    assertThat(last)
        .as("the lot that is not disputed comes back, drawn or not")
        .filteredOn(Command.ReclaimGrant.class::isInstance)
        .hasSize(1);
    hear(reclaimed(data.parts().get(1), "7.00"));
    assertThat(last.getLast())
        .isInstanceOfSatisfying(
            Command.Tell.class,
            tell ->
                assertThat(((Signal.PurchaseEnded) tell.signal()).parts())
                    .singleElement()
                    .satisfies(end -> {
                      assertThat(end.spent()).isEqualTo(tusd("1.00"));
                      assertThat(end.held()).isEqualTo(tusd("2.00"));
                    }));
  }

  @Test
  void what_was_not_drawn_is_surrendered_together_with_what_came_back() {
    run();
    hear(new Signal.FinishAsked(), claimed(data, "1.00"), refunded(data, "3.00"), back("3.00"));
    assertThat(last)
        .filteredOn(Command.ReclaimGrant.class::isInstance)
        .extracting(command -> ((Command.ReclaimGrant) command).rest())
        .containsExactlyInAnyOrder(tusd("1.00").units(), BigInteger.ZERO);
    hear(reclaimed(data.parts().get(0), "2.00"), reclaimed(data.parts().get(1), "7.00"));
    assertThat(state).isInstanceOf(PurchaseEnding.Finished.class);
    assertThat(postings)
        .contains(
            new Posting(
                new Account.Exchange(),
                new Account.Available(ADA, data.parts().get(0).lot()),
                usd("2.00")),
            new Posting(
                new Account.Exchange(),
                new Account.Available(ADA, data.parts().get(1).lot()),
                usd("7.00")));
  }

  @Test
  void a_claim_goes_across_slices_and_takes_the_oldest_lot_first() {
    run();
    hear(used("4.00"), deposited("8.00"));
    postings.clear();
    hear(claimed(data, "6.00"));
    assertThat(postings)
        .containsExactly(
            new Posting(
                new Account.Locked(ADA, data.parts().get(0).lot(), data.channel()),
                new Account.OnChain("fake"),
                tusd("3.00")),
            new Posting(
                new Account.Locked(ADA, data.parts().get(1).lot(), data.channel()),
                new Account.OnChain("fake"),
                tusd("3.00")));
  }

  @Test
  void a_slice_on_its_way_when_the_service_ends_is_waited_for() {
    run();
    hear(used("4.00"), new Signal.FinishAsked(), claimed(data, "1.00"), back("3.00"));
    assertThat(last).as("it may still come").noneMatch(Command.ReclaimGrant.class::isInstance);
    postings.clear();
    hear(ended("8.00", Signal.TransactionEnd.ACTED));
    assertThat(postings)
        .as("what came back may go again")
        .containsExactly(locks(0, "2.00"), locks(1, "2.00"));
    assertThat(last).noneMatch(Command.ReclaimGrant.class::isInstance);
    hear(back("4.00"));
    assertThat(last).filteredOn(Command.ReclaimGrant.class::isInstance).hasSize(2);
  }

  @Test
  void a_slice_that_fails_after_all_else_is_settled_ends_the_purchase() {
    run();
    hear(used("4.00"), new Signal.FinishAsked(), claimed(data, "1.00"), back("3.00"));
    hear(ended("8.00", Signal.TransactionEnd.NEVER_SENT));
    assertThat(last).filteredOn(Command.ReclaimGrant.class::isInstance).hasSize(2);
    assertThat(state).isInstanceOf(PurchaseEnding.Surrendering.class);
  }
}

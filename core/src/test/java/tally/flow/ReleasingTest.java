package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.SOMEBODY;
import static tally.flow.FlowFixtures.aRelease;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.tusd;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.network.TransactionId;
import tally.x402.Address;

class ReleasingTest {

  private static final Account OWN = new Account.Matured(ADA, "fake");
  private static final Account RELEASING = new Account.Releasing(ADA, "fake");
  private static final Account CHAIN = new Account.OnChain("fake");
  private static final Address ELSEWHERE = new Address("0x" + "33".repeat(20));

  private final Releasing.Data data = aRelease("4.00");
  private Flow state = new Releasing.Requested(data);
  private final List<Posting> postings = new ArrayList<>();
  private List<Command> last = List.of();

  private void hear(Signal... signals) {
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
  }

  private void send() {
    hear(new Signal.Begun(), new Signal.HoldsPlaced());
  }

  private static Signal paid(Address to, String amount) {
    return new Signal.PowerReleased(to, tusd(amount).units(), "0xabc", 1);
  }

  private Signal ended(boolean overtaken) {
    return new Signal.ReleaseEnded(data.transaction(), overtaken);
  }

  @Test
  void it_is_promised_before_anything_is_signed() {
    hear(new Signal.Begun());
    assertThat(last)
        .singleElement()
        .isInstanceOfSatisfying(
            Command.PlaceHolds.class,
            place ->
                assertThat(place.holds().getFirst().promised())
                    .isEqualTo(new Posting(OWN, RELEASING, tusd("4.00"))));
    hear(new Signal.HoldsPlaced());
    assertThat(last)
        .containsExactly(
            new Command.SettleHold(data.hold(), data.entry("taken"), tusd("4.00")),
            new Command.ReleasePower(data, data.transaction()));
  }

  @Test
  void what_is_not_free_is_refused_and_nothing_is_sent() {
    hear(new Signal.Begun(), new Signal.HoldsRefused("insufficient_funds", "short"));
    assertThat(state)
        .isInstanceOfSatisfying(
            Releasing.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("amount_above_matured"));
    assertThat(last).isEmpty();
  }

  @Test
  void what_the_vault_paid_leaves_the_book() {
    send();
    hear(paid(SOMEBODY, "4.00"));
    assertThat(state).isEqualTo(new Releasing.Released(data, "0xabc"));
    assertThat(postings).containsExactly(new Posting(RELEASING, CHAIN, tusd("4.00")));
  }

  @Test
  void a_signature_that_is_not_given_leaves_it_his_own() {
    send();
    hear(new Signal.ReleaseRefused(data.transaction(), "approval_expired", "too old"));
    assertThat(state).isEqualTo(new Releasing.Refused(data, "approval_expired", "too old"));
    assertThat(postings).containsExactly(new Posting(RELEASING, OWN, tusd("4.00")));
  }

  @Test
  void a_transaction_that_did_nothing_leaves_it_his_own() {
    send();
    hear(new Signal.ReleaseEnded(new TransactionId(flow("another").value()), false));
    assertThat(state).isInstanceOf(Releasing.Sent.class);
    hear(ended(false));
    assertThat(state).isInstanceOf(Releasing.Failed.class);
    assertThat(postings).containsExactly(new Posting(RELEASING, OWN, tusd("4.00")));
  }

  @Test
  void a_release_that_another_transaction_overtook_waits_for_the_vaults_word() {
    send();
    hear(ended(true));
    assertThat(state).as("what became of it is not known yet").isInstanceOf(Releasing.Sent.class);
    assertThat(postings).isEmpty();
    hear(paid(SOMEBODY, "4.00"));
    assertThat(state).isInstanceOf(Releasing.Released.class);
    assertThat(postings).containsExactly(new Posting(RELEASING, CHAIN, tusd("4.00")));
  }

  @Test
  void a_release_overtaken_by_an_older_signature_fails_and_both_are_booked() {
    send();
    hear(paid(ELSEWHERE, "9.00"));
    assertThat(state).as("that was not this one").isInstanceOf(Releasing.Sent.class);
    hear(ended(true));
    assertThat(last).hasOnlyElementsOfType(Command.Await.class);
    hear(new Signal.Overdue(((Command.Await) last.getFirst()).what()));
    assertThat(state).isInstanceOf(Releasing.Failed.class);
    assertThat(postings)
        .containsExactly(
            new Posting(OWN, CHAIN, tusd("9.00")), new Posting(RELEASING, OWN, tusd("4.00")));
  }

  @Test
  void a_payment_below_what_was_asked_for_gives_the_rest_back() {
    send();
    hear(paid(SOMEBODY, "3.00"));
    assertThat(postings)
        .containsExactly(
            new Posting(RELEASING, CHAIN, tusd("3.00")), new Posting(RELEASING, OWN, tusd("1.00")));
    hear(new Signal.PowerReleased(SOMEBODY, tusd("1.00").units(), "0xdef", 1));
    assertThat(postings).endsWith(new Posting(OWN, CHAIN, tusd("1.00")));
  }

  @Test
  void a_signature_that_is_shown_to_the_vault_after_the_failure_is_booked_then() {
    send();
    hear(ended(false), paid(SOMEBODY, "4.00"));
    assertThat(state).isInstanceOf(Releasing.Failed.class);
    assertThat(postings)
        .containsExactly(
            new Posting(RELEASING, OWN, tusd("4.00")), new Posting(OWN, CHAIN, tusd("4.00")));
  }

  @Test
  void two_payments_of_one_transaction_are_two_entries() {
    send();
    hear(paid(SOMEBODY, "4.00"));
    var first = ((Command.Post) last.getFirst()).entry().id();
    hear(new Signal.PowerReleased(SOMEBODY, tusd("4.00").units(), "0xabc", 2));
    assertThat(((Command.Post) last.getFirst()).entry().id()).isNotEqualTo(first);
  }
}

package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.SOMEBODY;
import static tally.flow.FlowFixtures.aRelease;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.tusd;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Entry;
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
  private List<Command> last = List.of();

  /// The book: what it wrote, what is where, and what it has not answered yet.
  private final List<Posting> postings = new ArrayList<>();

  private final Map<Account, BigInteger> balances = new HashMap<>();
  private final Deque<Entry> asked = new ArrayDeque<>();
  private int payouts;

  /// The book answers what each signal has it asked before the next is heard.
  private void hear(Signal... signals) {
    for (var signal : signals) {
      hearAtOnce(signal);
      answer();
    }
  }

  private void hearAtOnce(Signal signal) {
    var step = state.on(signal);
    assertThat(signal instanceof Signal.PostRefused && step.equals(Step.stay(state)))
        .as("a human has to look at %s", signal)
        .isFalse();
    state = step.next();
    last = step.commands();
    last.forEach(command -> {
      switch (command) {
        case Command.Post(var entry) -> asked.add(entry);
        case Command.SettleHold settle -> move(new Posting(OWN, RELEASING, settle.amount()));
        default -> {}
      }
    });
  }

  private void answer() {
    while (!asked.isEmpty()) {
      var entry = asked.remove();
      hearAtOnce(
          write(entry.postings())
              ? new Signal.Posted(entry.id())
              : new Signal.PostRefused(entry.id(), "insufficient_funds", "short"));
    }
  }

  /// Whole or not at all; only the chain may be below zero.
  private boolean write(List<Posting> all) {
    var before = Map.copyOf(balances);
    all.forEach(this::move);
    if (balance(OWN).signum() < 0 || balance(RELEASING).signum() < 0) {
      balances.clear();
      balances.putAll(before);
      return false;
    }
    postings.addAll(all);
    return true;
  }

  private void move(Posting posting) {
    balances.merge(posting.from(), posting.amount().units().negate(), BigInteger::add);
    balances.merge(posting.to(), posting.amount().units(), BigInteger::add);
  }

  private BigInteger balance(Account account) {
    return balances.getOrDefault(account, BigInteger.ZERO);
  }

  private void owns(String own, String promised) {
    assertThat(balance(OWN)).as("her own").isEqualTo(units(own));
    assertThat(balance(RELEASING)).as("what is promised").isEqualTo(units(promised));
  }

  /// Also of nothing, which is no amount that anybody may write.
  private static BigInteger units(String tokens) {
    return new BigDecimal(tokens).movePointRight(6).toBigIntegerExact();
  }

  /// Four of nine, unless a test says otherwise.
  private void send() {
    send("9.00");
  }

  private void send(String own) {
    move(new Posting(CHAIN, OWN, tusd(own)));
    hear(new Signal.Begun(), new Signal.HoldsPlaced());
  }

  /// By our own transaction.
  private static Signal paid(Address to, String amount) {
    return new Signal.PowerReleased(to, tusd(amount).units(), "0xabc", 1, true);
  }

  /// By another's.
  private Signal paidByOther(Address to, String amount) {
    return new Signal.PowerReleased(to, tusd(amount).units(), "0x" + ++payouts, 1, false);
  }

  private Signal overdue() {
    return new Signal.Overdue("the vault's word");
  }

  private Signal acted(String transaction) {
    return new Signal.ReleaseActed(data.transaction(), transaction);
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
    assertThat(last).containsExactly(new Command.Await("the vault's word"));
    assertThat(postings).isEmpty();
    hear(paidByOther(SOMEBODY, "4.00"));
    assertThat(state).isEqualTo(new Releasing.Released(data, "0x1"));
    assertThat(postings).containsExactly(new Posting(RELEASING, CHAIN, tusd("4.00")));
    owns("5.00", "0.00");
  }

  @Test
  void an_older_signature_that_pays_all_there_is_takes_what_is_promised_too() {
    send();
    hear(paidByOther(ELSEWHERE, "9.00"));
    assertThat(state).as("that was not this one").isInstanceOf(Releasing.Sent.class);
    owns("0.00", "0.00");
    hear(ended(true));
    assertThat(state).isInstanceOf(Releasing.Failed.class);
    assertThat(postings)
        .containsExactly(
            new Posting(RELEASING, CHAIN, tusd("4.00")), new Posting(OWN, CHAIN, tusd("5.00")));
  }

  @Test
  void an_older_signature_leaves_what_is_promised_alone_where_there_is_enough_beside_it() {
    send("20.00");
    hear(paidByOther(ELSEWHERE, "9.00"));
    owns("7.00", "4.00");
    hear(ended(true));
    owns("7.00", "4.00");
    hear(overdue());
    assertThat(state).isInstanceOf(Releasing.Failed.class);
    owns("11.00", "0.00");
  }

  @Test
  void an_older_and_smaller_signature_for_the_same_address_does_not_end_the_release() {
    send();
    hear(paidByOther(SOMEBODY, "3.00"));
    assertThat(state).as("our own may still pay").isInstanceOf(Releasing.Sent.class);
    owns("2.00", "4.00");
    hear(paid(SOMEBODY, "1.00"));
    assertThat(state).isEqualTo(new Releasing.Released(data, "0xabc"));
    owns("5.00", "0.00");
  }

  @Test
  void what_was_paid_before_ours_was_signed_and_is_told_after_it_lets_ours_pay_all() {
    send("8.00");
    hear(paidByOther(SOMEBODY, "4.00"), paid(SOMEBODY, "4.00"));
    assertThat(state).isEqualTo(new Releasing.Released(data, "0xabc"));
    owns("0.00", "0.00");
  }

  @Test
  void that_our_own_acted_ends_nothing_before_the_vault_has_said_what_it_paid() {
    send();
    hear(acted("0xabc"), paidByOther(ELSEWHERE, "2.00"));
    assertThat(state).isInstanceOf(Releasing.Sent.class);
    owns("3.00", "4.00");
    hear(new Signal.PowerReleased(SOMEBODY, tusd("4.00").units(), "0xabc", 1, false));
    assertThat(state).isEqualTo(new Releasing.Released(data, "0xabc"));
    owns("3.00", "0.00");
  }

  @Test
  void what_was_not_known_to_be_our_own_when_it_was_told_is_settled_when_our_own_has_ended() {
    send();
    hear(paidByOther(SOMEBODY, "4.00"));
    owns("1.00", "4.00");
    hear(acted("0x1"));
    assertThat(state).isEqualTo(new Releasing.Released(data, "0x1"));
    owns("5.00", "0.00");
  }

  @Test
  void an_end_that_is_told_before_the_book_has_answered_waits_for_the_answer() {
    for (var end : List.of(ended(true), ended(false))) {
      state = new Releasing.Requested(data);
      balances.clear();
      send();
      hearAtOnce(paidByOther(ELSEWHERE, "9.00"));
      hearAtOnce(end);
      assertThat(state).isInstanceOf(Releasing.Sent.class);
      answer();
      assertThat(state).isInstanceOf(Releasing.Failed.class);
      owns("0.00", "0.00");
    }
  }

  @Test
  void an_end_waits_for_every_answer_of_the_book() {
    send("20.00");
    hearAtOnce(paidByOther(ELSEWHERE, "9.00"));
    hearAtOnce(paidByOther(SOMEBODY, "2.00"));
    hearAtOnce(paid(SOMEBODY, "4.00"));
    answer();
    assertThat(state).isEqualTo(new Releasing.Released(data, "0xabc"));
    owns("5.00", "0.00");
  }

  @Test
  void what_is_refused_after_an_older_signature_took_of_it_gives_the_rest_back() {
    send("6.00");
    hear(paidByOther(ELSEWHERE, "3.00"));
    owns("2.00", "1.00");
    hear(new Signal.ReleaseRefused(data.transaction(), "amount_above_matured", "short"));
    assertThat(state).isInstanceOf(Releasing.Refused.class);
    owns("3.00", "0.00");
  }

  @Test
  void a_release_that_is_sent_is_read_back_as_it_was_written() {
    send();
    hearAtOnce(paidByOther(ELSEWHERE, "9.00"));
    hearAtOnce(acted("0xabc"));
    assertThat(Kind.RELEASING.read(Kind.RELEASING.write(state))).isEqualTo(state);
    answer();
    assertThat(Kind.RELEASING.read(Kind.RELEASING.write(state))).isEqualTo(state);
  }

  @Test
  void a_payment_below_what_was_asked_for_gives_the_rest_back() {
    send();
    hear(paid(SOMEBODY, "3.00"));
    assertThat(postings)
        .containsExactly(
            new Posting(RELEASING, CHAIN, tusd("3.00")), new Posting(RELEASING, OWN, tusd("1.00")));
    hear(paidByOther(SOMEBODY, "1.00"));
    assertThat(postings).endsWith(new Posting(OWN, CHAIN, tusd("1.00")));
  }

  @Test
  void a_signature_that_is_shown_to_the_vault_after_the_failure_is_booked_then() {
    send();
    hear(ended(false), paidByOther(SOMEBODY, "4.00"));
    assertThat(state).isInstanceOf(Releasing.Failed.class);
    assertThat(postings)
        .containsExactly(
            new Posting(RELEASING, OWN, tusd("4.00")), new Posting(OWN, CHAIN, tusd("4.00")));
  }

  @Test
  void two_payments_of_one_transaction_are_two_entries() {
    send();
    hear(paid(SOMEBODY, "4.00"));
    var first = ((Command.Post) state.on(paid(SOMEBODY, "4.00")).commands().getFirst()).entry();
    var second = new Signal.PowerReleased(SOMEBODY, tusd("4.00").units(), "0xabc", 2, true);
    assertThat(((Command.Post) state.on(second).commands().getFirst()).entry().id())
        .isNotEqualTo(first.id());
  }
}

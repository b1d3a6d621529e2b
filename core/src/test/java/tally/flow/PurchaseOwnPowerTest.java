package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.HOUSE;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.TUSD;
import static tally.flow.FlowFixtures.USD;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.aPurchaseWithoutMoney;
import static tally.flow.FlowFixtures.claimed;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.grantOf;
import static tally.flow.FlowFixtures.granted;
import static tally.flow.FlowFixtures.inSlicesOf;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;
import static tally.flow.FlowFixtures.withOwn;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.escrow.Channel;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Rate;
import tally.treasury.Grant;
import tally.treasury.Quote;

/// What has matured is the person's own, and pays before any money does.
class PurchaseOwnPowerTest {

  private static final Account OWN = new Account.Matured(ADA, "fake");

  private Flow state = new Purchase.Accepted(aPurchase("1.00"));
  private final List<Command> commands = new ArrayList<>();
  private List<Command> last = List.of();

  private void begin(Purchase.Data data) {
    state = new Purchase.Accepted(data);
    hear(new Signal.Begun(), new Signal.HoldsPlaced());
  }

  private void hear(Signal... signals) {
    for (var signal : signals) {
      var step = state.on(signal);
      state = step.next();
      last = step.commands();
      commands.addAll(last);
    }
  }

  private void run(Purchase.Data data) {
    begin(data);
    data.parts().forEach(part -> hear(granted(part)));
    hear(
        deposited(data, data.drawAfter(BigInteger.ZERO)),
        new Signal.Connected(URI.create("http://127.0.0.1:1")));
  }

  private static Signal deposited(Purchase.Data data, BigInteger total) {
    return new Signal.ChannelDeposited(data.channel(), Channel.Side.PAYER, total);
  }

  private static Signal back(Purchase.Data data, String amount) {
    return new Signal.PowerReturned(data.channel(), tusd(amount).units(), "0xc3");
  }

  private List<Posting> postings() {
    return commands.stream()
        .filter(Command.Post.class::isInstance)
        .flatMap(command -> ((Command.Post) command).entry().postings().stream())
        .toList();
  }

  private static Account spending(Purchase.Data data) {
    return new Account.Spending(ADA, data.channel());
  }

  private static Account lockedOwn(Purchase.Data data) {
    return new Account.LockedOwn(ADA, data.channel());
  }

  // By what means.

  private static Quote aQuote(String pays, String gets) {
    return aQuote(usd(pays), tusd(gets));
  }

  private static Quote aQuote(Amount pays, Amount gets) {
    return new Quote(
        new Quote.Id(new UUID(0, 7)),
        HOUSE,
        ADA,
        new UUID(0, 8),
        pays,
        gets,
        Amount.zero(USD),
        Rate.wholeForWhole(USD, TUSD),
        NOW);
  }

  @Test
  void money_pays_only_for_what_the_persons_own_power_does_not_reach() {
    var means = Means.of(aQuote("10.00", "10.00"), tusd("4.00").units());
    assertThat(means).isEqualTo(new Means(tusd("4.00"), usd("6.00"), tusd("6.00")));
  }

  @Test
  void enough_of_his_own_costs_no_money_and_the_rest_of_it_stays_his() {
    var means = Means.of(aQuote("10.00", "10.00"), tusd("25.00").units());
    assertThat(means).isEqualTo(new Means(tusd("10.00"), Amount.zero(USD), Amount.zero(TUSD)));
  }

  @Test
  void without_any_of_his_own_the_quote_is_paid_as_it_was_given() {
    for (var free : List.of(BigInteger.ZERO, BigInteger.TEN.negate())) {
      assertThat(Means.of(aQuote("10.00", "9.90"), free))
          .isEqualTo(new Means(Amount.zero(TUSD), usd("10.00"), tusd("9.90")));
    }
  }

  @Test
  void the_price_of_the_rest_is_rounded_up_by_less_than_a_unit_and_no_token_is_for_nothing() {
    assertThat(Means.of(aQuote("10.00", "10.00"), tusd("9.999999").units()).money())
        .isEqualTo(usd("0.01"));
    var chance = new SplittableRandom(20_261_121);
    for (int round = 0; round < 2_000; round++) {
      var quote =
          aQuote(
              Amount.of(USD, 1 + chance.nextInt(5_000)),
              Amount.of(TUSD, 1 + chance.nextInt(50_000_000)));
      var means = Means.of(quote, BigInteger.valueOf(chance.nextInt(60_000_000)));
      assertThat(means.own().plus(means.tokens())).isEqualTo(quote.gets());
      assertThat(means.money().isZero()).isEqualTo(means.tokens().isZero());
      var exact = quote.pays().units().multiply(means.tokens().units());
      var paid = means.money().units().multiply(quote.gets().units());
      assertThat(paid).isBetween(exact, exact.add(quote.gets().units()).subtract(BigInteger.ONE));
    }
  }

  // The purchase.

  @Test
  void his_own_power_is_promised_with_the_money_so_that_no_other_purchase_uses_it() {
    var data = withOwn(tusd("3.00"), aPurchase("6.00"));
    var step = new Purchase.Accepted(data).on(new Signal.Begun());
    assertThat(((Command.PlaceHolds) step.commands().getFirst()).holds())
        .hasSize(3)
        .last()
        .satisfies(hold ->
            assertThat(hold.promised()).isEqualTo(new Posting(OWN, spending(data), tusd("3.00"))));
  }

  @Test
  void a_purchase_that_his_own_power_pays_has_no_grant_and_draws_at_once() {
    var data = aPurchaseWithoutMoney(tusd("5.00"));
    begin(data);
    assertThat(state).isInstanceOf(Purchase.Opening.class);
    assertThat(last)
        .containsExactly(
            new Command.SettleHold(data.ownHold(), data.entry("settled/spends"), tusd("5.00")),
            new Command.OpenChannel(data.terms(), tusd("5.00").units(), data.transaction("draw")));
    hear(
        deposited(data, data.deposit()),
        new Signal.Connected(URI.create("http://127.0.0.1:1")),
        new Signal.FinishAsked(),
        claimed(data, "2.00"),
        back(data, "3.00"));
    assertThat(state).isInstanceOf(PurchaseEnding.Finished.class);
    assertThat(postings())
        .containsExactly(
            new Posting(spending(data), lockedOwn(data), tusd("5.00")),
            new Posting(lockedOwn(data), new Account.OnChain("fake"), tusd("2.00")),
            new Posting(lockedOwn(data), spending(data), tusd("3.00")),
            new Posting(spending(data), OWN, tusd("3.00")));
    assertThat(commands).noneMatch(Command.ReclaimGrant.class::isInstance);
  }

  @Test
  void nothing_pays_for_a_purchase_without_own_power_and_parts() {
    assertThatThrownBy(() -> aPurchaseWithoutMoney(Amount.zero(TUSD)))
        .hasMessageContaining("nothing pays");
  }

  @Test
  void his_own_is_spent_before_money_and_comes_back_after_it() {
    var data = withOwn(tusd("3.00"), aPurchase("6.00"));
    var lot = data.parts().getFirst().lot();
    run(data);
    hear(new Signal.FinishAsked(), claimed(data, "1.00"), back(data, "8.00"));
    assertThat(postings())
        .endsWith(
            new Posting(lockedOwn(data), new Account.OnChain("fake"), tusd("1.00")),
            new Posting(lockedOwn(data), spending(data), tusd("2.00")),
            new Posting(
                new Account.Locked(ADA, lot, data.channel()),
                new Account.Power(ADA, lot),
                tusd("6.00")),
            new Posting(spending(data), OWN, tusd("2.00")));
    hear(reclaimed(data.parts().getFirst(), "6.00"));
    assertThat(postings())
        .endsWith(
            new Posting(new Account.Exchange(), new Account.Available(ADA, lot), usd("6.00")));
    assertThat(state).isInstanceOf(PurchaseEnding.Finished.class);
  }

  @Test
  void a_refused_grant_frees_the_promise_of_his_own_and_draws_nothing() {
    var data = withOwn(tusd("3.00"), aPurchase("6.00", "4.00"));
    begin(data);
    hear(
        granted(data.parts().getFirst()),
        new Signal.GrantMoved(new Grant.Failed(grantOf(data.parts().get(1)), "reverted")));
    assertThat(last).contains(new Command.ReleaseHold(data.ownHold()));
    assertThat(last).noneMatch(Command.OpenChannel.class::isInstance);
    hear(reclaimed(data.parts().getFirst(), "6.00"));
    assertThat(postings()).noneMatch(posting -> posting.from().equals(spending(data)));
    assertThat(state).isInstanceOf(PurchaseEnding.Finished.class);
  }

  @Test
  void where_every_grant_is_refused_his_own_is_free_again() {
    var data = withOwn(tusd("3.00"), aPurchase("6.00"));
    begin(data);
    hear(new Signal.GrantMoved(new Grant.Failed(grantOf(data.parts().getFirst()), "reverted")));
    assertThat(state).isInstanceOf(Purchase.Refused.class);
    assertThat(last).contains(new Command.ReleaseHold(data.ownHold()));
  }

  @Test
  void a_draw_that_never_acts_gives_his_own_back_to_him() {
    var data = aPurchaseWithoutMoney(tusd("5.00"));
    begin(data);
    hear(
        new Signal.TransactionEnded(
            data.transaction("draw"), Signal.TransactionEnd.REVERTED, "NotEnough"));
    assertThat(postings()).containsExactly(new Posting(spending(data), OWN, tusd("5.00")));
    assertThat(state).isInstanceOf(PurchaseEnding.Finished.class);
  }

  @Test
  void a_dispute_holds_the_lot_and_not_what_is_his_own() {
    var data = withOwn(tusd("3.00"), aPurchase("6.00"));
    run(data);
    hear(
        new Signal.LotDisputed(data.parts().getFirst().lot(), flow("chargeback")),
        claimed(data, "1.00"),
        back(data, "8.00"));
    assertThat(postings()).endsWith(new Posting(spending(data), OWN, tusd("2.00")));
    assertThat(last.getLast())
        .isInstanceOfSatisfying(
            Command.Tell.class,
            tell ->
                assertThat(((Signal.PurchaseEnded) tell.signal()).parts())
                    .singleElement()
                    .satisfies(end -> {
                      assertThat(end.spent().isZero()).as("his own was spent first").isTrue();
                      assertThat(end.held()).isEqualTo(tusd("6.00"));
                    }));
  }

  /// Whatever is drawn, claimed and returned in whichever order, no account goes below zero, and
  /// what was his own or a lot's is claimed, back, or still where it was.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void random_purchases_conserve_every_unit(long seed) {
    var chance = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      var data = aRandomPurchase(chance);
      var book = new RandomBook(data);
      state = new Purchase.Accepted(data);
      commands.clear();
      play(data, chance);
      commands.forEach(book::carryOut);
      book.mustHold(commands.stream().anyMatch(Command.SettleHold.class::isInstance));
    }
  }

  private static Purchase.Data aRandomPurchase(SplittableRandom chance) {
    var data =
        inSlicesOf(
            1 + chance.nextInt(12) + ".00",
            aPurchase(1 + chance.nextInt(6) + ".00", 1 + chance.nextInt(6) + ".00"));
    var own = Amount.of(TUSD, chance.nextInt(6) * 1_000_000L);
    return own.isZero() || chance.nextBoolean()
        ? withOwn(own, data)
        : inSlicesOf("3.00", aPurchaseWithoutMoney(own));
  }

  /// A channel's life: slices come, some is claimed, the rest is returned in one or two parts, and
  /// each grant gives back or has matured.
  private void play(Purchase.Data data, SplittableRandom chance) {
    run(data);
    var drawn = data.drawAfter(BigInteger.ZERO);
    while (chance.nextInt(3) > 0 && drawn.compareTo(data.deposit()) < 0) {
      var next = data.drawAfter(drawn);
      hear(new Signal.SliceUsed(drawn), deposited(data, next));
      drawn = next;
    }
    hear(new Signal.FinishAsked());
    var spent = part(drawn, chance);
    if (spent.signum() > 0) {
      hear(new Signal.ChannelClaimed(data.channel(), Channel.Side.PAYER, spent, spent, "0xc1"));
    }
    var rest = drawn.subtract(spent);
    var first = part(rest, chance);
    for (var some : List.of(first, rest.subtract(first))) {
      if (some.signum() > 0) {
        hear(new Signal.PowerReturned(data.channel(), some, "0xc3"));
      }
    }
    for (var command : List.copyOf(last)) {
      if (command instanceof Command.ReclaimGrant reclaim) {
        hear(answer(data, reclaim, chance));
      }
    }
    assertThat(state).isInstanceOf(PurchaseEnding.Finished.class);
  }

  private static BigInteger part(BigInteger of, SplittableRandom chance) {
    return of.multiply(BigInteger.valueOf(chance.nextInt(101))).divide(BigInteger.valueOf(100));
  }

  private static Signal answer(
      Purchase.Data data, Command.ReclaimGrant reclaim, SplittableRandom chance) {
    var part =
        data.parts().stream()
            .filter(one -> one.grant().equals(reclaim.grant()))
            .findFirst()
            .orElseThrow();
    var all = part.tokens().units().subtract(reclaim.rest());
    return chance.nextInt(3) == 0
        ? new Signal.PowerReclaimed(
            new Grant.Matured(grantOf(part), BigInteger.ZERO),
            BigInteger.ZERO,
            reclaim.transaction())
        : new Signal.PowerReclaimed(
            new Grant.Granted(grantOf(part), BigInteger.ZERO), all, reclaim.transaction());
  }

  /// Adds postings up, and knows nothing of how purchases make them.
  private static final class RandomBook {
    private final Purchase.Data data;
    private final Map<Account, BigInteger> tokens = new HashMap<>();
    private final BigInteger all;

    RandomBook(Purchase.Data data) {
      this.data = data;
      this.all = data.deposit();
      tokens.put(OWN, data.own().units());
      tokens.put(new Account.Reserve("fake"), all.subtract(data.own().units()));
    }

    void carryOut(Command command) {
      switch (command) {
        case Command.SettleHold settle ->
            data.holds().stream()
                .filter(hold -> hold.id().equals(settle.hold()))
                .forEach(hold -> move(hold.promised()));
        case Command.Post(var entry) -> entry.postings().forEach(this::move);
        default -> {}
      }
    }

    private void move(Posting posting) {
      if (posting.amount().asset().equals(TUSD)) {
        tokens.merge(posting.from(), posting.amount().units().negate(), BigInteger::add);
        tokens.merge(posting.to(), posting.amount().units(), BigInteger::add);
        assertThat(tokens.get(posting.from())).as("%s", posting).isNotNegative();
      }
    }

    void mustHold(boolean settled) {
      assertThat(settled).isTrue();
      assertThat(tokens.values().stream().reduce(BigInteger.ZERO, BigInteger::add)).isEqualTo(all);
      tokens.forEach((account, units) -> {
        boolean restsThere =
            account.equals(OWN)
                || account instanceof Account.Reserve
                || account instanceof Account.OnChain;
        assertThat(restsThere || units.signum() == 0).as("%s %s", account, units).isTrue();
      });
    }
  }
}

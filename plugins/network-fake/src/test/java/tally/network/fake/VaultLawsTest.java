package tally.network.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.escrow.port.Channels;
import tally.treasury.port.Grants;
import tally.treasury.port.Grants.State;
import tally.x402.Address;

/// The laws of the vault's reference, section 3, after every act of a random market.
class VaultLawsTest {

  @Test
  void the_laws_hold_after_each_of_twenty_thousand_acts() {
    run(40, 500);
  }

  @Test
  @Tag("long")
  void the_laws_hold_after_each_of_a_million_acts() {
    run(500, 2_000);
  }

  private static void run(int seeds, int acts) {
    var told = new TreeMap<String, Integer>();
    for (long seed = 1; seed <= seeds; seed++) {
      var trial = new Trial(seed);
      for (int i = 0; i < acts; i++) {
        trial.step("seed " + seed + " act " + i, told);
      }
    }
    // A market in which hardly anything happens would prove nothing.
    for (var kind : Intent.Call.class.getPermittedSubclasses()) {
      if (!Set.of("Appoint", "Deposit", "Approve", "FinalizeWithdraw")
          .contains(kind.getSimpleName())) {
        assertThat(told).as("acts that succeeded").containsKey(kind.getSimpleName());
      }
    }
    assertThat(told)
        .as("refusals")
        .containsKeys(
            "NotYours",
            "Short",
            "AlreadyDone",
            "WrongSigner",
            "OutOfTurn",
            "TooEarly",
            "TooLate",
            "AboveLimit",
            "ClaimExceedsBalance",
            "InvalidSignature",
            "NothingToWithdraw");
  }

  /// One market, and what the outside remembers of it.
  private static final class Trial {
    private final RandomMarket market;
    private final BigInteger minted;
    private BigInteger funded = BigInteger.ZERO;
    private BigInteger drained = BigInteger.ZERO;
    private BigInteger gifts = BigInteger.ZERO;
    private final Map<Slot<?>, BigInteger> first = new HashMap<>();
    private final Set<Slot<?>> ended = new HashSet<>();
    private Map<Slot<?>, Object> before = Map.of();

    Trial(long seed) {
      market = new RandomMarket(seed);
      minted = sum(cells(), Slot.Tokens.class, BigInteger.class::cast);
    }

    void step(String where, Map<String, Integer> told) {
      before = cells();
      var act = market.next();
      var refusal = market.perform(act);
      told.merge(
          refusal.isEmpty() ? act.call().getClass().getSimpleName() : refusal, 1, Integer::sum);
      if (refusal.isEmpty()) {
        note(act);
      }
      var after = cells();
      if (!refusal.isEmpty()) {
        before.keySet().removeIf(Slot.Nonce.class::isInstance);
        var same = new HashMap<>(after);
        same.keySet().removeIf(Slot.Nonce.class::isInstance);
        assertThat(same).as(where + ": a refusal changes nothing").isEqualTo(before);
      }
      assertBook(where, after);
      assertPayments(where, after);
      assertGrowth(where, after);
    }

    private void note(RandomMarket.Act act) {
      var operator = RandomMarket.address("operator");
      switch (act.call()) {
        case Intent.Fund fund -> funded = funded.add(fund.amount());
        case Intent.Drain drain -> drained = drained.add(drain.amount());
        case Intent.Transfer gift -> gifts = gifts.add(gift.amount());
        case Intent.Draw draw when !act.sender().equals(operator) ->
            assertFree(draw.channel().payerAuthorizer());
        case Intent.Release release -> assertFree(release.user());
        default -> {}
      }
    }

    /// Law 5: without the operator nothing leaves less than what is locked.
    private void assertFree(Address user) {
      var power = market.world.vault().power(user);
      assertThat(power.available()).isGreaterThanOrEqualTo(power.locked());
    }

    /// Laws 1, 2, 3 and 9, and that no token is made or lost.
    private void assertBook(String where, Map<Slot<?>, Object> cells) {
      var vault = market.world.vault();
      var tokens = market.world.tokens();
      var available = sum(cells, Slot.Account.class, it -> ((Grants.Power) it).available());
      var inside = sum(cells, Slot.Line.class, VaultLawsTest::inside);
      var released = sum(cells, Slot.Released.class, BigInteger.class::cast);
      var balances = sum(cells, Slot.Channel.class, it -> ((Channels.Deposit) it).balance());
      var settled = sum(cells, Slot.Receiver.class, it -> ((Channels.Earned) it).totalSettled());
      var owed = vault.reserve().add(available);
      var held = tokens.balance(Genesis.VAULT);

      assertThat(held).as(where + ": solvency").isGreaterThanOrEqualTo(owed);
      assertThat(owed.add(inside).add(released).add(drained))
          .as(where + ": book")
          .isEqualTo(funded);
      assertThat(held.subtract(owed).add(balances))
          .as(where + ": attribution")
          .isEqualTo(inside.add(gifts));
      assertThat(tokens.balance(ChannelContract.ADDRESS))
          .as(where + ": escrow")
          .isEqualTo(balances.subtract(settled));
      assertThat(sum(cells, Slot.Tokens.class, BigInteger.class::cast)).as(where).isEqualTo(minted);
      cells.forEach((slot, value) -> {
        if (slot instanceof Slot.Channel channel) {
          var deposit = (Channels.Deposit) value;
          var claimed = deposit.totalClaimed();
          assertThat(claimed).as(where + ": claims").isLessThanOrEqualTo(deposit.balance());
          var line = inside(market.world.vault().line(channel.channel()));
          assertThat(line).as(where + ": line").isGreaterThanOrEqualTo(deposit.balance());
        }
      });
    }

    /// Laws 4, 6 and 8.
    private void assertPayments(String where, Map<Slot<?>, Object> cells) {
      var locked = new HashMap<Address, BigInteger>();
      cells.forEach((slot, value) -> {
        if (slot instanceof Slot.Granted at) {
          var granted = market.world.vault().granted(at.user(), at.payment()).orElseThrow();
          var start = first.computeIfAbsent(at, key -> granted.amount());
          assertThat(granted.amount()).as(where + ": reclaimed").isLessThanOrEqualTo(start);
          boolean end = granted.state() == State.MATURED || granted.state() == State.RECLAIMED;
          assertThat(ended.contains(at) && !end).as(where + ": final").isFalse();
          if (end) {
            ended.add(at);
          } else {
            locked.merge(at.user(), granted.amount(), BigInteger::add);
          }
        }
      });
      for (var user : new String[] {"anna", "ben"}) {
        var address = RandomMarket.address(user);
        assertThat(market.world.vault().power(address).locked())
            .as(where + ": locked of " + user)
            .isEqualTo(locked.getOrDefault(address, BigInteger.ZERO));
      }
    }

    /// Law 7.
    private void assertGrowth(String where, Map<Slot<?>, Object> cells) {
      before.forEach((slot, value) -> {
        if (slot instanceof Slot.Line) {
          var was = (Grants.Line) value;
          var is = (Grants.Line) cells.get(slot);
          assertThat(is.drawn()).as(where).isGreaterThanOrEqualTo(was.drawn());
          assertThat(is.returned()).as(where).isGreaterThanOrEqualTo(was.returned());
        } else if (slot instanceof Slot.Released) {
          assertThat((BigInteger) cells.get(slot))
              .as(where)
              .isGreaterThanOrEqualTo((BigInteger) value);
        }
      });
    }

    private Map<Slot<?>, Object> cells() {
      var cells = new HashMap<Slot<?>, Object>();
      market.world.storage().forEach(cells::put);
      return cells;
    }
  }

  private static BigInteger inside(Object line) {
    return ((Grants.Line) line).drawn().subtract(((Grants.Line) line).returned());
  }

  private static BigInteger sum(
      Map<Slot<?>, Object> cells,
      Class<? extends Slot<?>> kind,
      Function<Object, BigInteger> part) {
    return cells.entrySet().stream()
        .filter(cell -> kind.isInstance(cell.getKey()))
        .map(cell -> part.apply(cell.getValue()))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }
}

package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.escrow.internal.EscrowFixture.NETWORK;
import static tally.escrow.internal.EscrowFixture.n;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.escrow.Channel;
import tally.escrow.ChannelListener.Fact;
import tally.escrow.ClaimCost;
import tally.escrow.ClaimPolicy;
import tally.escrow.Receipt;
import tally.escrow.Wish;
import tally.escrow.port.Channels.Event;
import tally.money.Tenant;
import tally.network.Chains;
import tally.network.NetworkListener;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// Claims while channels go on paying, on a real database.
class ClaimLookTest {

  private final EscrowFixture here = new EscrowFixture();
  private final ClaimLook look =
      new ClaimLook(
          here.database.jdbc(),
          here.claimStore,
          new ClaimPolicy(new ClaimPolicy.Settings(n(50), 50, Duration.ofHours(1), 90)),
          ClaimCost.UNKNOWN,
          new Chains(Map.of(NETWORK, here.foreteller)),
          () -> here.now,
          Duration.ofSeconds(5));
  private int applied;
  private long block;

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void what_is_worth_a_claim_is_wished_for_and_the_rest_waits() {
    var rich = here.accepted(1000, 1);
    var poor = here.accepted(1000, 2);
    here.channels.receive(here.voucher(rich.id(), 50));
    here.channels.receive(here.voucher(poor.id(), 49));
    look.tick();
    assertThat(wishes()).containsExactly(Map.entry(rich.id(), Wish.Reason.VALUE));
    here.later(Duration.ofHours(1));
    look.tick();
    assertThat(wishes())
        .containsExactlyInAnyOrder(
            Map.entry(rich.id(), Wish.Reason.VALUE), Map.entry(poor.id(), Wish.Reason.AGE));
  }

  @Test
  void the_age_is_that_of_the_oldest_voucher_that_no_claim_covers() {
    var terms = here.accepted(1000);
    here.channels.receive(here.voucher(terms.id(), 40));
    here.later(Duration.ofMinutes(40));
    here.chain.holds(terms.id(), 1000, 40, 0);
    here.channels.accept(terms, n(1));
    here.channels.receive(here.voucher(terms.id(), 41));
    here.later(Duration.ofMinutes(40));
    look.tick();
    assertThat(wishes()).isEmpty();
    here.later(Duration.ofMinutes(20));
    look.tick();
    assertThat(wishes()).containsExactly(Map.entry(terms.id(), Wish.Reason.AGE));
  }

  @Test
  void a_channel_goes_on_paying_while_and_after_it_is_claimed() {
    var terms = here.accepted(1000);
    here.channels.receive(here.voucher(terms.id(), 60));
    look.tick();
    here.claims.tick();
    assertThat(here.channels.receive(here.voucher(terms.id(), 70)))
        .isEqualTo(new Receipt.Accepted(here.voucher(terms.id(), 70), n(10)));
    apply();
    assertThat(here.channel(terms)).isInstanceOf(Channel.Open.class);
    assertThat(here.channel(terms).standing().claimed()).isEqualTo(n(60));
    assertThat(here.channels.receive(here.voucher(terms.id(), 120)))
        .isEqualTo(new Receipt.Accepted(here.voucher(terms.id(), 120), n(50)));
    look.tick();
    here.claims.tick();
    apply();
    assertThat(here.channel(terms).standing().claimed()).isEqualTo(n(120));
    assertThat(here.facts.stream().filter(Fact.Claimed.class::isInstance))
        .extracting(fact -> ((Fact.Claimed) fact).amount())
        .containsExactly(n(60), n(60));
  }

  @Test
  void claims_of_open_channels_are_paid_out_together_later() {
    var terms = here.accepted(1000);
    here.channels.receive(here.voucher(terms.id(), 60));
    look.tick();
    here.claims.tick();
    apply();
    assertThat(here.payouts.tick()).isZero();
    here.later(Duration.ofHours(1));
    assertThat(here.payouts.tick()).isOne();
    assertThat(here.sent.getLast().intent())
        .isEqualTo(new Intent.Settle(terms.config().receiver(), terms.config().token()));
  }

  /// Laws 5 and 6: vouchers are taken from many sides while claims go out; in the end every unit of
  /// an accepted voucher is claimed, once, and the events add up to it.
  @Test
  void vouchers_that_come_while_claims_go_out_are_all_claimed_in_the_end() throws Exception {
    var channels = new ArrayList<Channel.Terms>();
    for (int i = 0; i < 4; i++) {
      channels.add(here.accepted(100_000, i + 1));
    }
    var next =
        channels.stream().collect(Collectors.toMap(Channel.Terms::id, _ -> new AtomicInteger()));
    var highest =
        channels.stream().collect(Collectors.toMap(Channel.Terms::id, _ -> new AtomicInteger()));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<Integer>>();
      for (int payer = 0; payer < 8; payer++) {
        var terms = channels.get(payer % channels.size());
        work.add(() -> pay(terms, next.get(terms.id()), highest.get(terms.id())));
      }
      work.add(this::collect);
      for (var done : threads.invokeAll(work)) {
        done.get();
      }
    }
    int before = applied;
    assertThat(before).isPositive();
    for (var terms : channels) {
      here.channels.claim(Tenant.HOUSE, terms.id());
      assertThat(here.channels.receive(here.voucher(terms.id(), 99_999)))
          .isInstanceOf(Receipt.Refused.class);
    }
    apply();
    for (var terms : channels) {
      var promised = n(highest.get(terms.id()).get());
      assertThat(here.channel(terms).standing().claimed()).isEqualTo(promised);
      assertThat(told(terms.id())).isEqualTo(promised);
    }
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).isEmpty();
  }

  private int pay(Channel.Terms terms, AtomicInteger next, AtomicInteger highest) {
    for (int i = 0; i < 60; i++) {
      int max = next.addAndGet(7);
      if (here.channels.receive(here.voucher(terms.id(), max)) instanceof Receipt.Accepted) {
        highest.accumulateAndGet(max, Math::max);
      }
    }
    return 60;
  }

  private int collect() {
    for (int i = 0; i < 25; i++) {
      look.tick();
      here.claims.tick();
      apply();
    }
    return 25;
  }

  private BigInteger told(ChannelId id) {
    return here.facts.stream()
        .filter(fact -> fact instanceof Fact.Claimed && fact.terms().id().equals(id))
        .map(fact -> ((Fact.Claimed) fact).amount())
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /// The contract carries out what was sent since, row by row, and the node reads it.
  private void apply() {
    for (; applied < here.sent.size(); applied++) {
      var order = here.sent.get(applied);
      if (order.intent() instanceof Intent.Claim(var rows, var _)) {
        block++;
        var hash = new Bytes32("0x" + "%064x".formatted(block));
        rows.forEach(row -> claim(row, hash));
        here.ended(order, true, "");
        here.watch.on(new NetworkListener.Fact.Confirmed(NETWORK, block, block));
        here.follower.tick();
      }
    }
  }

  private void claim(Intent.ClaimRow row, Bytes32 hash) {
    var id = row.voucher().channel();
    var now = here.chain.deposit(id);
    assertThat(row.totalClaimed()).isLessThanOrEqualTo(row.voucher().maxClaimable());
    assertThat(row.totalClaimed()).isLessThanOrEqualTo(now.balance());
    var added = row.totalClaimed().subtract(now.totalClaimed());
    if (added.signum() > 0) {
      here.chain.holds(id, now.balance().longValue(), row.totalClaimed().longValue(), 0);
      here.chain.happened(new Event.Claimed(block, hash, id, added, row.totalClaimed()));
    }
  }

  private List<Map.Entry<ChannelId, Wish.Reason>> wishes() {
    return here.wishes.list(Tenant.HOUSE, 10).stream()
        .map(wish -> Map.entry(wish.channel(), wish.reason()))
        .toList();
  }
}

package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.escrow.internal.EscrowFixture.APPROVAL;
import static tally.escrow.internal.EscrowFixture.NETWORK;
import static tally.escrow.internal.EscrowFixture.n;
import static tally.escrow.internal.EscrowFixture.transaction;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.ChannelListener.Fact;
import tally.escrow.port.Channels.Event;
import tally.money.Tenant;
import tally.network.NetworkListener;
import tally.x402.Bytes32;

/// What confirmed blocks do to the rows of both sides.
class ChannelFollowerTest {

  private final EscrowFixture here = new EscrowFixture();

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void a_deposit_moves_both_sides_and_each_tells_for_itself() {
    var payer = here.terms(Side.PAYER);
    here.channels.open(payer, n(100), transaction(1), APPROVAL);
    var receiver = here.accepted(100);
    here.chain.happened(new Event.Deposited(5, tx(1), payer.id(), n(100), n(100)));
    confirmed(1, 10);
    assertThat(here.follower.tick()).isOne();
    assertThat(here.channel(payer).standing().balance()).isEqualTo(n(100));
    assertThat(here.facts)
        .containsExactlyInAnyOrder(
            new Fact.Deposited(payer, n(100), n(100), tx(1)),
            new Fact.Deposited(receiver, n(100), n(100), tx(1)));
    assertThat(here.follower.tick()).isZero();
  }

  @Test
  void blocks_that_are_confirmed_twice_act_once() {
    var terms = here.accepted(100);
    here.chain.happened(
        new Event.Claimed(5, tx(1), terms.id(), n(10), n(10)),
        new Event.Claimed(5, tx(1), terms.id(), n(5), n(15)));
    confirmed(1, 10);
    here.follower.tick();
    confirmed(3, 12);
    assertThat(here.follower.tick()).isOne();
    assertThat(here.facts)
        .containsExactly(
            new Fact.Claimed(terms, n(10), n(10), tx(1)),
            new Fact.Claimed(terms, n(5), n(15), tx(1)));
    assertThat(here.count("event")).isEqualTo(2);
  }

  @Test
  void many_nodes_follow_the_same_blocks_once() throws Exception {
    var terms = here.accepted(100);
    here.chain.happened(new Event.Claimed(5, tx(1), terms.id(), n(10), n(10)));
    confirmed(1, 10);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 8; i++) {
        work.add(here.follower::tick);
      }
      int moved = 0;
      for (var answer : threads.invokeAll(work)) {
        moved += answer.get();
      }
      assertThat(moved).isOne();
    }
    assertThat(here.facts).hasSize(1);
  }

  @Test
  void a_long_range_is_read_in_pages_of_a_thousand_blocks() {
    var terms = here.accepted(100);
    here.chain.happened(
        new Event.Claimed(1, tx(1), terms.id(), n(1), n(1)),
        new Event.Claimed(1000, tx(2), terms.id(), n(1), n(2)),
        new Event.Claimed(1001, tx(3), terms.id(), n(1), n(3)),
        new Event.Claimed(2500, tx(4), terms.id(), n(1), n(4)));
    confirmed(1, 2500);
    assertThat(here.follower.tick()).isOne();
    assertThat(here.facts).hasSize(2);
    assertThat(here.follower.tick() + here.follower.tick()).isEqualTo(2);
    assertThat(here.follower.tick()).isZero();
    assertThat(here.facts).hasSize(4);
    assertThat(here.ranges()).isZero();
  }

  @Test
  void a_chain_that_is_away_leaves_the_blocks_for_later() {
    var terms = here.accepted(100);
    here.chain.happened(new Event.Claimed(5, tx(1), terms.id(), n(10), n(10)));
    confirmed(1, 10);
    here.chain.away = true;
    assertThat(here.follower.tick()).isZero();
    assertThat(here.ranges()).isOne();
    here.chain.away = false;
    assertThat(here.follower.tick()).isOne();
    assertThat(here.facts).hasSize(1);
  }

  @Test
  void a_listener_that_throws_undoes_everything() {
    var terms = here.accepted(100);
    here.chain.holds(terms.id(), 100, 10, 0);
    here.chain.happened(new Event.Claimed(5, tx(1), terms.id(), n(10), n(10)));
    confirmed(1, 10);
    var broken =
        new ChannelFollower(
            here.store,
            here.ranges,
            here.events,
            here.payoutStore,
            new JdbcWithdrawals(here.database.jdbc(), here.claimStore),
            here.settlements,
            List.of(_ -> {
              throw new IllegalStateException("broken");
            }),
            () -> here.now,
            Duration.ZERO);
    assertThatThrownBy(broken::tick).hasMessage("broken");
    assertThat(here.channel(terms).standing().claimed()).isEqualTo(n(0));
    assertThat(here.count("event")).isZero();
    assertThat(here.ranges()).isOne();
  }

  @Test
  void a_withdrawal_that_begins_warns_the_receiver_and_lowers_what_he_takes() {
    var terms = here.accepted(100);
    here.chain.holds(terms.id(), 100, 0, 70);
    here.chain.happened(new Event.WithdrawInitiated(5, tx(1), terms.id(), n(70), Instant.EPOCH));
    confirmed(1, 10);
    here.follower.tick();
    assertThat(here.channel(terms)).isInstanceOf(Channel.Withdrawing.class);
    assertThat(here.facts).containsExactly(new Fact.WithdrawalBegun(terms, n(70), n(30), tx(1)));
    assertThat(here.channels.receive(here.voucher(terms.id(), 31)))
        .isInstanceOf(tally.escrow.Receipt.Refused.class);

    here.chain.holds(terms.id(), 30, 0, 0);
    here.chain.happened(new Event.Withdrawn(15, tx(2), terms.id(), n(70)));
    confirmed(11, 20);
    here.follower.tick();
    assertThat(here.channel(terms)).isInstanceOf(Channel.Open.class);
    assertThat(here.channel(terms).standing().balance()).isEqualTo(n(30));
    assertThat(here.facts.getLast()).isEqualTo(new Fact.Withdrawn(terms, n(70), n(30), tx(2)));
  }

  @Test
  void a_channel_is_claimed_paid_out_given_back_and_opened_again() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 60));
    here.channels.claim(Tenant.HOUSE, terms.id());
    here.chain.holds(terms.id(), 100, 60, 0);
    here.chain.happened(new Event.Claimed(1, tx(1), terms.id(), n(60), n(60)));
    confirmed(1, 1);
    here.follower.tick();
    assertThat(here.channel(terms).standing().claimed()).isEqualTo(n(60));
    assertThat(here.channels.claim(Tenant.HOUSE, terms.id())).isEmpty();

    assertThat(here.channels.refund(Tenant.HOUSE, terms.id(), transaction(3))).contains(n(40));
    here.chain.holds(terms.id(), 60, 60, 0);
    here.chain.happened(new Event.Refunded(2, tx(3), terms.id(), n(40)));
    confirmed(2, 2);
    here.follower.tick();
    assertThat(here.channel(terms)).isInstanceOf(Channel.Settled.class);
    assertThat(here.facts.getLast()).isEqualTo(new Fact.Refunded(terms, n(40), tx(3)));

    here.chain.holds(terms.id(), 160, 60, 0);
    here.later(Duration.ofSeconds(5));
    assertThat(here.channels.receive(here.voucher(terms.id(), 70)))
        .isInstanceOf(tally.escrow.Receipt.Accepted.class);
    assertThat(here.channel(terms)).isInstanceOf(Channel.Open.class);
  }

  @Test
  void a_payout_is_told_to_each_channel_with_its_share() {
    var first = here.accepted(100);
    here.later(Duration.ofSeconds(1));
    var second = here.accepted(100, 77);
    var idle = here.accepted(100, 78);
    var receiver = idle.config().receiver();
    var token = idle.config().token();
    here.chain.happened(
        new Event.Claimed(1, tx(1), first.id(), n(20), n(20)),
        new Event.Claimed(1, tx(1), second.id(), n(10), n(10)),
        new Event.Settled(2, tx(2), receiver, token, n(30)),
        new Event.Claimed(3, tx(3), second.id(), n(7), n(17)),
        new Event.Settled(4, tx(4), receiver, token, n(7)));
    confirmed(1, 5);
    here.follower.tick();
    confirmed(2, 6);
    here.follower.tick();
    assertThat(here.facts.stream().filter(Fact.PaidOut.class::isInstance))
        .containsExactly(
            new Fact.PaidOut(first, n(20), tx(2)),
            new Fact.PaidOut(second, n(10), tx(2)),
            new Fact.PaidOut(second, n(7), tx(4)));
    assertThat(here.channels.settle(Tenant.HOUSE, second.id())).isEmpty();
  }

  @Test
  void one_payout_serves_all_channels_of_a_receiver() {
    var first = here.accepted(100);
    var second = here.accepted(100, 77);
    here.chain.happened(
        new Event.Claimed(1, tx(1), first.id(), n(20), n(20)),
        new Event.Claimed(1, tx(1), second.id(), n(10), n(10)));
    confirmed(1, 1);
    here.follower.tick();
    assertThat(here.channels.settle(Tenant.HOUSE, first.id())).contains(n(20));
    assertThat(here.channels.settle(Tenant.HOUSE, second.id())).contains(n(10));
    assertThat(here.payouts.tick()).isOne();
    assertThat(here.channels.settle(Tenant.HOUSE, second.id())).contains(n(10));
    assertThat(here.payouts.tick()).isZero();
    assertThat(here.sent).hasSize(1);
    here.ended(here.sent.getFirst(), false, "reverted");
    here.later(Duration.ofMinutes(1));
    assertThat(here.payouts.tick()).isOne();
  }

  @Test
  void strangers_channels_and_unknown_networks_leave_nothing_behind() {
    here.accepted(100);
    here.chain.happened(
        new Event.Deposited(5, tx(1), new tally.x402.ChannelId(tx(9)), n(1), n(1)),
        new Event.Settled(5, tx(2), EscrowFixture.VAULT, EscrowFixture.TOKEN, n(1)));
    confirmed(1, 10);
    here.watch.on(new NetworkListener.Fact.Confirmed("moon", 1, 10));
    assertThat(here.ranges()).isOne();
    here.follower.tick();
    assertThat(here.facts).isEmpty();
    assertThat(here.count("event")).isZero();
  }

  private void confirmed(long from, long to) {
    here.watch.on(new NetworkListener.Fact.Confirmed(NETWORK, from, to));
  }

  private static Bytes32 tx(int number) {
    return new Bytes32("0x" + "%064x".formatted(number));
  }
}

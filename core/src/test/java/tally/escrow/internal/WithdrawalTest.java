package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.escrow.internal.EscrowFixture.NETWORK;
import static tally.escrow.internal.EscrowFixture.n;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.escrow.Alarm;
import tally.escrow.Channel;
import tally.escrow.ChannelListener.Fact;
import tally.escrow.Wish;
import tally.escrow.port.Channels.Event;
import tally.money.Tenant;
import tally.network.NetworkListener;
import tally.network.Transaction;
import tally.x402.Bytes32;

/// A payer takes back one-sidedly what the receiver holds vouchers for; on a real database.
class WithdrawalTest {

  private final EscrowFixture here = new EscrowFixture();

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void all_that_is_promised_is_claimed_as_soon_as_a_withdrawal_is_heard_of() {
    var terms = promised(1);
    begins(terms, 70, Duration.ofDays(1));
    here.follower.tick();
    here.claims.tick();
    assertThat(claim(0).rows().getFirst().totalClaimed()).isEqualTo(n(60));
    assertThat(here.sent.getFirst().urgent()).isFalse();
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).isEmpty();
  }

  @Test
  void where_nothing_is_promised_there_is_nothing_to_hurry_for() {
    var terms = here.accepted(100);
    begins(terms, 70, Duration.ofDays(1));
    here.follower.tick();
    here.claims.tick();
    assertThat(here.sent).isEmpty();
  }

  @Test
  void a_node_that_was_down_when_it_began_claims_first_and_at_a_raised_fee() {
    var late = promised(1);
    for (int i = 0; i < 30; i++) {
      here.wish(promised(100 + i), Wish.Reason.VALUE);
    }
    // Nobody follows the chain meanwhile; five minutes are left.
    begins(late, 70, Duration.ofMinutes(15));
    here.later(Duration.ofMinutes(10));
    here.foreteller.time = here.now;
    here.follower.tick();
    here.claims.tick();
    assertThat(here.sent).extracting(Transaction.Order::urgent).containsExactly(true, false);
    assertThat(claim(0).rows().getFirst().voucher().channel()).isEqualTo(late.id());
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10))
        .extracting(Alarm::code)
        .containsExactly("withdrawal_close");
    here.ended(here.sent.getFirst(), true, "");
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).as("it was in time").isEmpty();
  }

  @Test
  void the_alarm_before_a_withdrawal_ends_with_it() {
    var terms = promised(1);
    begins(terms, 70, Duration.ofMinutes(15));
    here.later(Duration.ofMinutes(10));
    here.foreteller.time = here.now;
    here.follower.tick();
    here.claims.tick();
    here.chain.holds(terms.id(), 30, 0, 0);
    here.chain.happened(new Event.Withdrawn(3, tx(3), terms.id(), n(70)));
    confirmed(3, 3);
    here.follower.tick();
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10))
        .as("from now on it is a loss")
        .extracting(Alarm::code)
        .containsExactly("claim_too_late");
  }

  @Test
  void what_comes_too_late_is_told_as_lost_once_with_an_alarm() {
    var terms = promised(1);
    begins(terms, 70, Duration.ofMinutes(15));
    here.chain.holds(terms.id(), 30, 0, 0);
    here.chain.happened(new Event.Withdrawn(3, tx(3), terms.id(), n(70)));
    confirmed(3, 3);
    here.follower.tick();
    here.follower.tick();
    confirmed(3, 4);
    here.follower.tick();
    assertThat(here.facts.stream().filter(Fact.Lost.class::isInstance))
        .containsExactly(new Fact.Lost(terms, n(30), tx(1)));
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10))
        .extracting(Alarm::code)
        .containsExactly("claim_too_late");
    // What is left of it is claimed all the same.
    here.claims.tick();
    assertThat(claim(0).rows().getFirst().totalClaimed()).isEqualTo(n(30));
  }

  @Test
  void a_deposit_makes_lost_vouchers_good() {
    var terms = promised(1);
    here.chain.holds(terms.id(), 30, 0, 0);
    here.chain.happened(new Event.Withdrawn(3, tx(3), terms.id(), n(70)));
    confirmed(3, 3);
    here.follower.tick();
    here.later(Duration.ofSeconds(1));
    here.chain.holds(terms.id(), 50, 0, 0);
    here.chain.happened(new Event.Deposited(4, tx(4), terms.id(), n(20), n(50)));
    confirmed(4, 4);
    here.follower.tick();
    assertThat(here.facts).contains(new Fact.Regained(terms, n(20), tx(4)));
    assertThat(here.channel(terms).standing().unclaimed()).isEqualTo(n(50));
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).as("10 are still missing").hasSize(1);
    here.later(Duration.ofSeconds(1));
    here.chain.holds(terms.id(), 60, 0, 0);
    here.chain.happened(new Event.Deposited(5, tx(5), terms.id(), n(10), n(60)));
    confirmed(5, 5);
    here.follower.tick();
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).isEmpty();
  }

  @Test
  void a_withdrawal_that_is_over_hurries_nobody() {
    var terms = promised(1);
    begins(terms, 40, Duration.ofMinutes(15));
    here.chain.holds(terms.id(), 60, 60, 0);
    here.chain.happened(
        new Event.Claimed(3, tx(3), terms.id(), n(60), n(60)),
        new Event.Withdrawn(4, tx(4), terms.id(), n(40)));
    confirmed(3, 4);
    here.follower.tick();
    here.follower.tick();
    assertThat(here.facts.stream().filter(Fact.Lost.class::isInstance)).isEmpty();
    assertThat(here.count("withdrawal")).isZero();
    here.claims.tick();
    assertThat(here.sent).isEmpty();
  }

  /// A channel with 60 of 100 promised.
  private Channel.Terms promised(int salt) {
    var terms = here.accepted(100, salt);
    here.channels.receive(here.voucher(terms.id(), 60));
    return terms;
  }

  private void begins(Channel.Terms terms, long units, Duration delay) {
    here.later(Duration.ofSeconds(1));
    Instant after = here.now.plus(delay);
    here.chain.holds(terms.id(), 100, 0, units);
    here.chain.happened(new Event.WithdrawInitiated(1, tx(1), terms.id(), n(units), after));
    confirmed(1, 1);
  }

  private void confirmed(long from, long to) {
    here.watch.on(new NetworkListener.Fact.Confirmed(NETWORK, from, to));
  }

  private Intent.Claim claim(int at) {
    return (Intent.Claim) here.sent.get(at).intent();
  }

  private static Bytes32 tx(int number) {
    return new Bytes32("0x" + "%064x".formatted(number));
  }
}

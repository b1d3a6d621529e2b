package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.escrow.internal.EscrowFixture.APPROVAL;
import static tally.escrow.internal.EscrowFixture.BUYER;
import static tally.escrow.internal.EscrowFixture.n;
import static tally.escrow.internal.EscrowFixture.transaction;

import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.custody.Approval;
import tally.custody.port.Intent;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.Channels.Signed;
import tally.escrow.port.Channels.Event;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.NetworkListener;
import tally.network.Transaction;
import tally.network.port.Chain;
import tally.x402.Bytes32;

/// The payer's side on a real database.
class PayerSideTest {

  private static final Bytes32 HASH = new Bytes32("0x" + "aa".repeat(32));

  private final EscrowFixture here = new EscrowFixture();
  private Channel.Terms terms;

  @BeforeEach
  void terms() {
    terms = here.terms(Side.PAYER);
  }

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void opening_has_the_holder_order_and_the_house_send_the_draw() {
    assertThat(here.channels.open(terms, n(100), transaction(1), APPROVAL))
        .isEqualTo(new Channel.Opening(terms, n(100)));
    assertThat(here.keys.signed).containsExactly(new Intent.SignDraw(terms.id(), n(100)));
    var order = here.sent.getFirst();
    assertThat(order.id()).isEqualTo(transaction(1));
    assertThat(order.sender()).isEqualTo(EscrowFixture.key(Holder.HOUSE));
    assertThat(order.purpose()).isEqualTo("draw");
    assertThat(order.approval()).isEqualTo(new Approval.Flow("draw", transaction(1).value()));
    assertThat(order.intent())
        .isInstanceOfSatisfying(
            Intent.Draw.class, draw -> assertThat(draw.total()).isEqualTo(n(100)));
  }

  @Test
  void the_same_draw_again_is_the_first_and_another_under_its_id_throws() {
    var first = here.channels.open(terms, n(100), transaction(1), APPROVAL);
    assertThat(here.channels.open(terms, n(100), transaction(1), APPROVAL)).isEqualTo(first);
    assertThat(here.sent).hasSize(1);
    assertThatThrownBy(() -> here.channels.open(terms, n(101), transaction(1), APPROVAL))
        .hasMessageContaining("id_reused");
    assertThat(here.channel(terms)).isEqualTo(first);
  }

  @Test
  void ten_nodes_that_open_at_once_draw_once() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<Channel>>();
      for (int i = 0; i < 10; i++) {
        var node = here.keeper();
        work.add(() -> node.open(terms, n(100), transaction(1), APPROVAL));
      }
      for (var answer : threads.invokeAll(work)) {
        assertThat(answer.get()).isEqualTo(new Channel.Opening(terms, n(100)));
      }
    }
    assertThat(here.sent).hasSize(1);
  }

  @Test
  void what_custody_refuses_leaves_no_trace() {
    here.keys.refusing = true;
    assertThatThrownBy(() -> here.channels.open(terms, n(100), transaction(1), APPROVAL))
        .hasMessageContaining("above_ceiling");
    assertThat(here.count("channel")).isZero();
    assertThat(here.count("asked")).isZero();
    assertThat(here.sent).isEmpty();

    here.keys.refusing = false;
    opened(100);
    here.keys.refusing = true;
    assertThat(here.channels.sign(Tenant.HOUSE, terms.id(), n(10), APPROVAL))
        .isEqualTo(new Signed.Refused("above_ceiling", "The approval covers less."));
    assertThat(here.channel(terms).standing().voucher()).isEmpty();
  }

  @Test
  void an_id_that_is_not_the_configurations_throws() {
    var wrong =
        new Channel.Terms(
            tally.x402.ChannelId.of(HASH.hex()),
            Tenant.HOUSE,
            Side.PAYER,
            BUYER,
            terms.network(),
            terms.config());
    assertThatThrownBy(() -> here.channels.open(wrong, n(1), transaction(1), APPROVAL))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(here.count("channel")).isZero();
  }

  @Test
  void a_voucher_is_stored_and_the_same_again_is_the_same() {
    opened(100);
    var voucher = here.voucher(terms.id(), 40);
    assertThat(sign(40)).isEqualTo(new Signed.Done(voucher));
    int signed = here.keys.signed.size();
    assertThat(sign(40)).isEqualTo(new Signed.Done(voucher));
    assertThat(here.keys.signed).hasSize(signed);
    assertThat(here.keeper().sign(Tenant.HOUSE, terms.id(), n(40), APPROVAL))
        .isEqualTo(new Signed.Done(voucher));
    assertThat(sign(100)).isEqualTo(new Signed.Done(here.voucher(terms.id(), 100)));
    assertThat(here.channels.vouchers(Tenant.HOUSE, terms.id(), Side.PAYER, 10))
        .containsExactly(here.voucher(terms.id(), 100), voucher);
    assertThat(here.channels.vouchers(Tenant.HOUSE, terms.id(), Side.PAYER, 1)).hasSize(1);
    assertThat(here.channels.countVouchers(Tenant.HOUSE, terms.id(), Side.PAYER)).isEqualTo(2);
    assertThat(here.channels.countVouchers(Tenant.HOUSE, terms.id(), Side.RECEIVER)).isZero();
  }

  @Test
  void a_voucher_below_the_last_or_above_the_deposit_is_refused() {
    opened(100);
    sign(40);
    assertThat(code(sign(39))).isEqualTo("voucher_below_last");
    assertThat(code(sign(0))).isEqualTo("voucher_below_last");
    assertThat(code(sign(101))).isEqualTo("above_deposit");
    assertThat(here.channel(terms).standing().voucher()).contains(here.voucher(terms.id(), 40));
    assertThat(here.count("voucher")).isOne();
  }

  @Test
  void nothing_is_promised_before_the_deposit_is_there() {
    assertThat(code(sign(1))).isEqualTo("channel_unknown");
    here.channels.open(terms, n(100), transaction(1), APPROVAL);
    assertThat(code(sign(1))).isEqualTo("channel_not_open");
  }

  @Test
  void a_proof_of_zero_is_signed_and_not_kept() {
    here.channels.open(terms, n(100), transaction(1), APPROVAL);
    assertThat(sign(0)).isEqualTo(new Signed.Done(here.voucher(terms.id(), 0)));
    opened(100);
    assertThat(sign(0)).isEqualTo(new Signed.Done(here.voucher(terms.id(), 0)));
    assertThat(here.channel(terms).standing().voucher()).isEmpty();
    assertThat(here.count("voucher")).isZero();
  }

  @Test
  void a_first_draw_that_never_acts_abandons_the_channel_and_a_second_opens_it_again() {
    here.channels.open(terms, n(100), transaction(1), APPROVAL);
    var order = here.sent.getFirst();
    here.watch.on(
        new NetworkListener.Fact.TransactionMoved(
            new Transaction.Final(
                order,
                new Transaction.Attempt(n(0), 0, new byte[0], HASH, Instant.EPOCH),
                new Chain.Receipt(HASH, 3, HASH, false, "Short"))));
    assertThat(here.channel(terms)).isEqualTo(new Channel.Abandoned(terms, "Short"));
    assertThat(here.channels.open(terms, n(50), transaction(2), APPROVAL))
        .isEqualTo(new Channel.Opening(terms, n(50)));
  }

  @Test
  void a_failed_raise_leaves_an_open_channel_open() {
    opened(100);
    here.channels.open(terms, n(200), transaction(2), APPROVAL);
    here.watch.on(
        new NetworkListener.Fact.TransactionMoved(
            new Transaction.Dropped(here.sent.getLast(), "unsent", "never sent")));
    assertThat(here.channel(terms)).isInstanceOf(Channel.Open.class);
  }

  /// The draw is on chain, and its block was followed.
  private void opened(long balance) {
    here.channels.open(terms, n(balance), transaction(1), APPROVAL);
    here.chain.holds(terms.id(), balance, 0, 0);
    here.chain.happened(new Event.Deposited(5, HASH, terms.id(), n(balance), n(balance)));
    here.watch.on(new NetworkListener.Fact.Confirmed(EscrowFixture.NETWORK, 1, 10));
    assertThat(here.follower.tick()).isOne();
    assertThat(here.channel(terms)).isInstanceOf(Channel.Open.class);
  }

  private Signed sign(long max) {
    return here.channels.sign(Tenant.HOUSE, terms.id(), n(max), APPROVAL);
  }

  private static String code(Signed answer) {
    assertThat(answer).isInstanceOf(Signed.Refused.class);
    return ((Signed.Refused) answer).code();
  }
}

package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.escrow.internal.EscrowFixture.SELLER;
import static tally.escrow.internal.EscrowFixture.TYPED;
import static tally.escrow.internal.EscrowFixture.n;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.Receipt;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Codes;
import tally.x402.Settlement;
import tally.x402.Signature;
import tally.x402.TypedData;
import tally.x402.Voucher;

/// Vouchers at the receiver's side, on a real database.
class VouchersTest {

  private final EscrowFixture here = new EscrowFixture();

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void a_voucher_is_answered_with_what_it_added_and_kept_in_the_history() {
    var terms = here.accepted(100);
    assertThat(here.channels.receive(here.voucher(terms.id(), 30)))
        .isEqualTo(new Receipt.Accepted(here.voucher(terms.id(), 30), n(30)));
    assertThat(here.channels.receive(here.voucher(terms.id(), 100)))
        .isEqualTo(new Receipt.Accepted(here.voucher(terms.id(), 100), n(70)));
    assertThat(here.channel(terms).standing().voucher()).contains(here.voucher(terms.id(), 100));
    assertThat(here.channels.vouchers(Tenant.HOUSE, terms.id(), Side.RECEIVER, 10))
        .containsExactly(here.voucher(terms.id(), 100), here.voucher(terms.id(), 30));
  }

  @Test
  void a_receiver_finds_his_own_channels_and_nobody_elses() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 30));
    assertThat(here.channels.receiving(Tenant.HOUSE, EscrowFixture.SELLER, 10))
        .singleElement()
        .satisfies(channel -> assertThat(channel.standing().unclaimed()).isEqualTo(n(30)));
    assertThat(here.channels.receiving(Tenant.HOUSE, EscrowFixture.BUYER, 10)).isEmpty();
    assertThat(here.channels.receiving(new Tenant("other"), EscrowFixture.SELLER, 10)).isEmpty();
  }

  @Test
  void the_newest_voucher_again_is_the_same_and_adds_nothing() {
    var terms = here.accepted(100);
    var voucher = here.voucher(terms.id(), 30);
    here.channels.receive(voucher);
    assertThat(here.channels.receive(voucher)).isEqualTo(new Receipt.Same(voucher));
    assertThat(here.count("voucher")).isOne();
  }

  @Test
  void every_bad_voucher_is_refused_by_its_code_and_changes_nothing() {
    var terms = here.accepted(100);
    var id = terms.id();
    var last = here.voucher(id, 50);
    here.channels.receive(last);
    var before = here.channel(terms);

    here.refuses(Codes.CUMULATIVE_AMOUNT_MISMATCH, here.voucher(id, 49), before);
    here.refuses(Codes.CUMULATIVE_AMOUNT_MISMATCH, here.voucher(id, 0), before);
    here.refuses(Codes.CUMULATIVE_EXCEEDS_BALANCE, here.voucher(id, 101), before);
    var otherChain = new TypedData(new Settlement(8453, Settlement.OFFICIAL));
    var otherContract = new TypedData(new Settlement(31337, new Address("0x" + "4b".repeat(20))));
    here.refuses(
        Codes.VOUCHER_SIGNATURE, here.voucher(otherChain, id, 60, EscrowFixture.BUYER), before);
    here.refuses(
        Codes.VOUCHER_SIGNATURE, here.voucher(otherContract, id, 60, EscrowFixture.BUYER), before);
    here.refuses(Codes.VOUCHER_SIGNATURE, here.voucher(TYPED, id, 60, SELLER), before);
    here.refuses(Codes.VOUCHER_SIGNATURE, highS(here.voucher(id, 60)), before);
    here.refuses(Codes.VOUCHER_SIGNATURE, new Voucher(id, n(60), last.signature()), before);
    here.refuses(
        Codes.VOUCHER_SIGNATURE, new Voucher(id, n(60), Signature.of(new byte[65])), before);

    var unknown = otherChain.channelId(terms.config());
    assertThat(here.channels.receive(here.voucher(otherChain, unknown, 60, EscrowFixture.BUYER)))
        .isInstanceOfSatisfying(
            Receipt.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(Codes.MISSING_CHANNEL));
    assertThat(here.channel(terms)).isEqualTo(before);
    assertThat(here.count("voucher")).isOne();
  }

  @Test
  void a_truncated_signature_is_not_even_a_voucher() {
    var whole = here.voucher(here.terms(Side.RECEIVER).id(), 1).signature().hex();
    assertThatThrownBy(() -> new Signature(whole.substring(0, whole.length() - 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_equal_amount_with_another_good_signature_is_a_mismatch() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 50));
    here.database
        .jdbc()
        .sql("update escrow.channel set signature = '0x" + "01".repeat(65) + "'")
        .update();
    assertThat(here.channels.receive(here.voucher(terms.id(), 50)))
        .isInstanceOfSatisfying(
            Receipt.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(Codes.CUMULATIVE_AMOUNT_MISMATCH));
  }

  @Test
  void what_is_claimed_already_cannot_be_promised_again() {
    var terms = here.accepted(100);
    here.chain.holds(terms.id(), 100, 40, 0);
    here.channels.accept(terms, n(1));
    here.refuses(Codes.CUMULATIVE_BELOW_CLAIMED, here.voucher(terms.id(), 40), here.channel(terms));
    assertThat(here.channels.receive(here.voucher(terms.id(), 45)))
        .isEqualTo(new Receipt.Accepted(here.voucher(terms.id(), 45), n(5)));
  }

  @Test
  void a_raised_deposit_is_looked_up_when_the_last_look_is_old() {
    var terms = here.accepted(100);
    here.chain.holds(terms.id(), 200, 0, 0);
    int reads = here.chain.reads.get();
    here.refuses(
        Codes.CUMULATIVE_EXCEEDS_BALANCE, here.voucher(terms.id(), 150), here.channel(terms));
    assertThat(here.chain.reads.get()).isEqualTo(reads);
    here.later(Duration.ofSeconds(2));
    assertThat(here.channels.receive(here.voucher(terms.id(), 150)))
        .isInstanceOf(Receipt.Accepted.class);
    assertThat(here.chain.reads.get()).isEqualTo(reads + 1);
  }

  @Test
  void a_chain_that_is_away_leaves_the_deposit_as_it_is_known() {
    var terms = here.accepted(100);
    here.chain.away = true;
    here.later(Duration.ofSeconds(2));
    here.refuses(
        Codes.CUMULATIVE_EXCEEDS_BALANCE, here.voucher(terms.id(), 150), here.channel(terms));
    assertThat(here.channels.receive(here.voucher(terms.id(), 100)))
        .isInstanceOf(Receipt.Accepted.class);
  }

  @Test
  void a_pending_withdrawal_lowers_what_is_taken() {
    var terms = here.accepted(100);
    here.chain.holds(terms.id(), 100, 0, 70);
    here.channels.accept(terms, n(1));
    assertThat(here.channel(terms)).isInstanceOf(Channel.Withdrawing.class);
    here.refuses(
        Codes.CUMULATIVE_EXCEEDS_BALANCE, here.voucher(terms.id(), 31), here.channel(terms));
    assertThat(here.channels.receive(here.voucher(terms.id(), 30)))
        .isInstanceOf(Receipt.Accepted.class);
  }

  @Test
  void a_hundred_vouchers_at_once_leave_the_highest_and_add_up() throws Exception {
    var terms = here.accepted(1000);
    var vouchers = new ArrayList<Voucher>();
    for (int i = 1; i <= 100; i++) {
      vouchers.add(here.voucher(terms.id(), i * 10L));
    }
    Collections.shuffle(vouchers, new Random(100));
    var other = here.keeper();
    var answers = new ArrayList<Receipt>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<Receipt>>();
      for (int i = 0; i < 100; i++) {
        var voucher = vouchers.get(i);
        var node = i % 2 == 0 ? here.channels : other;
        work.add(() -> node.receive(voucher));
      }
      for (var answer : threads.invokeAll(work)) {
        answers.add(answer.get());
      }
    }
    assertThat(here.channel(terms).standing().voucher()).contains(here.voucher(terms.id(), 1000));
    var accepted =
        answers.stream()
            .filter(Receipt.Accepted.class::isInstance)
            .map(Receipt.Accepted.class::cast)
            .toList();
    assertThat(
            accepted.stream()
                .map(Receipt.Accepted::earned)
                .reduce(BigInteger.ZERO, BigInteger::add))
        .isEqualTo(1000);
    // In the order of their amounts, each begins where the one before it ended: an order in which
    // they all could have come.
    var ends = new ArrayList<>(List.of(n(0)));
    accepted.stream().map(it -> it.voucher().maxClaimable()).sorted().forEach(ends::add);
    for (var it : accepted) {
      var begin = it.voucher().maxClaimable().subtract(it.earned());
      assertThat(ends.get(ends.indexOf(it.voucher().maxClaimable()) - 1)).isEqualTo(begin);
    }
    for (var answer : answers) {
      if (answer instanceof Receipt.Refused refused) {
        assertThat(refused.code()).isEqualTo(Codes.CUMULATIVE_AMOUNT_MISMATCH);
      }
    }
    assertThat(here.count("voucher")).isEqualTo(accepted.size());
  }

  @Test
  void a_second_node_sees_what_the_first_answered() {
    var terms = here.accepted(100);
    var voucher = here.voucher(terms.id(), 30);
    here.channels.receive(voucher);
    var second = here.keeper();
    assertThat(second.find(Tenant.HOUSE, terms.id(), Side.RECEIVER)).contains(here.channel(terms));
    assertThat(second.receive(voucher)).isEqualTo(new Receipt.Same(voucher));
    assertThat(second.receive(here.voucher(terms.id(), 29))).isInstanceOf(Receipt.Refused.class);
  }

  @Test
  void a_proof_of_the_key_is_told_from_any_other_voucher() {
    var terms = here.terms(Side.RECEIVER);
    assertThat(here.channels.proves(terms, here.voucher(terms.id(), 0))).isTrue();
    assertThat(here.channels.proves(terms, here.voucher(TYPED, terms.id(), 0, SELLER))).isFalse();
    var other = new TypedData(new Settlement(1, Settlement.OFFICIAL)).channelId(terms.config());
    assertThat(here.channels.proves(terms, here.voucher(other, 0))).isFalse();
  }

  /// The same signature's other form, which a chain would refuse.
  private static Voucher highS(Voucher voucher) {
    var order =
        new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    var bytes = voucher.signature().bytes();
    var s = new BigInteger(1, java.util.Arrays.copyOfRange(bytes, 32, 64));
    System.arraycopy(TypedData.word(order.subtract(s)), 0, bytes, 32, 32);
    bytes[64] = (byte) (bytes[64] == 27 ? 28 : 27);
    return new Voucher(voucher.channel(), voucher.maxClaimable(), Signature.of(bytes));
  }
}

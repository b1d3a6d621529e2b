package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.escrow.internal.EscrowFixture.SELLER;
import static tally.escrow.internal.EscrowFixture.TYPED;
import static tally.escrow.internal.EscrowFixture.n;
import static tally.escrow.internal.EscrowFixture.transaction;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.custody.Approval;
import tally.custody.port.Intent;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.Channels.Acceptance;
import tally.escrow.Receipt;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.ChannelConfig;
import tally.x402.Codes;
import tally.x402.Settlement;
import tally.x402.Signature;
import tally.x402.TypedData;
import tally.x402.Voucher;

/// The receiver's side on a real database.
class JdbcChannelsTest {

  private final EscrowFixture here = new EscrowFixture();

  @AfterEach
  void close() {
    here.close();
  }

  // Taking a channel on.

  @Test
  void a_channel_with_our_terms_and_enough_on_chain_is_accepted() {
    var terms = here.accepted(100);
    assertThat(here.channel(terms))
        .isEqualTo(new Channel.Open(terms, new Channel.Standing(n(100), n(0), Optional.empty())));
    assertThat(here.channels.list(Tenant.HOUSE, 10)).containsExactly(here.channel(terms));
  }

  @Test
  void terms_that_are_not_ours_are_refused_by_their_code() {
    var good = here.config();
    var stranger = new Address("0x" + "99".repeat(20));
    refused(
        Codes.RECEIVER_MISMATCH,
        with(good, stranger, good.receiverAuthorizer(), good.token(), 900));
    refused(
        Codes.RECEIVER_AUTHORIZER_MISMATCH,
        with(good, good.receiver(), stranger, good.token(), 900));
    refused(Codes.TOKEN_MISMATCH, with(good, good.receiver(), good.receiver(), stranger, 900));
    for (long delay : new long[] {0, 899, 2_592_001}) {
      refused(
          Codes.WITHDRAW_DELAY_OUT_OF_RANGE,
          with(good, good.receiver(), good.receiver(), good.token(), delay));
    }
    var terms = here.terms(Side.RECEIVER);
    var foreign = new TypedData(new Settlement(1, Settlement.OFFICIAL)).channelId(terms.config());
    assertThat(
            code(
                here.channels.accept(
                    new Channel.Terms(
                        foreign, Tenant.HOUSE, Side.RECEIVER, SELLER, "fake", terms.config()),
                    n(1))))
        .isEqualTo(Codes.CHANNEL_ID_MISMATCH);
    assertThat(
            code(
                here.channels.accept(
                    new Channel.Terms(
                        terms.id(), Tenant.HOUSE, Side.RECEIVER, SELLER, "moon", terms.config()),
                    n(1))))
        .isEqualTo(Codes.NETWORK_MISMATCH);
    assertThat(here.count("channel")).isZero();
  }

  @Test
  void a_deposit_that_is_missing_spent_or_too_small_is_refused() {
    var terms = here.terms(Side.RECEIVER);
    assertThat(code(here.channels.accept(terms, n(1)))).isEqualTo(Codes.CHANNEL_NOT_FOUND);
    here.chain.holds(terms.id(), 99, 0, 0);
    assertThat(code(here.channels.accept(terms, n(100))))
        .isEqualTo(Codes.DEPOSIT_BELOW_MIN_DEPOSIT);
    here.chain.holds(terms.id(), 500, 450, 0);
    assertThat(code(here.channels.accept(terms, n(100))))
        .isEqualTo(Codes.DEPOSIT_BELOW_MIN_DEPOSIT);
    here.chain.holds(terms.id(), 500, 0, 450);
    assertThat(code(here.channels.accept(terms, n(100))))
        .isEqualTo(Codes.DEPOSIT_BELOW_MIN_DEPOSIT);
    here.chain.away = true;
    assertThat(code(here.channels.accept(terms, n(100)))).isEqualTo(Codes.RPC_READ_FAILED);
    assertThat(here.count("channel")).isZero();
  }

  @Test
  void an_accepted_channel_is_accepted_again_with_newer_numbers_and_its_voucher() {
    var terms = here.accepted(100);
    var voucher = here.voucher(terms.id(), 80);
    here.channels.receive(voucher);
    here.chain.holds(terms.id(), 150, 60, 0);
    assertThat(here.channels.accept(terms, n(100)))
        .isEqualTo(
            new Acceptance.Accepted(
                new Channel.Open(
                    terms, new Channel.Standing(n(150), n(60), Optional.of(voucher)))));
  }

  // Vouchers.

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

    assertRefused(Codes.CUMULATIVE_AMOUNT_MISMATCH, here.voucher(id, 49), before);
    assertRefused(Codes.CUMULATIVE_AMOUNT_MISMATCH, here.voucher(id, 0), before);
    assertRefused(Codes.CUMULATIVE_EXCEEDS_BALANCE, here.voucher(id, 101), before);
    var otherChain = new TypedData(new Settlement(8453, Settlement.OFFICIAL));
    var otherContract = new TypedData(new Settlement(31337, new Address("0x" + "4b".repeat(20))));
    assertRefused(
        Codes.VOUCHER_SIGNATURE, here.voucher(otherChain, id, 60, EscrowFixture.BUYER), before);
    assertRefused(
        Codes.VOUCHER_SIGNATURE, here.voucher(otherContract, id, 60, EscrowFixture.BUYER), before);
    assertRefused(Codes.VOUCHER_SIGNATURE, here.voucher(TYPED, id, 60, SELLER), before);
    assertRefused(Codes.VOUCHER_SIGNATURE, highS(here.voucher(id, 60)), before);
    assertRefused(Codes.VOUCHER_SIGNATURE, new Voucher(id, n(60), last.signature()), before);
    assertRefused(
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
    assertRefused(
        Codes.CUMULATIVE_BELOW_CLAIMED, here.voucher(terms.id(), 40), here.channel(terms));
    assertThat(here.channels.receive(here.voucher(terms.id(), 45)))
        .isEqualTo(new Receipt.Accepted(here.voucher(terms.id(), 45), n(5)));
  }

  @Test
  void a_raised_deposit_is_looked_up_when_the_last_look_is_old() {
    var terms = here.accepted(100);
    here.chain.holds(terms.id(), 200, 0, 0);
    int reads = here.chain.reads.get();
    assertRefused(
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
    assertRefused(
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
    assertRefused(
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

  // Claiming, paying out, giving back.

  @Test
  void a_claim_sends_the_best_voucher_once_by_the_receivers_own_key() {
    var terms = here.accepted(100);
    var voucher = here.voucher(terms.id(), 60);
    here.channels.receive(voucher);
    assertThat(here.channels.claim(Tenant.HOUSE, terms.id())).contains(n(60));
    assertThat(here.channels.claim(Tenant.HOUSE, terms.id())).contains(n(60));
    assertThat(here.sent).hasSize(1);
    var order = here.sent.getFirst();
    assertThat(order.sender()).isEqualTo(EscrowFixture.key(SELLER));
    assertThat(order.approval()).isEqualTo(new Approval.Standing(order.id().value(), n(60)));
    assertThat(order.intent())
        .isEqualTo(
            new Intent.Claim(
                List.of(new Intent.ClaimRow(terms.config(), voucher, n(60))), Optional.empty()));
  }

  @Test
  void after_a_claim_no_voucher_is_taken_that_would_be_neither_claimed_nor_refused() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 60));
    here.channels.claim(Tenant.HOUSE, terms.id());
    assertThat(here.channels.receive(here.voucher(terms.id(), 70)))
        .isInstanceOf(Receipt.Refused.class);
    assertThat(here.channel(terms).standing().promised()).isEqualTo(n(60));
  }

  @Test
  void where_nothing_was_promised_a_claim_asks_nothing_and_still_closes() {
    var terms = here.accepted(100);
    assertThat(here.channels.claim(Tenant.HOUSE, terms.id())).isEmpty();
    assertThat(here.channels.receive(here.voucher(terms.id(), 60)))
        .isInstanceOf(Receipt.Refused.class);
  }

  @Test
  void a_channel_of_the_house_is_collected_by_the_word_of_its_flow() {
    var config = here.config();
    var house = here.keys.address(EscrowFixture.key(Holder.HOUSE));
    var own = with(config, house, house, config.token(), 900);
    var terms =
        new Channel.Terms(
            TYPED.channelId(own), Tenant.HOUSE, Side.RECEIVER, Holder.HOUSE, "fake", own);
    here.chain.holds(terms.id(), 100, 0, 0);
    here.channels.accept(terms, n(1));
    here.channels.receive(here.voucher(terms.id(), 40));
    here.channels.claim(Tenant.HOUSE, terms.id());
    here.channels.refund(Tenant.HOUSE, terms.id(), transaction(2));
    assertThat(here.sent.getFirst().approval())
        .isEqualTo(new Approval.Flow("claim", here.sent.getFirst().id().value()));
    assertThat(here.sent.getLast().approval())
        .isEqualTo(new Approval.Flow("channel", terms.id().subject()));
  }

  @Test
  void an_id_that_was_used_for_something_else_throws() {
    var terms = here.accepted(100);
    var other = here.accepted(100, 77);
    here.channels.refund(Tenant.HOUSE, terms.id(), transaction(1));
    assertThatThrownBy(() -> here.channels.refund(Tenant.HOUSE, other.id(), transaction(1)))
        .hasMessageContaining("id_reused");
    assertThat(here.sent).hasSize(1);
  }

  @Test
  void nothing_is_claimed_where_all_that_is_promised_was_claimed() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 60));
    here.chain.holds(terms.id(), 100, 60, 0);
    here.channels.accept(terms, n(1));
    assertThat(here.channels.claim(Tenant.HOUSE, terms.id())).isEmpty();
    assertThat(here.sent).isEmpty();
  }

  @Test
  void a_refund_gives_back_what_nobody_was_promised_and_takes_no_more_vouchers() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 60));
    here.chain.holds(terms.id(), 100, 60, 0);
    assertThat(here.channels.refund(Tenant.HOUSE, terms.id(), transaction(3))).contains(n(40));
    assertThat(here.sent.getFirst().intent())
        .isEqualTo(new Intent.Refund(terms.config(), n(40), n(7), Optional.empty()));
    assertThat(here.channel(terms)).isInstanceOf(Channel.Closing.class);
    assertRefused(Codes.CHANNEL_BUSY, here.voucher(terms.id(), 70), here.channel(terms));
    assertThat(code(here.channels.accept(terms, n(1)))).isEqualTo(Codes.CHANNEL_BUSY);
    assertThat(here.channels.refund(Tenant.HOUSE, terms.id(), transaction(3))).contains(n(40));
    assertThat(here.sent).hasSize(1);
  }

  @Test
  void a_voucher_that_came_after_the_claim_is_left_in_the_channel() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 80));
    here.chain.holds(terms.id(), 100, 60, 0);
    assertThat(here.channels.refund(Tenant.HOUSE, terms.id(), transaction(3))).contains(n(20));
  }

  @Test
  void a_channel_with_nothing_left_is_settled_without_a_refund() {
    var terms = here.accepted(100);
    here.channels.receive(here.voucher(terms.id(), 100));
    here.chain.holds(terms.id(), 100, 100, 0);
    assertThat(here.channels.refund(Tenant.HOUSE, terms.id(), transaction(3))).isEmpty();
    assertThat(here.sent).isEmpty();
    assertThat(here.channel(terms)).isInstanceOf(Channel.Settled.class);
  }

  private void assertRefused(String code, Voucher voucher, Channel standing) {
    assertThat(here.channels.receive(voucher))
        .isInstanceOfSatisfying(
            Receipt.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.standing()).isEqualTo(standing.standing());
            });
  }

  private void refused(String code, ChannelConfig config) {
    var terms = here.terms(Side.RECEIVER, config);
    here.chain.holds(terms.id(), 1000, 0, 0);
    assertThat(code(here.channels.accept(terms, n(1)))).isEqualTo(code);
  }

  private static String code(Acceptance answer) {
    assertThat(answer).isInstanceOf(Acceptance.Refused.class);
    return ((Acceptance.Refused) answer).code();
  }

  private static ChannelConfig with(
      ChannelConfig of, Address receiver, Address authorizer, Address token, long delay) {
    return new ChannelConfig(
        of.payer(), of.payerAuthorizer(), receiver, authorizer, token, delay, of.salt());
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

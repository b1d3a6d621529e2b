package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.escrow.internal.EscrowFixture.SELLER;
import static tally.escrow.internal.EscrowFixture.TYPED;
import static tally.escrow.internal.EscrowFixture.n;
import static tally.escrow.internal.EscrowFixture.transaction;

import java.util.List;
import java.util.Optional;
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
import tally.x402.TypedData;

/// Taking a channel on, claiming, paying out and giving back at the receiver's side, on a real
/// database.
class JdbcChannelsTest {

  private final EscrowFixture here = new EscrowFixture();

  @AfterEach
  void close() {
    here.close();
  }

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
    here.refuses(Codes.CHANNEL_BUSY, here.voucher(terms.id(), 70), here.channel(terms));
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
}

package tally.escrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.escrow.Channel.Abandoned;
import tally.escrow.Channel.Closing;
import tally.escrow.Channel.Open;
import tally.escrow.Channel.Opening;
import tally.escrow.Channel.Settled;
import tally.escrow.Channel.Side;
import tally.escrow.Channel.Standing;
import tally.escrow.Channel.Terms;
import tally.escrow.Channel.Withdrawing;
import tally.escrow.port.Channels.Deposit;
import tally.escrow.port.Channels.Event;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

/// Every state of a channel with everything that can happen to it on chain.
class ChannelTest {

  private static final Bytes32 TX = new Bytes32("0x" + "7a".repeat(32));
  private static final ChannelId ID = new ChannelId(new Bytes32("0x" + "01".repeat(32)));
  private static final Address ONE = new Address("0x" + "11".repeat(20));
  private static final Terms TERMS =
      new Terms(
          ID,
          Tenant.HOUSE,
          Side.RECEIVER,
          Holder.HOUSE,
          "fake",
          new ChannelConfig(ONE, ONE, ONE, ONE, ONE, 900, Bytes32.ZERO));

  private static final Event DEPOSITED = new Event.Deposited(1, TX, ID, n(1), n(1));
  private static final Event CLAIMED = new Event.Claimed(1, TX, ID, n(1), n(1));
  private static final Event REFUNDED = new Event.Refunded(1, TX, ID, n(1));
  private static final Event BEGUN = new Event.WithdrawInitiated(1, TX, ID, n(1), Instant.EPOCH);
  private static final Event WITHDRAWN = new Event.Withdrawn(1, TX, ID, n(1));
  private static final Event PAID_OUT = new Event.Settled(1, TX, ONE, ONE, n(1));
  private static final List<Event> ALL =
      List.of(DEPOSITED, CLAIMED, REFUNDED, BEGUN, WITHDRAWN, PAID_OUT);

  @Test
  void a_deposit_opens_an_opening_a_settled_and_an_abandoned_channel() {
    for (var channel : List.of(opening(), settled(), new Abandoned(TERMS, "reverted"))) {
      assertThat(channel.on(DEPOSITED, chain(100, 40, 0)))
          .as(channel.toString())
          .isEqualTo(new Open(TERMS, numbers(100, 40, 0, channel)));
    }
  }

  @Test
  void a_deposit_below_a_pending_withdrawal_leaves_it_pending() {
    for (var channel : List.of(open(), withdrawing(), opening(), settled())) {
      assertThat(channel.on(DEPOSITED, chain(200, 40, 30)))
          .isEqualTo(new Withdrawing(TERMS, numbers(200, 40, 30, channel)));
    }
  }

  @Test
  void a_closing_channel_goes_on_closing_when_somebody_raises_its_deposit() {
    assertThat(closing().on(DEPOSITED, chain(200, 40, 0)))
        .isEqualTo(new Closing(TERMS, numbers(200, 40, 0, closing())));
  }

  @Test
  void a_claim_changes_numbers_and_ends_only_a_closing_channel_with_nothing_left() {
    assertThat(open().on(CLAIMED, chain(100, 100, 0)))
        .isEqualTo(new Open(TERMS, numbers(100, 100, 0, open())));
    assertThat(withdrawing().on(CLAIMED, chain(100, 60, 30)))
        .isEqualTo(new Withdrawing(TERMS, numbers(100, 60, 30, withdrawing())));
    assertThat(closing().on(CLAIMED, chain(100, 60, 0)))
        .isEqualTo(new Closing(TERMS, numbers(100, 60, 0, closing())));
    assertThat(closing().on(CLAIMED, chain(60, 60, 0)))
        .isEqualTo(new Settled(TERMS, numbers(60, 60, 0, closing())));
  }

  @Test
  void a_return_of_all_that_was_left_settles_every_open_channel() {
    for (var event : List.of(REFUNDED, WITHDRAWN)) {
      for (var channel : List.of(open(), closing(), withdrawing())) {
        assertThat(channel.on(event, chain(60, 60, 0)))
            .isEqualTo(new Settled(TERMS, numbers(60, 60, 0, channel)));
      }
    }
  }

  @Test
  void a_return_of_a_part_leaves_the_channel_open() {
    for (var event : List.of(REFUNDED, WITHDRAWN)) {
      for (var channel : List.of(open(), withdrawing())) {
        assertThat(channel.on(event, chain(80, 40, 0)))
            .isEqualTo(new Open(TERMS, numbers(80, 40, 0, channel)));
        assertThat(channel.on(event, chain(80, 40, 10)))
            .isEqualTo(new Withdrawing(TERMS, numbers(80, 40, 10, channel)));
      }
    }
  }

  @Test
  void a_closing_channel_waits_for_what_is_promised_and_opens_again_where_more_is_left() {
    assertThat(closing().on(REFUNDED, chain(60, 40, 0)))
        .isEqualTo(new Closing(TERMS, numbers(60, 40, 0, closing())));
    assertThat(closing().on(REFUNDED, chain(90, 60, 0)))
        .isEqualTo(new Open(TERMS, numbers(90, 60, 0, closing())));
  }

  @Test
  void a_withdrawal_that_began_moves_an_open_channel_and_not_a_closing_one() {
    assertThat(open().on(BEGUN, chain(100, 40, 30)))
        .isEqualTo(new Withdrawing(TERMS, numbers(100, 40, 30, open())));
    assertThat(closing().on(BEGUN, chain(100, 40, 30)))
        .isEqualTo(new Closing(TERMS, numbers(100, 40, 30, closing())));
  }

  @Test
  void a_withdrawal_that_is_over_by_now_does_not_count() {
    assertThat(open().on(BEGUN, chain(70, 40, 0)))
        .isEqualTo(new Open(TERMS, numbers(70, 40, 0, open())));
  }

  @Test
  void a_payout_changes_no_channel() {
    for (var channel : every()) {
      assertThat(channel.on(PAID_OUT, chain(1, 1, 1))).isEqualTo(channel);
    }
  }

  @Test
  void only_a_deposit_moves_what_never_opened() {
    for (var channel : List.of(opening(), new Abandoned(TERMS, "reverted"))) {
      for (var event : List.of(CLAIMED, REFUNDED, BEGUN, WITHDRAWN)) {
        assertThat(channel.on(event, chain(0, 0, 0))).isEqualTo(channel);
      }
    }
  }

  @Test
  void no_event_loses_the_voucher_and_every_state_answers_every_event() {
    for (var channel : every()) {
      for (var event : ALL) {
        var next = channel.on(event, chain(100, 60, 0));
        assertThat(next.standing().voucher())
            .as(channel + " on " + event)
            .isEqualTo(channel.standing().voucher());
      }
    }
  }

  @Test
  void a_look_at_the_chain_opens_what_was_settled_only_where_something_can_be_spent() {
    assertThat(settled().seen(chain(60, 60, 0))).isInstanceOf(Settled.class);
    assertThat(settled().seen(chain(70, 60, 10))).isInstanceOf(Settled.class);
    assertThat(settled().seen(chain(70, 60, 0))).isInstanceOf(Open.class);
    assertThat(opening().seen(chain(70, 0, 0))).isEqualTo(opening());
    assertThat(closing().seen(chain(70, 60, 0))).isInstanceOf(Closing.class);
  }

  @Test
  void closing_is_for_what_holds_money() {
    assertThat(open().closing()).isInstanceOf(Closing.class);
    assertThat(withdrawing().closing()).isInstanceOf(Closing.class);
    assertThat(closing().closing()).isEqualTo(closing());
    assertThat(settled().closing()).isEqualTo(settled());
    assertThat(new Open(TERMS, standing(60, 60, 0)).closing()).isInstanceOf(Settled.class);
    assertThatThrownBy(() -> opening().closing()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void the_ceiling_is_what_is_there_less_what_is_withdrawn() {
    assertThat(standing(100, 40, 30).ceiling()).isEqualTo(70);
    assertThat(standing(100, 40, 30).available()).isEqualTo(30);
    assertThat(standing(100, 80, 30).available()).isEqualTo(0);
    assertThat(standing(20, 0, 30).ceiling()).isEqualTo(0);
    assertThat(standing(100, 40, 0).unpromised()).isEqualTo(40);
    assertThat(standing(100, 70, 0).unpromised()).isEqualTo(30);
  }

  private static List<Channel> every() {
    return List.of(
        opening(), open(), closing(), withdrawing(), settled(), new Abandoned(TERMS, "reverted"));
  }

  private static Channel opening() {
    return new Opening(TERMS, n(100));
  }

  private static Channel open() {
    return new Open(TERMS, standing(100, 40, 0));
  }

  private static Channel closing() {
    return new Closing(TERMS, standing(100, 40, 0));
  }

  private static Channel withdrawing() {
    return new Withdrawing(TERMS, standing(100, 40, 30));
  }

  private static Channel settled() {
    return new Settled(TERMS, standing(60, 60, 0));
  }

  /// With a voucher up to 60.
  private static Standing standing(long balance, long claimed, long withdrawing) {
    var voucher = new Voucher(ID, n(60), Signature.of(new byte[65]));
    return new Standing(n(balance), n(claimed), n(withdrawing), Optional.of(voucher));
  }

  private static Standing numbers(long balance, long claimed, long withdrawing, Channel of) {
    return new Standing(n(balance), n(claimed), n(withdrawing), of.standing().voucher());
  }

  private static Deposit chain(long balance, long claimed, long withdrawing) {
    return new Deposit(n(balance), n(claimed), n(withdrawing), Instant.EPOCH, n(0));
  }

  private static BigInteger n(long number) {
    return BigInteger.valueOf(number);
  }
}

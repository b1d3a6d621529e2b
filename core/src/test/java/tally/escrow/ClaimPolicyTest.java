package tally.escrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.custody.port.Encoding;
import tally.escrow.Wish.Reason;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

class ClaimPolicyTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final ChannelId ID = new ChannelId(Bytes32.ZERO);
  private static final Address A = new Address("0x" + "11".repeat(20));
  private static final Channel.Terms TERMS =
      new Channel.Terms(
          ID,
          Tenant.HOUSE,
          Channel.Side.RECEIVER,
          new Holder("party:seller"),
          "fake",
          new ChannelConfig(A, A, A, A, A, 900, Bytes32.ZERO));
  private final ClaimPolicy policy =
      new ClaimPolicy(new ClaimPolicy.Settings(n(500), 50, Duration.ofHours(1), 90));

  @Test
  void what_is_claimed_or_on_its_way_is_not_claimed_again() {
    assertThat(judge(open(1000, 600, 600, 0), 0)).isEmpty();
    assertThat(judge(open(1000, 0, 600, 0), 600)).isEmpty();
    assertThat(judge(closing(1000, 0, 600), 600)).isEmpty();
    assertThat(judge(open(1000, 0, 0, 0), 0)).isEmpty();
  }

  @Test
  void a_channel_that_ends_is_claimed_to_the_last_unit() {
    assertThat(judge(closing(1000, 0, 1), 0)).contains(Reason.ENDED);
  }

  @Test
  void enough_value_is_worth_a_claim_and_less_is_not() {
    assertThat(judge(open(10_000, 0, 500, 0), 0)).contains(Reason.VALUE);
    assertThat(judge(open(10_000, 0, 499, 0), 0)).isEmpty();
    assertThat(judge(open(10_000, 200, 699, 0), 0)).isEmpty();
    assertThat(judge(open(10_000, 200, 700, 0), 0)).contains(Reason.VALUE);
  }

  @Test
  void where_the_cost_is_known_the_worth_is_a_multiple_of_it() {
    var look = look(open(100_000, 0, 5000, 0), 0, NOW, Optional.of(n(100)));
    assertThat(policy.judge(look, NOW)).contains(Reason.VALUE);
    var dear = look(open(100_000, 0, 5000, 0), 0, NOW, Optional.of(n(101)));
    assertThat(policy.judge(dear, NOW)).isEmpty();
  }

  @Test
  void an_old_promise_is_claimed_however_small() {
    var channel = open(10_000, 0, 1, 0);
    var hour = NOW.minus(Duration.ofHours(1));
    assertThat(policy.judge(look(channel, 0, hour, Optional.empty()), NOW)).contains(Reason.AGE);
    var younger = hour.plusMillis(1);
    assertThat(policy.judge(look(channel, 0, younger, Optional.empty()), NOW)).isEmpty();
  }

  @Test
  void a_deposit_that_is_nearly_used_is_claimed_once_at_the_mark_and_once_at_the_end() {
    assertThat(judge(open(100, 0, 89, 0), 0)).isEmpty();
    assertThat(judge(open(100, 0, 90, 0), 0)).contains(Reason.NEARLY_USED);
    assertThat(judge(open(100, 90, 95, 0), 0)).isEmpty();
    assertThat(judge(open(100, 90, 100, 0), 0)).contains(Reason.NEARLY_USED);
    assertThat(judge(open(100, 90, 100, 0), 100)).isEmpty();
  }

  @Test
  void what_a_withdrawal_would_take_is_claimed_and_what_lies_below_it_may_wait() {
    assertThat(judge(open(1000, 0, 400, 700), 0)).contains(Reason.WITHDRAWAL);
    assertThat(judge(open(1000, 0, 100, 700), 0)).isEmpty();
  }

  @Test
  void a_promise_above_what_the_channel_holds_counts_as_far_as_it_holds() {
    assertThat(judge(open(400, 400, 600, 0), 0)).isEmpty();
    assertThat(judge(closing(500, 400, 600), 0)).contains(Reason.ENDED);
  }

  @Test
  void the_cost_is_the_fee_in_the_tokens_money_rounded_up() {
    var fee = new Encoding.Fee(n(1_000_000_000), n(1), n(1_000_000));
    assertThat(new ClaimCost(BigInteger.valueOf(3_000_000_000L)).at(fee)).contains(n(195_000));
    assertThat(new ClaimCost(n(1)).at(fee)).contains(n(1));
    assertThat(ClaimCost.UNKNOWN.at(fee)).isEmpty();
  }

  private Optional<Reason> judge(Channel channel, long pending) {
    return policy.judge(look(channel, pending, NOW, Optional.empty()), NOW);
  }

  private static ClaimPolicy.Look look(
      Channel channel, long pending, Instant oldest, Optional<BigInteger> cost) {
    return new ClaimPolicy.Look(channel, n(pending), oldest, cost);
  }

  private static Channel open(long balance, long claimed, long promised, long withdrawing) {
    var standing = standing(balance, claimed, promised, withdrawing);
    return withdrawing > 0
        ? new Channel.Withdrawing(TERMS, standing)
        : new Channel.Open(TERMS, standing);
  }

  private static Channel closing(long balance, long claimed, long promised) {
    return new Channel.Closing(TERMS, standing(balance, claimed, promised, 0));
  }

  private static Channel.Standing standing(
      long balance, long claimed, long promised, long withdrawing) {
    var voucher = new Voucher(ID, n(promised), Signature.of(new byte[65]));
    return new Channel.Standing(
        n(balance),
        n(claimed),
        n(withdrawing),
        promised == 0 ? Optional.empty() : Optional.of(voucher));
  }

  private static BigInteger n(long number) {
    return BigInteger.valueOf(number);
  }
}

package tally.network.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.network.port.NetworkScene;
import tally.network.port.NetworkStage;
import tally.treasury.port.Grants.Power;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.Keccak;
import tally.x402.TypedData;

/// Where the fake contracts are simpler than real ones, and the operator's limits.
class FakeContractsTest extends NetworkScene {

  private final ChannelConfig own =
      new ChannelConfig(
          USER.address(),
          USER.address(),
          SELLER.address(),
          AUTHORIZER.address(),
          FakeChain.token(),
          900,
          Bytes32.ZERO);

  @Override
  protected NetworkStage open() {
    return FakeStage.open();
  }

  private Intent.Deposit deposit(long amount, Address collector) {
    return new Intent.Deposit(own, n(amount), collector, "0x");
  }

  private BigInteger tokens(Address holder) {
    return stage.network().channels().orElseThrow().tokens(FakeChain.token(), holder);
  }

  private Intent.Grant grant(int payment, long amount, Duration matures) {
    var id = Bytes32.of(Keccak.hash(new byte[] {(byte) payment}));
    return new Intent.Grant(USER.address(), id, n(amount), chain.head().time().plus(matures));
  }

  @Test
  void a_payer_deposits_his_own_tokens_and_gets_them_back_after_the_delay() {
    does(USER, deposit(100, FakeChain.allowanceCollector()));
    assertThat(tokens(USER.address())).isEqualTo(n(900));
    isRefused(USER, new Intent.InitiateWithdraw(own, n(101)), "WithdrawAmountExceedsAvailable");
    isRefused(STRANGER, new Intent.InitiateWithdraw(own, n(1)), "InvalidChannel");
    isRefused(USER, new Intent.InitiateWithdraw(own, n(0)), "NothingToWithdraw");
    isRefused(USER, new Intent.FinalizeWithdraw(own), "WithdrawalNotPending");
    does(USER, new Intent.InitiateWithdraw(own, n(40)));
    isRefused(USER, new Intent.InitiateWithdraw(own, n(1)), "WithdrawalAlreadyPending");

    // A refund that leaves less than is asked for shrinks the pending withdrawal.
    does(SELLER, new Intent.Refund(own, n(70), n(0), Optional.empty()));
    isRefused(
        STRANGER, new Intent.Refund(own, n(1), n(1), Optional.empty()), "NotAuthorizedToRefund");
    isRefused(SELLER, new Intent.Refund(own, n(0), n(1), Optional.empty()), "ZeroRefund");
    stage.elapse(Duration.ofSeconds(900));
    isRefused(STRANGER, new Intent.FinalizeWithdraw(own), "NotAuthorizedToFinalizeWithdraw");
    does(USER, new Intent.FinalizeWithdraw(own));
    assertThat(tokens(USER.address())).isEqualTo(n(1_000));
    var id = new TypedData(Genesis.SETTLEMENT).channelId(own);
    var left = stage.network().channels().orElseThrow().deposit(id);
    assertThat(left.balance()).isZero();
    assertThat(left.withdrawing()).isZero();
  }

  @Test
  void somebody_else_deposits_a_payers_tokens_only_by_his_approval() {
    isRefused(STRANGER, deposit(100, FakeChain.allowanceCollector()), "ERC20InsufficientAllowance");
    does(USER, new Intent.Approve(FakeChain.token(), FakeChain.allowanceCollector(), n(100)));
    does(STRANGER, deposit(100, FakeChain.allowanceCollector()));
    isRefused(STRANGER, deposit(1, FakeChain.allowanceCollector()), "ERC20InsufficientAllowance");
    assertThat(tokens(USER.address())).isEqualTo(n(900));
  }

  @Test
  void what_this_chain_has_not_is_refused_by_a_name() {
    isRefused(USER, deposit(1, STRANGER.address()), "UnsupportedCollector");
    isRefused(USER, deposit(1, Address.ZERO), "InvalidCollector");
    isRefused(USER, deposit(0, FakeChain.allowanceCollector()), "ZeroDeposit");
    var other = new Address("0x" + "ab".repeat(20));
    isRefused(USER, new Intent.Transfer(other, SELLER.address(), n(1)), "UnsupportedToken");
    isRefused(USER, new Intent.Approve(other, SELLER.address(), n(1)), "UnsupportedToken");
  }

  @Test
  void no_more_than_the_daily_limit_leaves_the_operators_hold() {
    var operator = OPERATOR.address();
    isRefused(OPERATOR, new Intent.Appoint(operator, operator, n(1)), "NotYours");
    does(TREASURY, new Intent.Appoint(TREASURY.address(), operator, n(60)));
    does(OPERATOR, new Intent.Allow(n(500)));
    does(OPERATOR, new Intent.Fund(n(500)));

    // Matures at once: it leaves the hold.
    does(OPERATOR, grant(1, 50, Duration.ZERO));
    isRefused(OPERATOR, grant(2, 11, Duration.ofDays(6)), "AboveLimit");
    // Matures after the appeal window: the operator can still take it back.
    does(OPERATOR, grant(3, 100, Duration.ofDays(8)));
    stage.elapse(Duration.ofDays(1));
    does(OPERATOR, grant(2, 11, Duration.ofDays(6)));
    isRefused(OPERATOR, grant(4, 1, Duration.ofDays(181)), "TooLate");
    isRefused(OPERATOR, grant(4, 340, Duration.ofDays(8)), "Short");
    isRefused(STRANGER, grant(4, 1, Duration.ofDays(8)), "NotYours");
    assertThat(stage.network().grants().orElseThrow().power(USER.address()))
        .isEqualTo(new Power(n(161), n(111)));
  }

  @Test
  void the_reserve_is_drained_only_home() {
    does(OPERATOR, new Intent.Allow(n(500)));
    does(OPERATOR, new Intent.Fund(n(500)));
    isRefused(STRANGER, new Intent.Drain(n(1)), "NotYours");
    isRefused(OPERATOR, new Intent.Drain(n(501)), "Short");
    does(OPERATOR, new Intent.Drain(n(200)));
    assertThat(tokens(TREASURY.address())).isEqualTo(n(1_200));
    assertThat(stage.network().grants().orElseThrow().reserve()).isEqualTo(n(300));
  }
}

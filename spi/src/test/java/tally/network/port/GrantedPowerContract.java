package tally.network.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.escrow.port.Channels;
import tally.treasury.port.Grants;
import tally.treasury.port.Grants.Line;
import tally.treasury.port.Grants.Power;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Keccak;
import tally.x402.Signature;
import tally.x402.TypedData;
import tally.x402.Voucher;

/// What every network's vault and settlement contract must do, to the unit.
public abstract class GrantedPowerContract extends NetworkScene {

  private static final Bytes32 PAYMENT = Bytes32.of(Keccak.hash(new byte[] {1}));
  private static final Bytes32 EVIDENCE = Bytes32.of(Keccak.hash(new byte[] {2}));
  private static final long DELAY = 900;

  private Grants grants;
  private Channels channels;
  private TypedData typed;
  private ChannelConfig config;
  private ChannelId id;

  @BeforeEach
  void meet() {
    grants = stage.network().grants().orElseThrow();
    channels = stage.network().channels().orElseThrow();
    typed = new TypedData(channels.settlement());
    config = channel(grants.facts().vault(), USER.address(), Bytes32.ZERO);
    id = typed.channelId(config);
  }

  private ChannelConfig channel(Address payer, Address signer, Bytes32 salt) {
    var token = grants.facts().token();
    return new ChannelConfig(
        payer, signer, SELLER.address(), AUTHORIZER.address(), token, DELAY, salt);
  }

  private Instant inDays(long days) {
    return chain.head().time().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(days));
  }

  private void elapse(long seconds) {
    stage.elapse(Duration.ofSeconds(seconds));
  }

  private Intent.Draw draw(long total) {
    return new Intent.Draw(config, n(total), statement(USER, new Intent.SignDraw(id, n(total))));
  }

  private Intent.ClaimRow row(long most, long total) {
    var signature = statement(USER, new Intent.SignVoucher(id, n(most)));
    return new Intent.ClaimRow(config, new Voucher(id, n(most), signature), n(total));
  }

  private Intent.Claim claim(Intent.ClaimRow... rows) {
    var signature = statement(AUTHORIZER, new Intent.SignClaims(List.of(rows)));
    return new Intent.Claim(List.of(rows), Optional.of(signature));
  }

  private Intent.Refund refund(long amount, BigInteger nonce) {
    var signature = statement(AUTHORIZER, new Intent.SignRefund(id, nonce, n(amount)));
    return new Intent.Refund(config, n(amount), nonce, Optional.of(signature));
  }

  private Intent.Reclaim surrender(long rest) {
    var consent = statement(USER, new Intent.SignSurrender(PAYMENT, n(rest)));
    return new Intent.Reclaim(USER.address(), PAYMENT, n(rest), Optional.of(consent));
  }

  private Intent.Reclaim reclaim(long rest) {
    return new Intent.Reclaim(USER.address(), PAYMENT, n(rest), Optional.empty());
  }

  private Intent.Freeze freeze() {
    return new Intent.Freeze(USER.address(), PAYMENT, EVIDENCE);
  }

  private Grants.Granted granted() {
    return grants.grant(USER.address(), PAYMENT).orElseThrow();
  }

  private void assertPower(long available, long locked) {
    assertThat(grants.power(USER.address())).isEqualTo(new Power(n(available), n(locked)));
  }

  private void assertLine(long drawn, long returned) {
    assertThat(grants.line(id)).isEqualTo(new Line(n(drawn), n(returned)));
  }

  private void assertTokens(Address holder, long units) {
    assertThat(channels.tokens(grants.facts().token(), holder)).isEqualTo(n(units));
  }

  /// Reserve 900, and 100 for the user that mature in 30 days.
  private Instant aGrant() {
    var matures = inDays(30);
    does(OPERATOR, new Intent.Allow(n(1_000)));
    does(OPERATOR, new Intent.Fund(n(1_000)));
    does(OPERATOR, new Intent.Grant(USER.address(), PAYMENT, n(100), matures));
    return matures;
  }

  @Test
  void the_vault_takes_no_more_than_it_was_allowed() {
    assertThat(act(OPERATOR, new Intent.Fund(n(1))).success()).isFalse();
    does(OPERATOR, new Intent.Allow(n(10)));
    assertThat(act(OPERATOR, new Intent.Fund(n(11))).success()).isFalse();
    does(OPERATOR, new Intent.Fund(n(10)));
    assertThat(grants.reserve()).isEqualTo(n(10));
    assertThat(act(OPERATOR, new Intent.Fund(n(1))).success()).isFalse();
    assertTokens(OPERATOR.address(), 990);
  }

  @Test
  void what_leaves_the_operators_hold_in_a_day_is_limited() {
    does(TREASURY, new Intent.Appoint(TREASURY.address(), OPERATOR.address(), n(70)));
    aGrant();
    assertThat(grants.limit()).isEqualTo(new Grants.Limit(n(70), n(70)));
    does(OPERATOR, draw(60));
    assertThat(grants.limit()).isEqualTo(new Grants.Limit(n(70), n(10)));
    isRefused(OPERATOR, draw(71), "AboveLimit");
    elapse(Duration.ofDays(1).toSeconds());
    assertThat(grants.limit()).isEqualTo(new Grants.Limit(n(70), n(70)));
    does(OPERATOR, draw(71));
  }

  @Test
  void a_call_is_tried_before_it_is_sent_and_trying_changes_nothing() {
    aGrant();
    assertThat(chain.simulate(draw(60), OPERATOR.address()))
        .isInstanceOf(Chain.Simulated.Passes.class);
    assertThat(chain.simulate(draw(101), OPERATOR.address()))
        .isEqualTo(new Chain.Simulated.Reverts("Short"));
    assertThat(chain.simulate(freeze(), STRANGER.address()))
        .isEqualTo(new Chain.Simulated.Reverts("NotYours"));
    assertPower(100, 100);

    broadcast(signed(OPERATOR, draw(60)));
    assertThat(chain.simulate(draw(60), OPERATOR.address()))
        .as("after what the pool holds of its sender")
        .isEqualTo(new Chain.Simulated.Reverts("AlreadyDone"));
  }

  @Test
  void appeal_and_decision_are_told() {
    aGrant();
    long from = chain.head().number() + 1;
    does(OPERATOR, freeze());
    var appealed = does(COUNCIL, new Intent.Appeal(USER.address(), PAYMENT, Optional.empty()));
    var decided = does(COUNCIL, new Intent.Decide(USER.address(), PAYMENT, true));
    var user = USER.address();
    assertThat(grants.events(from, decided.block()))
        .endsWith(
            new Grants.Event.Appealed(appealed.block(), appealed.hash(), user, PAYMENT),
            new Grants.Event.Decided(decided.block(), decided.hash(), user, PAYMENT, true));
    assertThat(grants.facts().council()).isEqualTo(COUNCIL.address());
    assertThat(grants.facts().decisionTime()).isPositive();
  }

  @Test
  void granted_power_is_drawn_claimed_settled_refunded_and_credited_to_the_unit() {
    var matures = aGrant();
    assertThat(grants.reserve()).isEqualTo(n(900));
    assertPower(100, 100);
    assertThat(granted().amount()).isEqualTo(n(100));
    assertThat(granted().maturesAt()).isEqualTo(matures);
    assertThat(granted().state()).isEqualTo(State.GRANTED);

    does(OPERATOR, draw(60));
    assertPower(40, 100);
    assertLine(60, 0);
    assertThat(channels.deposit(id).balance()).isEqualTo(n(60));

    does(STRANGER, claim(row(30, 25)));
    assertThat(channels.deposit(id).totalClaimed()).isEqualTo(n(25));
    does(STRANGER, new Intent.Settle(SELLER.address(), config.token()));
    assertTokens(SELLER.address(), 1_025);
    assertThat(channels.earned(SELLER.address(), config.token()))
        .isEqualTo(new Channels.Earned(n(25), n(25)));

    does(STRANGER, refund(20, n(0)));
    assertThat(channels.deposit(id).balance()).isEqualTo(n(40));
    assertThat(channels.deposit(id).refundNonce()).isEqualTo(n(1));
    assertPower(40, 100);
    does(STRANGER, new Intent.Sync(config));
    does(STRANGER, new Intent.Sync(config));
    assertPower(60, 100);
    assertLine(60, 20);
    assertTokens(grants.facts().vault(), 960);
  }

  @Test
  void a_frozen_payment_is_recalled_and_reclaimed_as_far_as_it_is_unspent() {
    aGrant();
    does(OPERATOR, draw(60));
    does(SELLER, claim(row(25, 25)));
    does(OPERATOR, freeze());
    assertThat(granted().state()).isEqualTo(State.FROZEN);
    isRefused(OPERATOR, reclaim(0), "TooEarly");

    does(OPERATOR, new Intent.Recall(config, n(1_000)));
    assertThat(channels.deposit(id).withdrawing()).isEqualTo(n(35));
    isRefused(STRANGER, new Intent.Finish(config), "WithdrawDelayNotElapsed");
    elapse(DELAY);
    does(STRANGER, new Intent.Finish(config));
    assertPower(75, 100);
    assertLine(60, 35);
    assertThat(channels.deposit(id).balance()).isEqualTo(n(25));

    elapse(grants.facts().appealWindow());
    isRefused(STRANGER, reclaim(0), "NotYours");
    does(OPERATOR, reclaim(0));
    assertPower(0, 25);
    assertThat(grants.reserve()).isEqualTo(n(975));
    assertThat(granted().amount()).isEqualTo(n(25));
    assertThat(granted().state()).isEqualTo(State.FROZEN);
  }

  @Test
  void a_thawed_payment_matures_by_its_old_date_and_is_free_then() {
    var matures = aGrant();
    does(OPERATOR, freeze());
    isRefused(STRANGER, new Intent.Thaw(USER.address(), PAYMENT), "TooEarly");
    does(OPERATOR, new Intent.Thaw(USER.address(), PAYMENT));
    isRefused(STRANGER, new Intent.Mature(USER.address(), PAYMENT), "TooEarly");
    isRefused(STRANGER, draw(1), "Short");

    elapse(Duration.between(chain.head().time(), matures).toSeconds() + 1);
    isRefused(OPERATOR, freeze(), "TooLate");
    does(STRANGER, new Intent.Mature(USER.address(), PAYMENT));
    assertPower(100, 0);
    assertThat(granted().state()).isEqualTo(State.MATURED);
    isRefused(OPERATOR, surrender(0), "OutOfTurn");

    does(STRANGER, draw(60));
    assertPower(40, 0);
  }

  @Test
  void silence_thaws_a_frozen_payment_for_anyone() {
    aGrant();
    does(OPERATOR, freeze());
    elapse(Math.max(2 * grants.facts().appealWindow(), 120));
    isRefused(OPERATOR, reclaim(0), "TooLate");
    does(STRANGER, new Intent.Thaw(USER.address(), PAYMENT));
    assertThat(granted().state()).isEqualTo(State.GRANTED);
  }

  @Test
  void a_council_that_decides_for_the_user_makes_it_his() {
    aGrant();
    does(OPERATOR, freeze());
    var signature = statement(USER, new Intent.SignAppeal(PAYMENT, granted().since()));
    does(STRANGER, new Intent.Appeal(USER.address(), PAYMENT, Optional.of(signature)));
    isRefused(OPERATOR, reclaim(0), "OutOfTurn");
    isRefused(OPERATOR, new Intent.Decide(USER.address(), PAYMENT, false), "NotYours");
    does(COUNCIL, new Intent.Decide(USER.address(), PAYMENT, true));
    assertThat(granted().state()).isEqualTo(State.MATURED);
    assertPower(100, 0);
    assertThat(grants.released(USER.address())).isZero();
    does(STRANGER, release(40));
    assertThat(grants.released(USER.address())).isEqualTo(n(40));
    assertPower(60, 0);
    assertTokens(USER.address(), 1_040);
    isRefused(STRANGER, release(40), "AlreadyDone");
  }

  @Test
  void what_is_released_goes_where_its_user_signed_and_each_total_counts_from_the_last() {
    aGrant();
    elapse(Duration.ofDays(31).toSeconds());
    does(STRANGER, new Intent.Mature(USER.address(), PAYMENT));
    var to = STRANGER.address();
    var had = channels.tokens(grants.facts().token(), to);
    var before = chain.head().number();
    does(OPERATOR, release(to, 40));
    does(OPERATOR, release(to, 70));
    assertThat(grants.released(USER.address())).isEqualTo(n(70));
    assertThat(channels.tokens(grants.facts().token(), to)).isEqualTo(had.add(n(70)));
    assertPower(30, 0);
    isRefused(OPERATOR, release(to, 101), "Short");
    var signed = release(to, 80);
    isRefused(
        OPERATOR,
        new Intent.Release(USER.address(), USER.address(), signed.total(), signed.userSignature()),
        "WrongSigner");
    assertThat(
            grants.events(before, chain.head().number()).stream()
                .filter(Grants.Event.Released.class::isInstance)
                .map(Grants.Event.Released.class::cast))
        .extracting(
            Grants.Event.Released::user, Grants.Event.Released::to, Grants.Event.Released::amount)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(USER.address(), to, n(40)),
            org.assertj.core.groups.Tuple.tuple(USER.address(), to, n(30)));
  }

  private Intent.Release release(Address to, long total) {
    var signature = statement(USER, new Intent.SignRelease(to, n(total)));
    return new Intent.Release(USER.address(), to, n(total), signature);
  }

  private Intent.Release release(long total) {
    var signature = statement(USER, new Intent.SignRelease(USER.address(), n(total)));
    return new Intent.Release(USER.address(), USER.address(), n(total), signature);
  }

  @Test
  void a_council_that_decides_against_leaves_no_second_appeal() {
    aGrant();
    does(OPERATOR, freeze());
    does(COUNCIL, new Intent.Appeal(USER.address(), PAYMENT, Optional.empty()));
    does(COUNCIL, new Intent.Decide(USER.address(), PAYMENT, false));
    isRefused(COUNCIL, new Intent.Appeal(USER.address(), PAYMENT, Optional.empty()), "TooLate");
    does(OPERATOR, reclaim(0));
    assertThat(granted().state()).isEqualTo(State.RECLAIMED);
    assertPower(0, 0);
    assertThat(grants.reserve()).isEqualTo(n(1_000));
  }

  @Test
  void a_surrender_gives_back_down_to_the_rest_and_never_twice() {
    aGrant();
    var first = surrender(70);
    does(OPERATOR, first);
    assertPower(70, 70);
    assertThat(grants.reserve()).isEqualTo(n(930));
    isRefused(OPERATOR, first, "AlreadyDone");
    var forged = new Intent.Reclaim(USER.address(), PAYMENT, n(0), first.consent());
    isRefused(OPERATOR, forged, "WrongSigner");
    does(OPERATOR, surrender(0));
    assertPower(0, 0);
    assertThat(granted().state()).isEqualTo(State.RECLAIMED);
    isRefused(OPERATOR, surrender(0), "OutOfTurn");
  }

  @Test
  void nothing_that_was_done_can_be_replayed() {
    var matures = aGrant();
    var draw = draw(60);
    does(OPERATOR, draw);
    isRefused(OPERATOR, draw, "AlreadyDone");
    does(STRANGER, refund(60, n(0)));
    does(STRANGER, new Intent.Sync(config));
    isRefused(OPERATOR, draw, "AlreadyDone");
    isRefused(STRANGER, refund(60, n(0)), "InvalidRefundNonce");
    var grant = new Intent.Grant(USER.address(), PAYMENT, n(100), matures);
    isRefused(OPERATOR, grant, "AlreadyDone");
    assertPower(100, 100);
    assertLine(60, 60);
    assertThat(grants.reserve()).isEqualTo(n(900));
  }

  @Test
  void locked_value_moves_only_with_both_keys() {
    aGrant();
    isRefused(STRANGER, draw(60), "Short");
    var forged = statement(OPERATOR, new Intent.SignDraw(id, n(60)));
    isRefused(OPERATOR, new Intent.Draw(config, n(60), forged), "WrongSigner");
    isRefused(STRANGER, release(1), "Short");
    isRefused(OPERATOR, draw(101), "Short");
    var foreign = channel(STRANGER.address(), USER.address(), Bytes32.ZERO);
    isRefused(OPERATOR, new Intent.Draw(foreign, n(60), forged), "NotOurChannel");
    var vault = grants.facts().vault();
    isRefused(STRANGER, new Intent.Deposit(config, n(60), vault, "0x"), "NotYours");
    assertPower(100, 100);
  }

  @Test
  void a_claim_is_bounded_by_the_voucher_and_by_the_balance() {
    aGrant();
    does(OPERATOR, draw(60));
    isRefused(STRANGER, claim(row(30, 31)), "ClaimExceedsCeiling");
    isRefused(STRANGER, claim(row(70, 61)), "ClaimExceedsBalance");
    isRefused(
        STRANGER, new Intent.Claim(List.of(row(30, 30)), Optional.empty()), "NotAuthorizedToClaim");
    var signature = statement(STRANGER, new Intent.SignClaims(List.of(row(30, 30))));
    isRefused(
        STRANGER,
        new Intent.Claim(List.of(row(30, 30)), Optional.of(signature)),
        "InvalidSignature");
    does(SELLER, new Intent.Claim(List.of(row(30, 30)), Optional.empty()));
    does(SELLER, new Intent.Claim(List.of(row(60, 60)), Optional.empty()));
    assertThat(channels.deposit(id).totalClaimed()).isEqualTo(n(60));
  }

  @Test
  void a_poisoned_row_spoils_its_batch_and_a_stale_one_is_skipped() {
    aGrant();
    does(OPERATOR, draw(60));
    var forged = new Voucher(id, n(50), statement(STRANGER, new Intent.SignVoucher(id, n(50))));
    var poison = new Intent.ClaimRow(config, forged, n(50));
    isRefused(STRANGER, claim(row(20, 20), poison), "InvalidSignature");
    assertThat(channels.deposit(id).totalClaimed()).isEqualTo(n(0));

    does(STRANGER, claim(row(20, 20)));
    var stale = new Intent.ClaimRow(config, forged, n(20));
    does(STRANGER, claim(stale, row(30, 30)));
    assertThat(channels.deposit(id).totalClaimed()).isEqualTo(n(30));
  }

  @Test
  void events_come_in_the_chains_order() {
    long from = chain.head().number() + 1;
    does(OPERATOR, new Intent.Allow(n(1_000)));
    does(OPERATOR, new Intent.Fund(n(1_000)));
    var matures = inDays(30);
    var granted = does(OPERATOR, new Intent.Grant(USER.address(), PAYMENT, n(100), matures));
    var drawn = does(OPERATOR, draw(60));
    var claimed = does(STRANGER, claim(row(30, 25)));
    var settled = does(STRANGER, new Intent.Settle(SELLER.address(), config.token()));
    does(STRANGER, new Intent.Settle(SELLER.address(), config.token()));
    var refunded = does(STRANGER, refund(1_000, n(0)));
    var synced = does(STRANGER, new Intent.Sync(config));
    var frozen = does(OPERATOR, freeze());
    var thawed = does(OPERATOR, new Intent.Thaw(USER.address(), PAYMENT));
    var back = does(OPERATOR, surrender(0));
    long to = chain.head().number();

    assertThat(channels.events(from, to))
        .containsExactly(
            new Channels.Event.Deposited(drawn.block(), drawn.hash(), id, n(60), n(60)),
            new Channels.Event.Claimed(claimed.block(), claimed.hash(), id, n(25), n(25)),
            new Channels.Event.Settled(
                settled.block(), settled.hash(), SELLER.address(), config.token(), n(25)),
            new Channels.Event.Refunded(refunded.block(), refunded.hash(), id, n(35)));
    var user = USER.address();
    assertThat(grants.events(from, to))
        .containsExactly(
            new Grants.Event.Granted(
                granted.block(), granted.hash(), user, PAYMENT, n(100), matures),
            new Grants.Event.Returned(synced.block(), synced.hash(), id, user, n(35)),
            new Grants.Event.Frozen(frozen.block(), frozen.hash(), user, PAYMENT),
            new Grants.Event.Thawed(thawed.block(), thawed.hash(), user, PAYMENT),
            new Grants.Event.Reclaimed(back.block(), back.hash(), user, PAYMENT, n(75), n(25)));
    assertThat(channels.events(claimed.block(), claimed.block())).hasSize(1);
    assertThatThrownBy(() -> channels.events(1, 1_001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_digests_are_the_typed_datas() {
    assertThat(encoding.digest(new Intent.SignVoucher(id, n(7))))
        .isEqualTo(typed.voucher(id, n(7)));
    assertThat(encoding.digest(new Intent.SignRefund(id, n(3), n(7))))
        .isEqualTo(typed.refund(id, n(3), n(7)));
    var row = row(9, 7);
    assertThat(encoding.digest(new Intent.SignClaims(List.of(row, row))))
        .isEqualTo(typed.claims(List.of(entry(9, 7), entry(9, 7))));

    var draw = TypedData.hash("Draw(bytes32 channelId,uint128 total)");
    assertThat(encoding.digest(new Intent.SignDraw(id, n(7))))
        .isEqualTo(vault(Keccak.hash(draw, id.value().bytes(), TypedData.word(n(7)))));
    var surrender = TypedData.hash("Surrender(bytes32 payment,uint128 rest)");
    assertThat(encoding.digest(new Intent.SignSurrender(PAYMENT, n(7))))
        .isEqualTo(vault(Keccak.hash(surrender, PAYMENT.bytes(), TypedData.word(n(7)))));
    var release = TypedData.hash("Release(address to,uint128 total)");
    var to = SELLER.address();
    assertThat(encoding.digest(new Intent.SignRelease(to, n(7))))
        .isEqualTo(vault(Keccak.hash(release, TypedData.word(to), TypedData.word(n(7)))));
    var appeal = TypedData.hash("Appeal(bytes32 payment,uint40 frozenAt)");
    assertThat(encoding.digest(new Intent.SignAppeal(PAYMENT, Instant.ofEpochSecond(99))))
        .isEqualTo(vault(Keccak.hash(appeal, PAYMENT.bytes(), TypedData.word(n(99)))));
  }

  private TypedData.ClaimEntry entry(long most, long total) {
    return new TypedData.ClaimEntry(id, n(most), n(total));
  }

  private Bytes32 vault(byte[] struct) {
    long chainId = channels.settlement().chainId();
    var address = grants.facts().vault();
    return TypedData.digest(TypedData.domain("Tally SpendingVault", "1", chainId, address), struct);
  }

  @Test
  void a_signature_with_its_high_twin_is_refused() {
    aGrant();
    does(OPERATOR, draw(60));
    var good = row(30, 30);
    var twin = new Voucher(id, n(30), twin(good.voucher().signature()));
    var receipt =
        act(
            SELLER,
            new Intent.Claim(List.of(new Intent.ClaimRow(config, twin, n(30))), Optional.empty()));
    assertThat(receipt.reason()).isEqualTo("ECDSAInvalidSignatureS");
  }

  private static Signature twin(Signature signature) {
    var order =
        new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    var bytes = signature.bytes();
    var high = order.subtract(new BigInteger(1, java.util.Arrays.copyOfRange(bytes, 32, 64)));
    System.arraycopy(TypedData.word(high), 0, bytes, 32, 32);
    bytes[64] = (byte) (bytes[64] == 27 ? 28 : 27);
    return Signature.of(bytes);
  }
}

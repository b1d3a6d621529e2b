package tally.network.fake;

import static tally.network.fake.Revert.unless;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tally.custody.port.Intent;
import tally.escrow.port.Channels.Deposit;
import tally.escrow.port.Channels.Earned;
import tally.escrow.port.Channels.Event;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Signature;
import tally.x402.TypedData;
import tally.x402.Voucher;

/// The settlement contract `x402BatchSettlement`: check orders, caps, silent skips and error names
/// as in the protocol's reference, section 2. Every account is a key here; there are no contract
/// wallets (EIP-1271).
final class ChannelContract {

  /// Brings a deposit's tokens; the turn's sender is the settlement contract.
  interface Collector {
    void collect(Turn turn, ChannelConfig config, ChannelId id, BigInteger amount);
  }

  static final Address ADDRESS = Genesis.SETTLEMENT.contract();
  private static final BigInteger HALF_ORDER =
      new BigInteger("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", 16);
  private static final TypedData TYPED = new TypedData(Genesis.SETTLEMENT);

  private final Storage storage;
  private final Tokens tokens;
  private final Curve curve;
  private final Map<Address, Collector> collectors = new HashMap<>();

  ChannelContract(Storage storage, Tokens tokens, Curve curve) {
    this.storage = storage;
    this.tokens = tokens;
    this.curve = curve;
  }

  void collector(Address address, Collector collector) {
    collectors.put(address, collector);
  }

  ChannelId id(ChannelConfig config) {
    return TYPED.channelId(config);
  }

  Deposit deposit(ChannelId id) {
    return storage.get(new Slot.Channel(id));
  }

  Earned earned(Address receiver, Address token) {
    return storage.get(new Slot.Receiver(receiver, token));
  }

  BigInteger available(ChannelId id) {
    var deposit = deposit(id);
    return deposit.balance().subtract(deposit.totalClaimed());
  }

  /// Whether a pending withdrawal may be finalized now.
  boolean elapsed(Turn turn, ChannelConfig config) {
    var deposit = deposit(id(config));
    return deposit.withdrawing().signum() > 0 && !turn.now().isBefore(ripe(config, deposit));
  }

  void deposit(Turn turn, ChannelConfig config, BigInteger amount, Address collector) {
    boolean whole =
        !config.payer().isZero()
            && !config.receiver().isZero()
            && !config.receiverAuthorizer().isZero()
            && !config.token().isZero();
    unless(whole, "InvalidChannel");
    boolean inBounds =
        config.withdrawDelay() >= ChannelConfig.WITHDRAW_DELAY_MIN
            && config.withdrawDelay() <= ChannelConfig.WITHDRAW_DELAY_MAX;
    unless(inBounds, "WithdrawDelayOutOfRange");
    unless(amount.signum() > 0, "ZeroDeposit");
    unless(!collector.isZero(), "InvalidCollector");
    var id = id(config);
    var before = deposit(id);
    var balance = before.balance().add(amount);
    unless(balance.compareTo(Voucher.LIMIT) < 0, "DepositOverflow");
    unless(collectors.containsKey(collector), "UnsupportedCollector");
    // No other token exists here, so none of it can arrive.
    unless(config.token().equals(Genesis.TOKEN), "DepositCollectionFailed");

    put(id, balance, before.totalClaimed(), before.withdrawing(), before.withdrawingSince());
    var held = tokens.balance(ADDRESS);
    pull(turn, config, id, amount, collector);
    unless(tokens.balance(ADDRESS).equals(held.add(amount)), "DepositCollectionFailed");
    tell(turn, new Event.Deposited(turn.block(), turn.transaction(), id, amount, balance));
  }

  private void pull(
      Turn turn, ChannelConfig config, ChannelId id, BigInteger amount, Address collector) {
    if (collector.equals(Genesis.ALLOWANCE_COLLECTOR) && turn.sender().equals(config.payer())) {
      tokens.move(config.payer(), ADDRESS, amount);
      return;
    }
    var found = Optional.ofNullable(collectors.get(collector));
    found.orElseThrow().collect(turn.from(ADDRESS), config, id, amount);
  }

  void claim(Turn turn, List<Intent.ClaimRow> rows, Optional<Signature> authorizer) {
    if (authorizer.isPresent()) {
      unless(!rows.isEmpty(), "EmptyBatch");
      var first = rows.getFirst().channel().receiverAuthorizer();
      boolean one = rows.stream().allMatch(row -> row.channel().receiverAuthorizer().equals(first));
      unless(one, "NotReceiverAuthorizer");
      var entries = rows.stream().map(this::entry).toList();
      unless(isSignedBy(TYPED.claims(entries), authorizer.get(), first), "InvalidSignature");
    }
    for (var row : rows) {
      unless(
          authorizer.isPresent() || isReceiver(turn.sender(), row.channel()),
          "NotAuthorizedToClaim");
      claim(turn, row);
    }
  }

  private TypedData.ClaimEntry entry(Intent.ClaimRow row) {
    return new TypedData.ClaimEntry(
        id(row.channel()), row.voucher().maxClaimable(), row.totalClaimed());
  }

  private void claim(Turn turn, Intent.ClaimRow row) {
    var config = row.channel();
    var id = id(config);
    var before = deposit(id);
    var total = row.totalClaimed();
    if (total.compareTo(before.totalClaimed()) <= 0) {
      return; // a stale row is no error: replays and mixed batches rely on it
    }
    unless(total.compareTo(row.voucher().maxClaimable()) <= 0, "ClaimExceedsCeiling");
    unless(total.compareTo(before.balance()) <= 0, "ClaimExceedsBalance");
    paid(config, TYPED.voucher(id, row.voucher().maxClaimable()), row.voucher().signature());

    var claimed = total.subtract(before.totalClaimed());
    put(id, before.balance(), total, before.withdrawing(), before.withdrawingSince());
    var slot = new Slot.Receiver(config.receiver(), config.token());
    var earned = storage.get(slot);
    storage.put(slot, new Earned(earned.totalClaimed().add(claimed), earned.totalSettled()));
    tell(turn, new Event.Claimed(turn.block(), turn.transaction(), id, claimed, total));
  }

  /// A separate signer is recovered strictly, with the library's own error names; a payer without
  /// one is only compared.
  private void paid(ChannelConfig config, Bytes32 digest, Signature signature) {
    if (!config.payerAuthorizer().isZero()) {
      var bytes = signature.bytes();
      var s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
      unless(s.compareTo(HALF_ORDER) <= 0, "ECDSAInvalidSignatureS");
      unless(curve.recover(digest.bytes(), signature).isPresent(), "ECDSAInvalidSignature");
    }
    unless(isSignedBy(digest, signature, config.voucherSigner()), "InvalidSignature");
  }

  void settle(Turn turn, Address receiver, Address token) {
    var slot = new Slot.Receiver(receiver, token);
    var earned = storage.get(slot);
    var amount = earned.totalClaimed().subtract(earned.totalSettled());
    if (amount.signum() == 0) {
      return;
    }
    storage.put(slot, new Earned(earned.totalClaimed(), earned.totalClaimed()));
    tokens.move(ADDRESS, receiver, amount);
    tell(turn, new Event.Settled(turn.block(), turn.transaction(), receiver, token, amount));
  }

  void initiateWithdraw(Turn turn, ChannelConfig config, BigInteger amount) {
    unless(isPayer(turn.sender(), config), "InvalidChannel");
    unless(amount.signum() > 0, "NothingToWithdraw");
    var id = id(config);
    var before = deposit(id);
    unless(before.withdrawing().signum() == 0, "WithdrawalAlreadyPending");
    unless(amount.compareTo(available(id)) <= 0, "WithdrawAmountExceedsAvailable");
    put(id, before.balance(), before.totalClaimed(), amount, turn.now());
    var ripe = turn.now().plusSeconds(config.withdrawDelay());
    tell(turn, new Event.WithdrawInitiated(turn.block(), turn.transaction(), id, amount, ripe));
  }

  void finalizeWithdraw(Turn turn, ChannelConfig config) {
    unless(isPayer(turn.sender(), config), "NotAuthorizedToFinalizeWithdraw");
    var id = id(config);
    var before = deposit(id);
    unless(before.withdrawing().signum() > 0, "WithdrawalNotPending");
    unless(!turn.now().isBefore(ripe(config, before)), "WithdrawDelayNotElapsed");
    var amount = before.withdrawing().min(available(id));
    put(
        id,
        before.balance().subtract(amount),
        before.totalClaimed(),
        BigInteger.ZERO,
        Instant.EPOCH);
    tokens.move(ADDRESS, config.payer(), amount);
    tell(turn, new Event.Withdrawn(turn.block(), turn.transaction(), id, amount));
  }

  void refund(Turn turn, Intent.Refund call) {
    var config = call.channel();
    var id = id(config);
    var before = deposit(id);
    if (call.authorizer().isPresent()) {
      unless(call.nonce().equals(before.refundNonce()), "InvalidRefundNonce");
      var digest = TYPED.refund(id, call.nonce(), call.amount());
      var by = config.receiverAuthorizer();
      unless(isSignedBy(digest, call.authorizer().get(), by), "InvalidSignature");
    } else {
      unless(isReceiver(turn.sender(), config), "NotAuthorizedToRefund");
    }
    unless(call.amount().signum() > 0, "ZeroRefund");
    refund(turn, config, id, before, call.amount().min(available(id)));
  }

  private void refund(
      Turn turn, ChannelConfig config, ChannelId id, Deposit before, BigInteger amount) {
    var nonce = before.refundNonce().add(BigInteger.ONE);
    var balance = before.balance().subtract(amount);
    // A pending withdrawal shrinks to what is left; a refund that moves nothing leaves it alone.
    var left = balance.subtract(before.totalClaimed());
    var withdrawing = amount.signum() == 0 ? before.withdrawing() : before.withdrawing().min(left);
    var since = withdrawing.signum() == 0 ? Instant.EPOCH : before.withdrawingSince();
    var after = new Deposit(balance, before.totalClaimed(), withdrawing, since, nonce);
    storage.put(new Slot.Channel(id), after);
    if (amount.signum() > 0) {
      tokens.move(ADDRESS, config.payer(), amount);
      tell(turn, new Event.Refunded(turn.block(), turn.transaction(), id, amount));
    }
  }

  private static Instant ripe(ChannelConfig config, Deposit deposit) {
    return deposit.withdrawingSince().plusSeconds(config.withdrawDelay());
  }

  private static boolean isPayer(Address sender, ChannelConfig config) {
    return sender.equals(config.payer()) || sender.equals(config.payerAuthorizer());
  }

  private static boolean isReceiver(Address sender, ChannelConfig config) {
    return sender.equals(config.receiver()) || sender.equals(config.receiverAuthorizer());
  }

  private boolean isSignedBy(Bytes32 digest, Signature signature, Address wanted) {
    return curve.recover(digest.bytes(), signature).filter(wanted::equals).isPresent();
  }

  private void put(
      ChannelId id, BigInteger balance, BigInteger claimed, BigInteger withdrawing, Instant since) {
    var nonce = deposit(id).refundNonce();
    storage.put(new Slot.Channel(id), new Deposit(balance, claimed, withdrawing, since, nonce));
  }

  private static void tell(Turn turn, Event event) {
    turn.channelEvents().add(event);
  }
}

package tally.escrow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.escrow.Channel.Side;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.x402.Address;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Voucher;

/// The keeper of channels and vouchers, of both sides.
public final class Channels {

  /// A look at the chain that is younger than this is not repeated for a voucher above the deposit.
  public static final Duration LOOK_AGE_MIN = Duration.ofSeconds(1);

  public static final int LIST_MAX = 1000;

  public sealed interface Signed {
    record Done(Voucher voucher) implements Signed {}

    /// Codes: `channel_unknown`, `channel_not_open`, `above_deposit`, `voucher_below_last`, and
    /// custody's.
    record Refused(String code, String text) implements Signed, Refusal {}
  }

  public sealed interface Acceptance {
    record Accepted(Channel channel) implements Acceptance {}

    /// Codes of x402, such as `invalid_batch_settlement_evm_channel_not_found`.
    record Refused(String code, String text) implements Acceptance, Refusal {}
  }

  /// What the keeper needs of custody.
  public interface Signer {
    Address address(KeyRef key);

    Signing sign(KeyRef key, Intent.Statement statement, Approval approval);
  }

  /// What it needs of the transaction journal.
  @FunctionalInterface
  public interface Sender {
    Transaction submit(Transaction.Order order);
  }

  public enum Purpose {
    DRAW,
    REFUND
  }

  /// What was asked of the chain: `units` is the total drawn, or the amount given back.
  public record Asked(
      Tenant tenant,
      TransactionId transaction,
      ChannelId channel,
      Side side,
      Purpose purpose,
      BigInteger units) {}

  /// @param seenAt when the look at the chain began from which its numbers are
  public record Kept(Channel channel, Instant seenAt) {}

  /// Where channels are kept. Locks last until the transaction's end.
  public interface Store {
    /// Joins an open transaction.
    <T> T inTransaction(Supplier<T> work);

    Optional<Kept> find(Tenant tenant, ChannelId id, Side side);

    Optional<Kept> lock(Tenant tenant, ChannelId id, Side side);

    /// The receiver's side of a channel, whosever it is.
    Optional<Kept> receiving(ChannelId id);

    /// Every side that this node keeps.
    List<Kept> lockAll(String network, ChannelId id);

    List<Channel> list(Tenant tenant, int most);

    List<Channel> receiving(Tenant tenant, Holder receiver, int most);

    /// Newest first.
    List<Voucher> vouchers(Tenant tenant, ChannelId id, Side side, int most);

    long countVouchers(Tenant tenant, ChannelId id, Side side);

    /// False where that side is kept already.
    boolean add(Channel channel, Instant at);

    /// Everything but the voucher, which only `sign` and `receive` move.
    void save(Channel channel, Instant seenAt);

    /// Payer: of a locked row.
    void signed(Channel.Terms terms, Voucher voucher, Instant at);

    /// Receiver: in one statement, if it is above the last, above what is claimed and within the
    /// deposit. Answers what was promised or claimed before.
    Optional<BigInteger> raise(Voucher voucher, Instant at);

    Optional<Asked> asked(Tenant tenant, TransactionId transaction);

    void ask(Asked asked, Instant at);
  }

  private final Store store;
  private final PayerSide payer;
  private final ReceiverSide receiver;
  private final Collecting collecting;

  public Channels(
      Store store,
      Signer signer,
      Sender sender,
      Settlements settlements,
      Claiming claiming,
      Curve curve,
      InstantSource clock) {
    var orders = new Orders(store, sender, clock);
    this.store = store;
    this.payer = new PayerSide(store, signer, orders, settlements, clock);
    this.receiver = new ReceiverSide(store, signer, settlements, curve, clock);
    this.collecting = new Collecting(store, orders, settlements, claiming, clock);
  }

  /// Payer: has the vault put `total` into the channel: the holder's key orders the draw, the house
  /// sends it. Idempotent. Throws where custody refuses, and nothing is written: whoever opens a
  /// channel brings an approval that covers it.
  public Channel open(
      Channel.Terms terms, BigInteger total, TransactionId draw, Approval approval) {
    return payer.open(terms, total, draw, approval);
  }

  /// Payer: like `open`, of a channel that holds something; answers custody's no, with which
  /// nothing is written.
  public Optional<Signed.Refused> raise(
      Channel.Terms terms, BigInteger total, TransactionId draw, Approval approval) {
    return payer.raise(terms, total, draw, approval);
  }

  /// Payer: signs up to `max` in total; stored before it is answered. The same `max` again answers
  /// the same voucher. A `max` of zero proves the key to a receiver before anything is promised,
  /// and is not kept.
  public Signed sign(Tenant tenant, ChannelId id, BigInteger max, Approval approval) {
    return payer.sign(tenant, id, max, approval);
  }

  /// Receiver: takes a channel on, once the chain has its deposit and the terms are his own. Again:
  /// takes a newer look at the chain.
  public Acceptance accept(Channel.Terms terms, BigInteger depositMin) {
    return receiver.accept(terms, depositMin);
  }

  /// Whether the payer's key of this channel signed it, for this chain and contract.
  public boolean proves(Channel.Terms terms, Voucher voucher) {
    return receiver.proves(terms, voucher);
  }

  /// Receiver, the hot path: verifies and stores a voucher; durable before it is answered.
  public Receipt receive(Voucher voucher) {
    return receiver.receive(voucher);
  }

  /// Receiver: takes no more vouchers, and claims up to the best, together with whatever else his
  /// key has due. May be repeated. Answers the total that is to be reached, or empty where nothing
  /// is left to claim.
  public Optional<BigInteger> claim(Tenant tenant, ChannelId id) {
    return collecting.claim(tenant, id);
  }

  /// Receiver: has what was claimed paid out, of all his channels together. Answers what this
  /// channel has to get by it, or empty where nothing of it is left to be paid.
  public Optional<BigInteger> settle(Tenant tenant, ChannelId id) {
    return collecting.settle(tenant, id);
  }

  /// Receiver: gives back all that he has no voucher for, and takes no more vouchers. Answers the
  /// amount, or empty where there is none. What is promised and not yet claimed stays in the
  /// channel, so it waits for no claim; sent after one, it comes after it, since both have the same
  /// sender. Throws `ChainUnavailable`.
  public Optional<BigInteger> refund(Tenant tenant, ChannelId id, TransactionId transaction) {
    return collecting.refund(tenant, id, transaction);
  }

  public Optional<Channel> find(Tenant tenant, ChannelId id, Side side) {
    return store.find(tenant, id, side).map(Kept::channel);
  }

  /// Newest first; at most 1000.
  public List<Channel> list(Tenant tenant, int most) {
    return store.list(tenant, Math.min(most, LIST_MAX));
  }

  /// One receiver's, newest first; at most 1000.
  public List<Channel> receiving(Tenant tenant, Holder receiver, int most) {
    return store.receiving(tenant, receiver, Math.clamp(most, 0, LIST_MAX));
  }

  /// What was signed (payer) or accepted (receiver), newest first; at most 1000.
  public List<Voucher> vouchers(Tenant tenant, ChannelId id, Side side, int most) {
    return store.vouchers(tenant, id, side, Math.min(most, LIST_MAX));
  }

  /// How many were ever signed (payer) or accepted (receiver).
  public long countVouchers(Tenant tenant, ChannelId id, Side side) {
    return store.countVouchers(tenant, id, side);
  }

  static Kept need(Optional<Kept> kept, ChannelId id) {
    return kept.orElseThrow(() -> new IllegalArgumentException("channel_unknown: " + id));
  }

  /// The key of the side that keeps it.
  static KeyRef own(Channel.Terms terms) {
    return new KeyRef(terms.tenant(), terms.holder(), terms.network());
  }
}

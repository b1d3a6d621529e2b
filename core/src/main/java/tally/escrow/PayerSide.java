package tally.escrow;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Optional;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.escrow.Channel.Side;
import tally.escrow.Channels.Asked;
import tally.escrow.Channels.Purpose;
import tally.escrow.Channels.Signed;
import tally.escrow.Channels.Signer;
import tally.escrow.Channels.Store;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

/// Opens, raises and signs.
final class PayerSide {

  private final Store store;
  private final Signer signer;
  private final Orders orders;
  private final Settlements settlements;
  private final InstantSource clock;

  PayerSide(
      Store store, Signer signer, Orders orders, Settlements settlements, InstantSource clock) {
    this.store = store;
    this.signer = signer;
    this.orders = orders;
    this.settlements = settlements;
    this.clock = clock;
  }

  Channel open(Channel.Terms terms, BigInteger total, TransactionId draw, Approval approval) {
    var id = settlements.need(terms.network()).typed().channelId(terms.config());
    if (terms.side() != Side.PAYER || !id.equals(terms.id())) {
      throw new IllegalArgumentException("not a channel of a payer: " + terms);
    }
    if (total.signum() <= 0 || total.compareTo(Voucher.LIMIT) >= 0) {
      throw new IllegalArgumentException("a draw is above zero and a uint128: " + total);
    }
    var asked = new Asked(terms.tenant(), draw, id, Side.PAYER, Purpose.DRAW, total);
    return store.inTransaction(() -> opened(terms, asked, approval));
  }

  Optional<Signed.Refused> raise(
      Channel.Terms terms, BigInteger total, TransactionId draw, Approval approval) {
    try {
      open(terms, total, draw, approval);
      return Optional.empty();
    } catch (CustodyRefused refused) {
      return Optional.of(new Signed.Refused(refused.refusal.code(), refused.refusal.text()));
    }
  }

  private Channel opened(Channel.Terms terms, Asked asked, Approval approval) {
    var total = asked.units();
    store.add(new Channel.Opening(terms, total), clock.instant());
    var kept = Channels.need(store.lock(terms.tenant(), terms.id(), Side.PAYER), terms.id());
    if (!kept.channel().terms().equals(terms)) {
      throw new IllegalArgumentException("another channel has this id: " + terms.id());
    }
    if (orders.repeated(asked)) {
      return kept.channel();
    }
    var next =
        switch (kept.channel()) {
          case Channel.Opening opening -> opening.raised(total);
          case Channel.Abandoned _ -> new Channel.Opening(terms, total);
          case Channel.Open _, Channel.Closing _, Channel.Withdrawing _, Channel.Settled _ ->
              kept.channel();
        };
    store.save(next, kept.seenAt());
    var user = signature(Channels.own(terms), new Intent.SignDraw(terms.id(), total), approval);
    orders.submit(
        asked,
        new KeyRef(terms.tenant(), Holder.HOUSE, terms.network()),
        new Intent.Draw(terms.config(), total, user),
        new Approval.Flow("draw", asked.transaction().value()));
    return next;
  }

  Signed sign(Tenant tenant, ChannelId id, BigInteger max, Approval approval) {
    try {
      return store.inTransaction(() ->
          store
              .lock(tenant, id, Side.PAYER)
              .map(kept -> signed(kept.channel(), max, approval))
              .orElseGet(
                  () -> new Signed.Refused("channel_unknown", "No channel " + id + " is ours.")));
    } catch (CustodyRefused refused) {
      return new Signed.Refused(refused.refusal.code(), refused.refusal.text());
    }
  }

  private Signed signed(Channel channel, BigInteger max, Approval approval) {
    var standing = channel.standing();
    var last = standing.promised();
    if (max.compareTo(last) < 0) {
      return new Signed.Refused(
          "voucher_below_last", "Up to " + last + " is signed already; this would be " + max + ".");
    }
    if (max.equals(last) && standing.voucher().isPresent()) {
      return new Signed.Done(standing.voucher().get());
    }
    var terms = channel.terms();
    if (max.signum() == 0) {
      return new Signed.Done(voucher(terms, max, approval));
    }
    if (!(channel instanceof Channel.Open || channel instanceof Channel.Withdrawing)) {
      return new Signed.Refused("channel_not_open", "The channel " + terms.id() + " is not open.");
    }
    if (max.compareTo(standing.ceiling()) > 0) {
      return new Signed.Refused(
          "above_deposit",
          "The deposit covers " + standing.ceiling() + "; this would be " + max + ".");
    }
    var voucher = voucher(terms, max, approval);
    store.signed(terms, voucher, clock.instant());
    return new Signed.Done(voucher);
  }

  private Voucher voucher(Channel.Terms terms, BigInteger max, Approval approval) {
    var statement = new Intent.SignVoucher(terms.id(), max);
    return new Voucher(terms.id(), max, signature(Channels.own(terms), statement, approval));
  }

  private Signature signature(KeyRef key, Intent.Statement statement, Approval approval) {
    return switch (signer.sign(key, statement, approval)) {
      case Signing.SignedStatement(var signature) -> signature;
      case Signing.Refused refused -> throw new CustodyRefused(refused);
      case Signing.SignedCall _ ->
          throw new IllegalStateException("a statement was signed as a call: " + statement);
    };
  }

  /// Rolls the database transaction back: nothing is changed by a refusal.
  private static final class CustodyRefused extends IllegalStateException {
    private static final long serialVersionUID = 1;
    private final transient Signing.Refused refusal;

    CustodyRefused(Signing.Refused refusal) {
      super("custody refused: " + refusal.code() + ": " + refusal.text());
      this.refusal = refusal;
    }
  }
}

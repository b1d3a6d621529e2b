package tally.escrow;

import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import tally.escrow.Channel.Side;
import tally.escrow.Channels.Acceptance;
import tally.escrow.Channels.Kept;
import tally.escrow.Channels.Signer;
import tally.escrow.Channels.Store;
import tally.escrow.port.Channels.Deposit;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.ChannelId;
import tally.x402.Codes;
import tally.x402.Curve;
import tally.x402.Voucher;

/// Takes channels on, and vouchers in.
final class ReceiverSide {

  private static final int TRIES_MAX = 3;

  private final Store store;
  private final Signer signer;
  private final Settlements settlements;
  private final Curve curve;
  private final InstantSource clock;
  private final Remembered<ChannelId, Channel.Terms> accepted;

  ReceiverSide(
      Store store, Signer signer, Settlements settlements, Curve curve, InstantSource clock) {
    this.store = store;
    this.signer = signer;
    this.settlements = settlements;
    this.curve = curve;
    this.clock = clock;
    this.accepted = new Remembered<>(id -> store.receiving(id).map(kept -> kept.channel().terms()));
  }

  Acceptance accept(Channel.Terms terms, BigInteger depositMin) {
    if (terms.side() != Side.RECEIVER) {
      throw new IllegalArgumentException("only a receiver accepts: " + terms);
    }
    var place = settlements.find(terms.network());
    if (place.isEmpty()) {
      return new Acceptance.Refused(
          Codes.NETWORK_MISMATCH, "No payment is taken on " + terms.network() + ".");
    }
    var refused = Admission.ofTerms(terms, place.get(), signer.address(Channels.own(terms)));
    if (refused.isPresent()) {
      return refused.get();
    }
    var at = clock.instant();
    Deposit now;
    try {
      now = place.get().port().deposit(terms.id());
    } catch (ChainUnavailable unavailable) {
      return new Acceptance.Refused(Codes.RPC_READ_FAILED, "The chain cannot be asked now.");
    }
    return store.inTransaction(() -> admitted(terms, now, at, depositMin));
  }

  private Acceptance admitted(Channel.Terms terms, Deposit now, Instant at, BigInteger depositMin) {
    var known = store.lock(terms.tenant(), terms.id(), Side.RECEIVER);
    var refused = Admission.ofDeposit(known.map(Kept::channel), now, depositMin);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (known.isEmpty()) {
      // With the look in it: a clock finer than the database's makes the row look younger than
      // `at`.
      store.add(new Channel.Open(terms, Channel.Standing.NONE).seen(now), at);
    }
    var kept = Channels.need(store.lock(terms.tenant(), terms.id(), Side.RECEIVER), terms.id());
    if (!kept.channel().terms().equals(terms)) {
      throw new IllegalArgumentException("another holder has this channel: " + terms);
    }
    return new Acceptance.Accepted(look(store, kept, now, at).channel());
  }

  boolean proves(Channel.Terms terms, Voucher voucher) {
    var typed = settlements.need(terms.network()).typed();
    var digest = typed.voucher(voucher.channel(), voucher.maxClaimable());
    return voucher.channel().equals(terms.id())
        && curve
            .recover(digest.bytes(), voucher.signature())
            .filter(terms.config().voucherSigner()::equals)
            .isPresent();
  }

  Receipt receive(Voucher voucher) {
    var terms = accepted.find(voucher.channel());
    if (terms.isEmpty()) {
      return new Receipt.Refused(
          Codes.MISSING_CHANNEL,
          "No channel " + voucher.channel() + " was accepted.",
          Channel.Standing.NONE);
    }
    if (!proves(terms.get(), voucher)) {
      return new Receipt.Refused(
          Codes.VOUCHER_SIGNATURE,
          "The voucher is not signed by " + terms.get().config().voucherSigner() + ".",
          kept(voucher).channel().standing());
    }
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      var before = store.raise(voucher, clock.instant());
      if (before.isPresent()) {
        return new Receipt.Accepted(voucher, voucher.maxClaimable().subtract(before.get()));
      }
      var kept = kept(voucher);
      var answer = Verdicts.of(kept.channel(), voucher);
      if (answer.isPresent() && !(Verdicts.mayChange(answer.get()) && looked(kept))) {
        return answer.get();
      }
    }
    return Verdicts.exceeds(kept(voucher).channel().standing(), voucher);
  }

  /// Takes a look at the chain into a locked row, unless a younger one is there already.
  static Kept look(Store store, Kept kept, Deposit now, Instant at) {
    if (kept.seenAt().isAfter(at)) {
      return kept;
    }
    var next = kept.channel().seen(now);
    store.save(next, at);
    return new Kept(next, at);
  }

  /// Asks the chain again; false where the last answer is too young, or none can be had.
  private boolean looked(Kept known) {
    var at = clock.instant();
    if (known.seenAt().plus(Channels.LOOK_AGE_MIN).isAfter(at)) {
      return false;
    }
    var terms = known.channel().terms();
    Deposit now;
    try {
      now = settlements.need(terms.network()).port().deposit(terms.id());
    } catch (ChainUnavailable unavailable) {
      return false;
    }
    store.inTransaction(() -> {
      var row = store.lock(terms.tenant(), terms.id(), Side.RECEIVER);
      return look(store, Channels.need(row, terms.id()), now, at);
    });
    return true;
  }

  private Kept kept(Voucher voucher) {
    return Channels.need(store.receiving(voucher.channel()), voucher.channel());
  }
}

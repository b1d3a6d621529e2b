package tally.ledger;

import java.util.UUID;
import tally.money.Holder;
import tally.x402.ChannelId;

/// The chart of accounts, sealed. A balance is what came in less what went out; only rim accounts,
/// where value enters and leaves the book, may go below zero.
public sealed interface Account {

  /// Stands where a lot would, in the path of what is of no lot.
  String OWN = "own";

  /// The one written form, by which an account is stored and found again (`of`).
  default String path() {
    return switch (this) {
      case Available(var owner, var lot) -> "available/" + owner + "/" + lot;
      case Frozen(var owner, var lot) -> "frozen/" + owner + "/" + lot;
      case Refunding(var owner, var lot) -> "refunding/" + owner + "/" + lot;
      case Power(var owner, var lot) -> "power/" + owner + "/" + lot;
      case Matured(var owner, var network) -> "power/" + owner + "/matured/" + network;
      case Spending(var owner, var channel) -> "power/" + owner + "/own/" + channel;
      case Releasing(var owner, var network) -> "power/" + owner + "/releasing/" + network;
      case Locked(var owner, var lot, var channel) -> "locked/" + owner + "/" + lot + "/" + channel;
      case LockedOwn(var owner, var channel) -> "locked/" + owner + "/own/" + channel;
      case Earned(var provider) -> "earned/" + provider;
      case Unpaid(var provider) -> "unpaid/" + provider;
      case Forgone(var provider) -> "forgone/" + provider;
      case Reserve(var network) -> "reserve/" + network;
      case Exchange() -> "exchange";
      case Capital() -> "capital";
      case Suspense(var about) -> "suspense/" + about;
      case GatewayReceivable(var gateway) -> "gateway-receivable/" + gateway;
      case DisputeHeld(var gateway) -> "dispute-held/" + gateway;
      case OnChain(var network) -> "on-chain/" + network;
      case Bank() -> "bank";
      case Loss() -> "loss";
      case GatewayFees(var gateway) -> "gateway-fees/" + gateway;
    };
  }

  /// Whether value enters or leaves the book here; every other account's floor is zero.
  default boolean rim() {
    return switch (this) {
      case GatewayReceivable _,
          DisputeHeld _,
          OnChain _,
          Bank _,
          Loss _,
          GatewayFees _,
          Forgone _ ->
          true;
      case Available _,
          Frozen _,
          Refunding _,
          Power _,
          Matured _,
          Spending _,
          Releasing _,
          Locked _,
          LockedOwn _,
          Earned _,
          Unpaid _,
          Reserve _,
          Exchange _,
          Capital _,
          Suspense _ ->
          false;
    };
  }

  /// Reads the written form; throws `IllegalArgumentException` where it names no account of this
  /// chart, or names one in other letters than `path` does.
  static Account of(String path) {
    var account = read(path);
    if (!account.path().equals(path)) {
      throw new IllegalArgumentException("not as an account is written: " + path);
    }
    return account;
  }

  private static Account read(String path) {
    var p = path.split("/", -1);
    return switch (p[0] + "#" + p.length) {
      case "available#3" -> new Available(new Holder(p[1]), lot(p[2]));
      case "frozen#3" -> new Frozen(new Holder(p[1]), lot(p[2]));
      case "refunding#3" -> new Refunding(new Holder(p[1]), lot(p[2]));
      case "power#3" -> new Power(new Holder(p[1]), lot(p[2]));
      case "power#4" -> own(p);
      case "locked#4" ->
          p[2].equals(OWN)
              ? new LockedOwn(new Holder(p[1]), ChannelId.of(p[3]))
              : new Locked(new Holder(p[1]), lot(p[2]), ChannelId.of(p[3]));
      case "earned#2" -> new Earned(new Holder(p[1]));
      case "unpaid#2" -> new Unpaid(new Holder(p[1]));
      case "forgone#2" -> new Forgone(new Holder(p[1]));
      case "reserve#2" -> new Reserve(p[1]);
      case "exchange#1" -> new Exchange();
      case "capital#1" -> new Capital();
      case "suspense#2" -> new Suspense(p[1]);
      case "gateway-receivable#2" -> new GatewayReceivable(p[1]);
      case "dispute-held#2" -> new DisputeHeld(p[1]);
      case "on-chain#2" -> new OnChain(p[1]);
      case "bank#1" -> new Bank();
      case "loss#1" -> new Loss();
      case "gateway-fees#2" -> new GatewayFees(p[1]);
      default -> throw new IllegalArgumentException("no such account: " + path);
    };
  }

  private static Account own(String[] p) {
    return switch (p[2]) {
      case "matured" -> new Matured(new Holder(p[1]), p[3]);
      case "releasing" -> new Releasing(new Holder(p[1]), p[3]);
      case OWN -> new Spending(new Holder(p[1]), ChannelId.of(p[3]));
      default -> throw new IllegalArgumentException("no such account: " + String.join("/", p));
    };
  }

  private static LotId lot(String text) {
    return new LotId(UUID.fromString(text));
  }

  /// A person's account, of one lot. A lot must be opened before anything is posted into it, and
  /// belongs to the account's owner.
  sealed interface OfLot extends Account {
    Holder owner();

    LotId lot();
  }

  /// A person's money, free to spend or to take back.
  record Available(Holder owner, LotId lot) implements OfLot {}

  /// A person's money while its payment is disputed.
  record Frozen(Holder owner, LotId lot) implements OfLot {}

  /// On its way back to the card that it came from.
  record Refunding(Holder owner, LotId lot) implements OfLot {}

  /// Tokens granted to a person and not in a channel.
  record Power(Holder owner, LotId lot) implements OfLot {}

  /// Tokens in the vault that are a person's own for good: no payment can be charged back for them
  /// any more, or the council decided for him. Of no lot, since no lot's fate reaches them.
  record Matured(Holder owner, String network) implements Account {
    public Matured {
      Word.check(network);
    }
  }

  /// Of a person's own tokens in the vault, what a purchase has taken for its channel and not
  /// drawn.
  record Spending(Holder owner, ChannelId channel) implements Account {}

  /// Of a person's own tokens in the vault, what is on its way to an address of his choice.
  record Releasing(Holder owner, String network) implements Account {
    public Releasing {
      Word.check(network);
    }
  }

  /// Tokens that a person's channel holds, not yet claimed.
  record Locked(Holder owner, LotId lot, ChannelId channel) implements OfLot {}

  /// Tokens that a person's channel holds, not yet claimed, and that were his own before: of no
  /// lot.
  record LockedOwn(Holder owner, ChannelId channel) implements Account {}

  /// Tokens that a provider of this node has claimed: at his own address, or waiting in the
  /// channels' contract to be paid out there.
  record Earned(Holder provider) implements Account {}

  /// What a provider of this node holds vouchers for and no chain will pay.
  record Unpaid(Holder provider) implements Account {}

  /// The processor's tokens, granted to nobody. The network is a short name, such as `fake`.
  record Reserve(String network) implements Account {
    public Reserve {
      Word.check(network);
    }
  }

  /// Money for which tokens were given.
  record Exchange() implements Account {}

  /// Money of the house's own.
  record Capital() implements Account {}

  /// Money that matches nothing yet.
  record Suspense(String about) implements Account {
    public Suspense {
      Word.check(about);
    }
  }

  /// Rim: below zero by what a gateway owes us.
  record GatewayReceivable(String gateway) implements Account {
    public GatewayReceivable {
      Word.check(gateway);
    }
  }

  /// Rim: below zero by what a gateway has taken for open disputes.
  record DisputeHeld(String gateway) implements Account {
    public DisputeHeld {
      Word.check(gateway);
    }
  }

  /// Rim: below zero by the tokens that this node's vault, channels and providers hold on a chain.
  record OnChain(String network) implements Account {
    public OnChain {
      Word.check(network);
    }
  }

  /// Rim: the processor's bank.
  record Bank() implements Account {}

  /// Rim: below zero by what the house lost.
  record Loss() implements Account {}

  /// Rim: below zero by what a provider served for vouchers that came too late. His loss, not the
  /// house's.
  record Forgone(Holder provider) implements Account {}

  /// Rim: below zero by what a gateway charged the house.
  record GatewayFees(String gateway) implements Account {
    public GatewayFees {
      Word.check(gateway);
    }
  }
}

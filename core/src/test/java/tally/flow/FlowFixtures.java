package tally.flow;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tally.custody.Approval;
import tally.escrow.Channel;
import tally.ledger.LotId;
import tally.market.Offering;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;
import tally.network.TransactionId;
import tally.payment.Dispute;
import tally.payment.Payment;
import tally.payment.PaymentId;
import tally.treasury.Grant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;

/// The persons and things of the flows' tests, readable as prose.
public final class FlowFixtures {

  static final Asset USD = new Asset("USD", 2);
  static final Asset TUSD = new Asset("TUSD", 6);
  static final Tenant HOUSE = Tenant.HOUSE;
  static final Holder ADA = new Holder("party:ada");
  static final Holder PROVIDER = new Holder("party:provider");
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Address SOMEBODY = new Address("0x" + "11".repeat(20));

  private FlowFixtures() {}

  static Amount usd(String decimal) {
    return ((Amount.Parsed.Good) Amount.parse(USD, decimal)).amount();
  }

  static Amount tusd(String decimal) {
    return ((Amount.Parsed.Good) Amount.parse(TUSD, decimal)).amount();
  }

  static FlowId flow(String name) {
    return new FlowId(Derived.id(name));
  }

  static LotId lot(String name) {
    return new LotId(Derived.id("lot " + name));
  }

  static TopUp.Data aTopUp(String amount) {
    return new TopUp.Data(
        flow("topup"), HOUSE, ADA, "card", usd(amount), URI.create("http://localhost/"));
  }

  static Payment.Captured captured(TopUp.Data topUp) {
    return new Payment.Captured(
        topUp.order(), "object", topUp.amount(), Optional.empty(), "card", true, true, NOW);
  }

  static Offering anOffering() {
    var tariff =
        new Tariff(
            new Price(tusd("0.10"), new Quantity(Unit.BYTE, 1L << 30)),
            new Quantity(Unit.BYTE, 1 << 20),
            new Quantity(Unit.BYTE, 4 << 20));
    return new Offering(
        new Offering.Id(Derived.id("offering")),
        HOUSE,
        PROVIDER,
        "Films",
        "http",
        Map.of("folder", "/srv/films"),
        tariff,
        "fake",
        URI.create("http://127.0.0.1:7071"),
        SOMEBODY,
        900,
        tusd("0.01"),
        Offering.State.PUBLISHED);
  }

  static Channel.Terms terms(Channel.Side side, Holder holder) {
    var config =
        new ChannelConfig(SOMEBODY, SOMEBODY, SOMEBODY, SOMEBODY, SOMEBODY, 900, Bytes32.ZERO);
    var id = ChannelId.of("0x" + "22".repeat(32));
    return new Channel.Terms(id, HOUSE, side, holder, "fake", config);
  }

  /// The same purchase, with draws of at most so much.
  public static Purchase.Data inSlicesOf(String slice, Purchase.Data data) {
    return like(data, data.own(), tusd(slice).units());
  }

  /// The same purchase, with so much of her own power spent before its parts.
  static Purchase.Data withOwn(Amount own, Purchase.Data data) {
    return like(data, own, data.slice());
  }

  private static Purchase.Data like(Purchase.Data data, Amount own, BigInteger slice) {
    return new Purchase.Data(
        data.id(),
        data.tenant(),
        data.buyer(),
        data.quote(),
        data.offering(),
        data.terms(),
        own,
        data.parts(),
        slice,
        data.holdsUntil());
  }

  /// A purchase that only her own power pays.
  static Purchase.Data aPurchaseWithoutMoney(Amount own) {
    var data = withOwn(own, aPurchase("1.00"));
    return new Purchase.Data(
        data.id(),
        data.tenant(),
        data.buyer(),
        data.quote(),
        data.offering(),
        data.terms(),
        data.own(),
        List.of(),
        data.slice(),
        data.holdsUntil());
  }

  /// A purchase paid by as many lots as amounts are given; one dollar buys one token. Its slice is
  /// larger than any of them.
  public static Purchase.Data aPurchase(String... amounts) {
    var parts = new java.util.ArrayList<Purchase.Part>();
    for (int i = 0; i < amounts.length; i++) {
      parts.add(
          new Purchase.Part(
              lot("" + i),
              usd(amounts[i]),
              tusd(amounts[i]),
              new Grant.Id(Derived.id("grant " + i))));
    }
    return new Purchase.Data(
        flow("purchase"),
        HOUSE,
        ADA,
        new UUID(0, 7),
        anOffering(),
        terms(Channel.Side.PAYER, ADA),
        Amount.zero(TUSD),
        List.copyOf(parts),
        tusd("1000.00").units(),
        NOW.plusSeconds(600));
  }

  /// A release of so much to somebody's address.
  static Releasing.Data aRelease(String amount) {
    return aRelease("release", "fake", amount);
  }

  public static Releasing.Data aRelease(String name, String network, String amount) {
    return new Releasing.Data(
        flow(name),
        HOUSE,
        ADA,
        network,
        new Address("0x" + "22".repeat(20)),
        SOMEBODY,
        tusd(amount),
        new Approval.StepUp(Derived.id("ada"), flow(name).value(), "password", NOW),
        NOW.plusSeconds(600));
  }

  static Grant.Order grantOf(Purchase.Part part) {
    return new Grant.Order(
        part.grant(),
        HOUSE,
        ADA,
        SOMEBODY,
        part.lot().value(),
        "fake",
        part.tokens(),
        Bytes32.ZERO,
        NOW);
  }

  static Signal granted(Purchase.Part part) {
    return new Signal.GrantMoved(new Grant.Granted(grantOf(part), BigInteger.ZERO));
  }

  static Signal reclaimed(Purchase.Part part, String tokens) {
    return new Signal.PowerReclaimed(
        new Grant.Granted(grantOf(part), BigInteger.ZERO),
        tusd(tokens).units(),
        new TransactionId(part.grant().value()));
  }

  static Signal claimed(Purchase.Data data, String amount) {
    return new Signal.ChannelClaimed(
        data.channel(), Channel.Side.PAYER, tusd(amount).units(), tusd(amount).units(), "0xc1");
  }

  static Signal refunded(Purchase.Data data, String amount) {
    return new Signal.ChannelRefunded(
        data.channel(), Channel.Side.PAYER, tusd(amount).units(), "0xc2");
  }

  public static Dispute.Case aCase(String amount, String fee) {
    return new Dispute.Case(
        new Dispute.Id(Derived.id("dispute")),
        HOUSE,
        new PaymentId(Derived.id("payment")),
        "card",
        "dp_1",
        usd(amount),
        usd(fee),
        true,
        "fraudulent",
        Optional.empty(),
        NOW);
  }
}

package tally.market.internal;

import java.math.BigInteger;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import tally.market.Offering;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

/// Offerings and vouchers for the tests of this room.
final class Fixtures {

  static final Asset TUSD = Asset.of("TUSD/6");
  static final Address SELLER = new Address("0x" + "5e".repeat(20));
  static final ChannelConfig CONFIG =
      new ChannelConfig(
          new Address("0x" + "0a".repeat(20)),
          new Address("0x" + "0b".repeat(20)),
          SELLER,
          SELLER,
          new Address("0x" + "0c".repeat(20)),
          900,
          Bytes32.ZERO);
  static final ChannelId CHANNEL = ChannelId.of("0x" + "c1".repeat(32));

  private Fixtures() {}

  static Offering anOffering(URI endpoint) {
    var tariff =
        new Tariff(
            new Price(Amount.of(TUSD, 100_000), new Quantity(Unit.BYTE, 1_073_741_824)),
            new Quantity(Unit.BYTE, 1_048_576),
            new Quantity(Unit.BYTE, 4_194_304));
    return new Offering(
        new Offering.Id(UUID.randomUUID()),
        Tenant.HOUSE,
        new Holder("party:sam"),
        "Films",
        "http",
        Map.of("folder", "/srv/films"),
        tariff,
        "fake",
        endpoint,
        SELLER,
        900,
        Amount.of(TUSD, 1_000),
        Offering.State.DRAFT);
  }

  static Voucher aVoucher(long max) {
    return new Voucher(CHANNEL, BigInteger.valueOf(max), new Signature("0x" + "ab".repeat(65)));
  }
}

package tally.bench;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tally.x402.Address;
import tally.x402.BatchPayload;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Headers;
import tally.x402.PaymentPayload;
import tally.x402.PaymentRequirements;
import tally.x402.Settlement;
import tally.x402.Signature;
import tally.x402.TypedData;
import tally.x402.Voucher;

/// A voucher as a payer sends it, signed by the first of anvil's well-known test keys.
final class VoucherSample {

  private static final byte[] KEY =
      HexFormat.of().parseHex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
  private static final Settlement PLACE = new Settlement(31337, Settlement.OFFICIAL);

  final TypedData typed = new TypedData(PLACE);
  final BigInteger total = BigInteger.valueOf(1_234_567);
  final ChannelId channel;
  final byte[] digest;
  final Signature signature;
  final String header;

  VoucherSample() {
    var curve = Curve.fastest();
    var payer = curve.address(KEY);
    var receiver = address(7);
    var token = address(9);
    var config = new ChannelConfig(payer, payer, receiver, receiver, token, 900, salt());
    channel = typed.channelId(config);
    digest = typed.voucher(channel, total).bytes();
    signature = curve.sign(digest, KEY);
    var spend = new BatchPayload.Spend(config, new Voucher(channel, total, signature));
    var accepted =
        new PaymentRequirements(
            "batch-settlement",
            PLACE.network(),
            BigInteger.TEN,
            token.checksummed(),
            receiver.checksummed(),
            60,
            Map.of("name", "Test token", "version", "1"));
    header =
        Headers.encode(new PaymentPayload(Optional.empty(), accepted, spend.written(), Map.of()));
  }

  private static Address address(int last) {
    var bytes = new byte[20];
    bytes[19] = (byte) last;
    return Address.of(bytes);
  }

  private static Bytes32 salt() {
    return Bytes32.of(new byte[32]);
  }

  /// The 32-byte words that a voucher's digest is made of, besides its domain.
  List<byte[]> words() {
    return List.of(new byte[32], channel.value().bytes(), TypedData.word(total));
  }
}

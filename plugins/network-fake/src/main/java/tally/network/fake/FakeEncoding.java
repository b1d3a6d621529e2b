package tally.network.fake;

import java.math.BigInteger;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Signature;
import tally.x402.TypedData;

/// Transactions as canonical JSON; statements as the EIP-712 digests of the settlement contract and
/// of the vault.
final class FakeEncoding implements Encoding {

  private static final TypedData CHANNELS = new TypedData(Genesis.SETTLEMENT);

  @Override
  public Unsigned encode(Intent.Call call, Address sender, BigInteger nonce, Fee fee) {
    var body = new FakeTransaction.Body(Genesis.NETWORK, sender, nonce, fee, call);
    var bytes = FakeTransaction.unsigned(body);
    return new Unsigned(bytes, FakeTransaction.digest(bytes));
  }

  @Override
  public Signed assemble(Unsigned unsigned, Signature signature) {
    var body = FakeWire.read(FakeTransaction.Body.class, unsigned.bytes());
    var whole = FakeTransaction.of(body, signature);
    return new Signed(whole.bytes(), whole.hash());
  }

  @Override
  public Bytes32 digest(Intent.Statement statement) {
    return switch (statement) {
      case Intent.SignVoucher(var channel, var most) -> CHANNELS.voucher(channel, most);
      case Intent.SignRefund(var channel, var nonce, var amount) ->
          CHANNELS.refund(channel, nonce, amount);
      case Intent.SignClaims(var rows) ->
          CHANNELS.claims(rows.stream().map(FakeEncoding::entry).toList());
      case Intent.SignDraw(var channel, var total) -> VaultTypedData.draw(channel, total);
      case Intent.SignSurrender(var payment, var rest) -> VaultTypedData.surrender(payment, rest);
      case Intent.SignRelease(var to, var total) -> VaultTypedData.release(to, total);
      case Intent.SignAppeal(var payment, var frozenAt) -> VaultTypedData.appeal(payment, frozenAt);
    };
  }

  private static TypedData.ClaimEntry entry(Intent.ClaimRow row) {
    return new TypedData.ClaimEntry(
        CHANNELS.channelId(row.channel()), row.voucher().maxClaimable(), row.totalClaimed());
  }
}

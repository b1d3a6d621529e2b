package tally.network.evm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.TransactionEncoder;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;
import tally.x402.Keccak;
import tally.x402.Signature;
import tally.x402.TypedData;

/// Transactions of type 2 (EIP-1559); statements as the EIP-712 digests of the settlement contract
/// and of the vault.
final class EvmEncoding implements Encoding {

  private final Places places;
  private final CallData calls;
  private final TypedData channels;
  private final Optional<VaultTypedData> vault;

  EvmEncoding(Places places) {
    this.places = places;
    this.calls = new CallData(places);
    this.channels = new TypedData(places.settlement());
    this.vault =
        places.vault().map(it -> new VaultTypedData(places.settlement().chainId(), it.address()));
  }

  @Override
  public Unsigned encode(Intent.Call call, Address sender, BigInteger nonce, Fee fee) {
    var target = calls.of(call);
    var bytes =
        TransactionEncoder.encode(
            RawTransaction.createTransaction(
                places.settlement().chainId(),
                nonce,
                fee.limit(),
                target.to().hex(),
                BigInteger.ZERO,
                Hex.of(target.data()),
                fee.priority(),
                fee.maxFee()));
    return new Unsigned(bytes, Bytes32.of(Keccak.hash(bytes)));
  }

  @Override
  public Signed assemble(Unsigned unsigned, Signature signature) {
    var parts = signature.bytes();
    var said =
        new Sign.SignatureData(
            parts[64], Arrays.copyOfRange(parts, 0, 32), Arrays.copyOfRange(parts, 32, 64));
    var bytes =
        TransactionEncoder.encode(TransactionDecoder.decode(Hex.of(unsigned.bytes())), said);
    return new Signed(bytes, Bytes32.of(Keccak.hash(bytes)));
  }

  @Override
  public Bytes32 digest(Intent.Statement statement) {
    return switch (statement) {
      case Intent.SignVoucher(var channel, var most) -> channels.voucher(channel, most);
      case Intent.SignRefund(var channel, var nonce, var amount) ->
          channels.refund(channel, nonce, amount);
      case Intent.SignClaims(var rows) -> channels.claims(rows.stream().map(this::entry).toList());
      case Intent.SignDraw(var channel, var total) -> vault().draw(channel, total);
      case Intent.SignSurrender(var payment, var rest) -> vault().surrender(payment, rest);
      case Intent.SignRelease(var to, var total) -> vault().release(to, total);
      case Intent.SignAppeal(var payment, var frozenAt) -> vault().appeal(payment, frozenAt);
    };
  }

  private TypedData.ClaimEntry entry(Intent.ClaimRow row) {
    return new TypedData.ClaimEntry(
        channels.channelId(row.channel()), row.voucher().maxClaimable(), row.totalClaimed());
  }

  private VaultTypedData vault() {
    return vault.orElseThrow(() ->
        new IllegalArgumentException("there is no vault on " + places.settlement().network()));
  }
}

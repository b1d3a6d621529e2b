package tally.custody;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import tally.Json;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;
import tally.x402.Keccak;
import tally.x402.Signature;

/// A network that writes everything down as plain JSON.
public final class PlainEncoding implements Encoding {

  /// What this network broadcasts.
  public record Plain(Intent call, Address sender, BigInteger nonce, Fee fee, String signature) {}

  /// Reads a broadcast form back.
  public static Plain read(byte[] signed) {
    return Json.read(Plain.class, new String(signed, StandardCharsets.UTF_8));
  }

  @Override
  public Unsigned encode(Intent.Call call, Address sender, BigInteger nonce, Fee fee) {
    var bytes = write(new Plain(call, sender, nonce, fee, ""));
    return new Unsigned(bytes, Bytes32.of(Keccak.hash(bytes)));
  }

  @Override
  public Signed assemble(Unsigned unsigned, Signature signature) {
    var plain = read(unsigned.bytes());
    var bytes =
        write(new Plain(plain.call(), plain.sender(), plain.nonce(), plain.fee(), signature.hex()));
    return new Signed(bytes, hash(bytes));
  }

  @Override
  public Bytes32 digest(Intent.Statement statement) {
    return Bytes32.of(
        Keccak.hash(Json.write(Intent.class, statement).getBytes(StandardCharsets.UTF_8)));
  }

  public static Bytes32 hash(byte[] signed) {
    return Bytes32.of(Keccak.hash(Hex.of(signed).getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] write(Plain plain) {
    return Json.write(Plain.class, plain).getBytes(StandardCharsets.UTF_8);
  }
}

package tally.escrow.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static tally.escrow.internal.EscrowFixture.CURVE;
import static tally.escrow.internal.EscrowFixture.TYPED;

import java.util.ArrayList;
import java.util.List;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.escrow.Channels;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Keccak;
import tally.x402.TypedData;

/// Signs whatever is asked, until it is told to refuse.
final class FakeKeys implements Channels.Signer {
  final List<Intent.Statement> signed = new ArrayList<>();
  boolean refusing;

  byte[] secret(KeyRef key) {
    return Keccak.hash(key.toString().getBytes(UTF_8));
  }

  @Override
  public Address address(KeyRef key) {
    return CURVE.address(secret(key));
  }

  @Override
  public synchronized Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
    if (refusing) {
      return new Signing.Refused("above_ceiling", "The approval covers less.");
    }
    signed.add(statement);
    var digest =
        switch (statement) {
          case Intent.SignVoucher(var id, var max) -> TYPED.voucher(id, max);
          case Intent.SignDraw(var id, var total) ->
              Bytes32.of(Keccak.hash(id.value().bytes(), TypedData.word(total)));
          default -> throw new AssertionError("not for escrow to sign: " + statement);
        };
    return new Signing.SignedStatement(CURVE.sign(digest.bytes(), secret(key)));
  }
}

package tally.network.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tally.custody.port.Encoding;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.Receipt;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Curve;
import tally.x402.Keccak;
import tally.x402.Signature;

/// Who plays in the network family's tests, and what they can do.
public abstract class NetworkScene {

  protected static final Curve CURVE = Curve.fastest();

  /// A key by its owner's name.
  public record Actor(String name) {
    byte[] key() {
      return Keccak.hash(name.getBytes(StandardCharsets.UTF_8));
    }

    public Address address() {
      return CURVE.address(key());
    }

    Signature sign(Bytes32 digest) {
      return CURVE.sign(digest.bytes(), key());
    }
  }

  protected static final Actor TREASURY = new Actor("treasury");
  protected static final Actor OPERATOR = new Actor("operator");
  protected static final Actor COUNCIL = new Actor("council");
  protected static final Actor USER = new Actor("user");
  protected static final Actor SELLER = new Actor("seller");
  protected static final Actor AUTHORIZER = new Actor("authorizer");
  protected static final Actor STRANGER = new Actor("stranger");

  protected NetworkStage stage;
  protected Chain chain;
  protected Encoding encoding;

  protected abstract NetworkStage open();

  @BeforeEach
  void raiseTheCurtain() {
    stage = open();
    stage.appoint(TREASURY.address(), OPERATOR.address(), COUNCIL.address());
    chain = stage.network().chain();
    encoding = stage.network().encoding();
    for (var actor : new Actor[] {TREASURY, OPERATOR, USER, SELLER, STRANGER, COUNCIL}) {
      stage.deal(actor.address(), n(1_000));
    }
  }

  @AfterEach
  void dropTheCurtain() {
    if (stage != null) { // a test may be skipped before it has one
      stage.close();
    }
  }

  protected static BigInteger n(long units) {
    return BigInteger.valueOf(units);
  }

  protected Encoding.Signed signed(Actor by, Intent.Call call, BigInteger nonce, Fee fee) {
    var unsigned = encoding.encode(call, by.address(), nonce, fee);
    return encoding.assemble(unsigned, by.sign(unsigned.digest()));
  }

  protected Encoding.Signed signed(Actor by, Intent.Call call) {
    return signed(by, call, chain.nonce(by.address()), chain.fee(0));
  }

  protected Signature statement(Actor by, Intent.Statement statement) {
    return by.sign(encoding.digest(statement));
  }

  protected Bytes32 broadcast(Encoding.Signed signed) {
    assertThat(chain.broadcast(signed.bytes())).isEqualTo(new Broadcast.Accepted());
    return signed.hash();
  }

  /// Sends and includes.
  protected Receipt act(Actor by, Intent.Call call) {
    var hash = broadcast(signed(by, call));
    stage.mine(1);
    return chain.receipt(hash).orElseThrow();
  }

  protected Receipt does(Actor by, Intent.Call call) {
    var receipt = act(by, call);
    assertThat(receipt.reason()).as("%s", call).isEmpty();
    assertThat(receipt.success()).isTrue();
    return receipt;
  }

  protected void isRefused(Actor by, Intent.Call call, String reason) {
    var receipt = act(by, call);
    assertThat(receipt.success()).as("%s", call).isFalse();
    assertThat(receipt.reason()).isEqualTo(reason);
  }
}

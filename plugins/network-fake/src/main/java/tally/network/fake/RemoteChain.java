package tally.network.fake;

import java.math.BigInteger;
import java.util.Optional;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.network.port.Chain;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;
import tools.jackson.databind.JsonNode;

final class RemoteChain implements Chain {

  private static final BigInteger LIMIT = BigInteger.valueOf(1_000_000);

  /// Beyond this many bumps the fee grows no more: 1.25^64 is a million times the first.
  private static final int BUMPS_MAX = 64;

  private final FakeRpc rpc;
  private final int confirmations;

  RemoteChain(FakeRpc rpc, int confirmations) {
    this.rpc = rpc;
    this.confirmations = confirmations;
  }

  @Override
  public Facts facts() {
    var read = rpc.ask("chain_facts");
    var genesis = new Bytes32(read.required("genesis").asString());
    return new Facts(read.required("network").asString(), genesis, confirmations);
  }

  @Override
  public Block head() {
    return FakeWire.read(Block.class, rpc.ask("chain_head"));
  }

  @Override
  public Optional<Block> block(long number) {
    var read = rpc.ask("chain_block", FakeWire.object().put("number", number));
    return optional(Block.class, read);
  }

  @Override
  public BigInteger nonce(Address sender) {
    var read = rpc.ask("chain_nonce", FakeWire.object().put("address", sender.hex()));
    return FakeWire.number(read.asString());
  }

  /// Transactions cost nothing here, so everybody can pay for everything.
  @Override
  public BigInteger funds(Address sender) {
    return BigInteger.ONE.shiftLeft(128);
  }

  /// A quarter more for each bump, where the chain wants a tenth. Half as much again as the floor
  /// at first, so that a small rise does not hold it back.
  @Override
  public Fee fee(int bumps) {
    var fee = FakeWire.number(rpc.ask("chain_fee").asString());
    fee = fee.multiply(BigInteger.valueOf(3)).shiftRight(1);
    for (int i = 0; i < Math.min(bumps, BUMPS_MAX); i++) {
      fee = fee.multiply(BigInteger.valueOf(5)).shiftRight(2).add(BigInteger.ONE);
    }
    return new Fee(fee, BigInteger.ONE, LIMIT);
  }

  @Override
  public Simulated simulate(Intent.Call call, Address sender) {
    var asked = FakeWire.object().put("sender", sender.hex());
    asked.set("call", FakeWire.node(Intent.Call.class, call));
    var reason = rpc.ask("chain_simulate", asked).asString();
    return reason.isEmpty() ? new Simulated.Passes(LIMIT) : new Simulated.Reverts(reason);
  }

  @Override
  public Broadcast broadcast(byte[] signed) {
    try {
      var read = rpc.send("chain_send", FakeWire.object().put("signed", Hex.of(signed)));
      return FakeWire.read(Broadcast.class, read);
    } catch (FakeRpc.Unanswered lost) {
      return new Broadcast.Unknown(String.valueOf(lost.getMessage()));
    }
  }

  @Override
  public Optional<Receipt> receipt(Bytes32 hash) {
    var read = rpc.ask("chain_receipt", FakeWire.object().put("hash", hash.hex()));
    return optional(Receipt.class, read);
  }

  @Override
  public boolean pending(Bytes32 hash) {
    return rpc.ask("chain_pending", FakeWire.object().put("hash", hash.hex())).asBoolean();
  }

  /// Events are read at most 1000 blocks a call.
  static void span(long from, long to) {
    if (to - from >= 1000) {
      throw new IllegalArgumentException("at most 1000 blocks a call: " + from + " to " + to);
    }
  }

  static <T> Optional<T> optional(Class<T> type, JsonNode read) {
    return read.isNull() ? Optional.empty() : Optional.of(FakeWire.read(type, read));
  }
}

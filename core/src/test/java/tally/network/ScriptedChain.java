package tally.network;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tally.custody.PlainEncoding;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.network.port.Chain;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Keccak;

/// A chain that does what the test says: it mines when told, reorganises, forgets, wants higher
/// fees, answers nothing.
final class ScriptedChain implements Chain {

  /// @param included bytes by hash
  /// @param strangers how many transactions of each sender it includes that the node under test did
  ///   not sign
  private record Mined(
      Block block, Map<Bytes32, byte[]> included, Map<Address, BigInteger> strangers) {}

  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
  private final List<Mined> blocks = new ArrayList<>();
  private final Map<Bytes32, byte[]> pool = new LinkedHashMap<>();
  private final Deque<Broadcast> script = new ArrayDeque<>();
  private final int confirmations;
  private String genesis;
  private int fork;
  private boolean unavailable;
  private boolean disagreeing;
  private boolean poolHidden;
  private BigInteger funds = BigInteger.valueOf(1_000_000);
  private Simulated simulated = new Simulated.Passes(BigInteger.TEN);
  private BigInteger floor = BigInteger.ZERO;
  private BigInteger minersFloor = BigInteger.ZERO;

  /// Every broadcast, in order.
  final List<byte[]> sent = new ArrayList<>();

  ScriptedChain(String genesis, int confirmations) {
    this.genesis = genesis;
    this.confirmations = confirmations;
    append(Map.of(), Map.of());
  }

  // What the test does.

  synchronized void mine() {
    var included = new LinkedHashMap<Bytes32, byte[]>();
    boolean found = true;
    while (found) {
      found = false;
      for (var entry : List.copyOf(pool.entrySet())) {
        var plain = PlainEncoding.read(entry.getValue());
        var next = nonceWith(plain.sender(), included);
        if (plain.nonce().equals(next) && plain.fee().maxFee().compareTo(minersFloor) >= 0) {
          included.put(entry.getKey(), entry.getValue());
          pool.remove(entry.getKey());
          found = true;
        } else if (plain.nonce().compareTo(next) < 0) {
          pool.remove(entry.getKey());
        }
      }
    }
    append(included, Map.of());
  }

  synchronized void mine(int count) {
    for (int i = 0; i < count; i++) {
      mine();
    }
  }

  /// Mines another transaction of this sender, which the node under test did not sign.
  synchronized void mineStranger(Address sender) {
    append(Map.of(), Map.of(sender, BigInteger.ONE));
  }

  /// Replaces the last blocks by as many and one more empty ones; what they included is in the pool
  /// again.
  synchronized void reorganise(int depth) {
    fork++;
    for (int i = 0; i < depth; i++) {
      pool.putAll(blocks.removeLast().included());
    }
    for (int i = 0; i <= depth; i++) {
      append(Map.of(), Map.of());
    }
  }

  synchronized void forgetPool() {
    pool.clear();
  }

  /// Another chain takes this one's place.
  synchronized void beginAnew(String otherGenesis) {
    genesis = otherGenesis;
    blocks.clear();
    pool.clear();
    append(Map.of(), Map.of());
  }

  synchronized void answerNext(Broadcast answer) {
    script.add(answer);
  }

  synchronized void unavailable(boolean now) {
    unavailable = now;
  }

  /// From now on nobody is told what waits.
  synchronized void hidePool() {
    poolHidden = true;
  }

  /// Its endpoints contradict each other about blocks.
  synchronized void disagreeing(boolean now) {
    disagreeing = now;
  }

  /// What everybody has for fees.
  synchronized void funds(long units) {
    funds = BigInteger.valueOf(units);
  }

  /// What every call would do from now on.
  synchronized void foretell(Simulated next) {
    simulated = next;
  }

  /// What the pool asks at least.
  synchronized void floor(long maxFee) {
    floor = BigInteger.valueOf(maxFee);
  }

  /// What miners ask at least.
  synchronized void minersFloor(long maxFee) {
    minersFloor = BigInteger.valueOf(maxFee);
  }

  synchronized List<byte[]> included() {
    return blocks.stream().flatMap(mined -> mined.included().values().stream()).toList();
  }

  // What the node under test asks.

  @Override
  public synchronized Facts facts() {
    asked();
    return new Facts("plain:1", hash("genesis " + genesis), confirmations);
  }

  @Override
  public synchronized Block head() {
    asked();
    return blocks.getLast().block();
  }

  @Override
  public synchronized Optional<Block> block(long number) {
    asked();
    if (disagreeing) {
      throw new ChainDisagrees("block " + number);
    }
    return number < blocks.size()
        ? Optional.of(blocks.get((int) number).block())
        : Optional.empty();
  }

  @Override
  public synchronized BigInteger nonce(Address sender) {
    asked();
    return nonceWith(sender, Map.of());
  }

  @Override
  public synchronized BigInteger funds(Address sender) {
    asked();
    return funds;
  }

  @Override
  public synchronized Fee fee(int bumps) {
    asked();
    return new Fee(BigInteger.valueOf(10L + bumps), BigInteger.ONE, BigInteger.TEN);
  }

  @Override
  public synchronized Simulated simulate(Intent.Call call, Address sender) {
    asked();
    return simulated;
  }

  @Override
  public synchronized Broadcast broadcast(byte[] signed) {
    asked();
    sent.add(signed);
    var scripted = script.poll();
    if (scripted != null) {
      return scripted;
    }
    var hash = PlainEncoding.hash(signed);
    var plain = PlainEncoding.read(signed);
    if (pool.containsKey(hash)) {
      return new Broadcast.Accepted();
    }
    if (plain.nonce().compareTo(nonce(plain.sender())) < 0) {
      return new Broadcast.Rejected("nonce_too_low");
    }
    var rivals =
        pool.entrySet().stream()
            .filter(entry -> rival(PlainEncoding.read(entry.getValue()), plain))
            .toList();
    boolean outbid =
        rivals.stream()
            .anyMatch(r ->
                PlainEncoding.read(r.getValue()).fee().maxFee().compareTo(plain.fee().maxFee())
                    >= 0);
    if (outbid || plain.fee().maxFee().compareTo(floor) < 0) {
      return new Broadcast.Rejected("fee_too_low");
    }
    rivals.forEach(rival -> pool.remove(rival.getKey()));
    pool.put(hash, signed);
    return new Broadcast.Accepted();
  }

  @Override
  public synchronized Optional<Receipt> receipt(Bytes32 hash) {
    asked();
    return blocks.stream()
        .filter(mined -> mined.included().containsKey(hash))
        .map(mined -> new Receipt(hash, mined.block().number(), mined.block().hash(), true, ""))
        .findFirst();
  }

  @Override
  public synchronized boolean pending(Bytes32 hash) {
    asked();
    return !poolHidden && pool.containsKey(hash);
  }

  private static boolean rival(PlainEncoding.Plain one, PlainEncoding.Plain other) {
    return one.sender().equals(other.sender()) && one.nonce().equals(other.nonce());
  }

  private BigInteger nonceWith(Address sender, Map<Bytes32, byte[]> more) {
    var nonce = BigInteger.ZERO;
    for (var mined : blocks) {
      nonce =
          nonce
              .add(mined.strangers().getOrDefault(sender, BigInteger.ZERO))
              .add(of(sender, mined.included()));
    }
    return nonce.add(of(sender, more));
  }

  private static BigInteger of(Address sender, Map<Bytes32, byte[]> included) {
    return BigInteger.valueOf(
        included.values().stream()
            .filter(bytes -> PlainEncoding.read(bytes).sender().equals(sender))
            .count());
  }

  private void append(Map<Bytes32, byte[]> included, Map<Address, BigInteger> strangers) {
    long number = blocks.size();
    var parent = blocks.isEmpty() ? Bytes32.ZERO : blocks.getLast().block().hash();
    var hash = hash(genesis + "/" + fork + "/" + number);
    blocks.add(
        new Mined(new Block(number, hash, parent, START.plusSeconds(number)), included, strangers));
  }

  private void asked() {
    if (unavailable) {
      throw new ChainUnavailable("the test says so");
    }
  }

  private static Bytes32 hash(String text) {
    return Bytes32.of(Keccak.hash(text.getBytes(StandardCharsets.UTF_8)));
  }
}

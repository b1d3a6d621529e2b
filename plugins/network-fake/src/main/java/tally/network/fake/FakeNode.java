package tally.network.fake;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import tally.custody.port.Intent;
import tally.escrow.port.Channels;
import tally.network.fake.Journal.Act;
import tally.network.fake.Journal.Line;
import tally.network.fake.Journal.Written;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.Receipt;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Curve;
import tally.x402.Hex;
import tally.x402.Keccak;

/// The chain itself: the longest line of blocks, the pool, and the faults. One lock; everything
/// that the outside may rely on is in the journal first.
final class FakeNode implements AutoCloseable {

  /// A transaction that waited for so many blocks is forgotten.
  private static final int WAIT_MAX = 600;

  private record Mined(
      Block block,
      Written written,
      List<Receipt> receipts,
      List<Channels.Event> channelEvents,
      List<Grants.Event> vaultEvents) {}

  private final Genesis genesis;
  private final Faults faults;
  private final int confirmations;
  private final InstantSource clock;
  private final Curve curve;
  private final Optional<Journal> journal;
  private final World world;
  private final Pool pool = new Pool();
  private final List<Mined> blocks = new ArrayList<>();
  private final Map<Bytes32, Receipt> receipts = new HashMap<>();
  private Duration ahead = Duration.ZERO;
  private BigInteger floor = Faults.usualFloor();
  private BigInteger floorAsked = Faults.usualFloor();
  private long floorUntil;
  private long forks;
  private long busyBlock;

  /// Opens the chain of a store, or begins one. Throws where the store was born under another
  /// genesis.
  FakeNode(FakeChain.Options options, Curve curve) {
    this.genesis = options.genesis();
    this.faults = options.faults();
    this.confirmations = options.confirmations();
    this.clock = options.clock();
    this.curve = curve;
    this.world = new World(genesis, curve);
    var old = new ArrayList<Line>();
    this.journal = options.store().map(folder -> Journal.open(folder, old));
    var zero = new Block(0, genesis.hash(), Bytes32.ZERO, Instant.EPOCH);
    var first = new Written(Instant.EPOCH, 0, List.of());
    blocks.add(new Mined(zero, first, List.of(), List.of(), List.of()));
    try {
      replay(old);
    } catch (RuntimeException wrong) {
      journal.ifPresent(Journal::close);
      throw wrong;
    }
  }

  private void replay(List<Line> old) {
    if (old.isEmpty()) {
      journal.ifPresent(file -> file.write(new Line.Born(genesis)));
    }
    for (var line : old) {
      switch (line) {
        case Line.Born born -> {
          if (!born.genesis().equals(genesis)) {
            throw new IllegalStateException("the store holds another chain: " + born.genesis());
          }
        }
        case Line.Step step -> {
          for (int i = 0; i < step.rewind(); i++) {
            takeBack();
          }
          step.blocks().forEach(this::append);
        }
      }
    }
    // Time never runs back, also where the clock had been moved ahead.
    var lead = Duration.between(clock.instant(), head().time());
    ahead = lead.isPositive() ? lead : Duration.ZERO;
  }

  synchronized Block head() {
    return blocks.getLast().block();
  }

  synchronized Optional<Block> block(long number) {
    boolean known = number >= 0 && number < blocks.size();
    return known ? Optional.of(blocks.get((int) number).block()) : Optional.empty();
  }

  synchronized Optional<Receipt> receipt(Bytes32 hash) {
    return Optional.ofNullable(receipts.get(hash));
  }

  synchronized boolean pending(Bytes32 hash) {
    return pool.holds(hash);
  }

  /// The fee that is usually enough; it follows a floor that was asked for, but not a passing
  /// spike.
  synchronized BigInteger feeHint() {
    return floorAsked.max(Faults.usualFloor());
  }

  /// Reads the state of the newest block, undisturbed.
  synchronized <T> T read(Function<World, T> reader) {
    return reader.apply(world);
  }

  synchronized List<Channels.Event> channelEvents(long from, long to) {
    return between(from, to).stream().flatMap(mined -> mined.channelEvents().stream()).toList();
  }

  synchronized List<Grants.Event> vaultEvents(long from, long to) {
    return between(from, to).stream().flatMap(mined -> mined.vaultEvents().stream()).toList();
  }

  private List<Mined> between(long from, long to) {
    if (to - from >= 1000) {
      throw new IllegalArgumentException("at most 1000 blocks a call");
    }
    int first = (int) Math.clamp(from, 0, blocks.size());
    int after = (int) Math.clamp(to + 1, first, blocks.size());
    return blocks.subList(first, after);
  }

  synchronized Broadcast send(byte[] signed) {
    var read = FakeTransaction.read(signed, curve);
    if (read.isEmpty()) {
      return new Broadcast.Rejected("bad_signature");
    }
    var transaction = read.get();
    if (pool.holds(transaction.hash()) || receipts.containsKey(transaction.hash())) {
      return new Broadcast.Accepted();
    }
    var body = transaction.body();
    if (body.nonce().compareTo(world.nonce(body.sender())) < 0) {
      return new Broadcast.Rejected("nonce_too_low");
    }
    return pool.add(transaction, head().number())
        .<Broadcast>map(Broadcast.Rejected::new)
        .orElseGet(Broadcast.Accepted::new);
  }

  /// What a call would do in the next block, after what the pool holds of its sender: the revert's
  /// name, or the empty text.
  synchronized String tried(Intent.Call call, Address sender) {
    var storage = world.storage();
    int mark = storage.mark();
    try {
      for (var before : pool.of(sender)) {
        world.act(turn(before), before.body().call());
      }
      var unsent = Bytes32.ZERO;
      return world.act(turn(sender, unsent), call);
    } finally {
      storage.back(mark);
    }
  }

  private Turn turn(FakeTransaction sent) {
    return turn(sent.body().sender(), sent.hash());
  }

  private Turn turn(Address sender, Bytes32 hash) {
    return new Turn(sender, now(), head().number() + 1, hash, new ArrayList<>(), new ArrayList<>());
  }

  /// The time of a block, were it made now.
  synchronized Instant now() {
    var now = clock.instant().plus(ahead).truncatedTo(ChronoUnit.MILLIS);
    return now.isAfter(head().time()) ? now : head().time();
  }

  /// One block more, after whatever mischief the seed has for this height.
  synchronized Block mine() {
    var chance = chance();
    if (faults != Faults.NONE) {
      if (faults.drops(chance) && pool.size() > 0) {
        pool.drop(pool.hashes().get(chance.nextInt(pool.size())));
      }
      if (head().number() >= floorUntil) {
        floor = faults.floor(chance).max(floorAsked);
        floorUntil = head().number() + faults.floorBlocks(chance);
      }
      int depth = faults.rewinds(chance, confirmations);
      if (depth > 0) {
        return reorganise(depth);
      }
    }
    return step(List.of());
  }

  /// Whether blocks should come fast: something waits, or the last transaction is not yet deep.
  synchronized boolean busy() {
    return pool.size() > 0 || head().number() < busyBlock + 4L * confirmations;
  }

  synchronized Block deal(Address address, BigInteger units) {
    return step(List.of(new Act.Deal(address, units)));
  }

  /// Names treasury, operator and council for the first time; the same again is the first answer.
  synchronized Block found(Slot.Appointment appointment) {
    var now = world.vault().appointment();
    if (now.isPresent() && !now.get().equals(appointment)) {
      throw new IllegalStateException("the vault has its treasury and operator");
    }
    return now.isPresent() ? head() : step(List.of(new Act.Found(appointment)));
  }

  synchronized void drop(Bytes32 hash) {
    pool.drop(hash);
  }

  synchronized void floor(BigInteger wanted) {
    floor = wanted;
    floorAsked = wanted;
    floorUntil = 0;
  }

  /// Moves the chain's clock ahead.
  synchronized Block warp(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time never runs back");
    }
    ahead = ahead.plus(by);
    return step(List.of());
  }

  /// Takes the newest blocks back and mines one more than it took: in another order, and with some
  /// transactions left waiting in the pool.
  synchronized Block reorganise(int depth) {
    int rewind = Math.min(depth, Math.min(Storage.DEPTH, blocks.size() - 1));
    var chance = chance();
    forks++;
    var kept = new ArrayList<Act>();
    var returned = new HashSet<Bytes32>();
    var taken = new ArrayList<List<Act>>();
    for (int i = 0; i < rewind; i++) {
      taken.add(takeBack().written().acts());
    }
    Collections.reverse(taken);
    for (var act : taken.stream().flatMap(List::stream).toList()) {
      if (act instanceof Act.Sent sent) {
        giveBack(sent, chance).ifPresent(returned::add);
      } else {
        kept.add(act);
      }
    }
    var mined = new ArrayList<Written>();
    for (int i = 0; i <= rewind; i++) {
      mined.add(compose(i == 0 ? kept : List.of(), returned, Optional.of(chance)));
      append(mined.getLast());
      pool.clean(world::nonce);
    }
    journal.ifPresent(file -> file.write(new Line.Step(rewind, mined)));
    return head();
  }

  /// Puts a transaction back into the pool; the answer is its hash where it shall stay there for
  /// now.
  private Optional<Bytes32> giveBack(Act.Sent sent, RandomGenerator chance) {
    var transaction = read(sent);
    pool.add(transaction, head().number());
    return chance.nextInt(4) == 0 ? Optional.of(transaction.hash()) : Optional.empty();
  }

  private Block step(List<Act> outside) {
    pool.evict(head().number() - WAIT_MAX);
    var written = compose(outside, Set.of(), Optional.empty());
    journal.ifPresent(file -> file.write(new Line.Step(0, List.of(written))));
    append(written);
    pool.clean(world::nonce);
    return head();
  }

  private Written compose(
      List<Act> outside, Set<Bytes32> withheld, Optional<RandomGenerator> chance) {
    var acts = new ArrayList<>(outside);
    for (var chosen : pool.choose(world::nonce, floor, withheld, chance)) {
      acts.add(new Act.Sent(chosen.hex()));
    }
    return new Written(now(), forks, acts);
  }

  private void append(Written written) {
    var parent = head();
    var number = parent.number() + 1;
    var body = FakeWire.write(Written.class, written);
    var hash = Bytes32.of(Keccak.hash(parent.hash().bytes(), body));
    var block = new Block(number, hash, parent.hash(), written.time());
    var mined = new Mined(block, written, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    world.storage().open();
    written.acts().forEach(act -> act(mined, act));
    mined.receipts().forEach(receipt -> receipts.put(receipt.hash(), receipt));
    blocks.add(mined);
    forks = Math.max(forks, written.fork());
    if (!written.acts().isEmpty()) {
      busyBlock = number;
    }
  }

  private void act(Mined mined, Act act) {
    switch (act) {
      case Act.Deal deal -> world.tokens().mint(deal.address(), deal.units());
      case Act.Found found -> world.vault().found(found.appointment());
      case Act.Sent sent -> {
        var transaction = read(sent);
        var block = mined.block();
        var turn =
            new Turn(
                transaction.body().sender(),
                block.time(),
                block.number(),
                transaction.hash(),
                mined.channelEvents(),
                mined.vaultEvents());
        var reason = world.act(turn, transaction.body().call());
        mined
            .receipts()
            .add(
                new Receipt(
                    transaction.hash(), block.number(), block.hash(), reason.isEmpty(), reason));
      }
    }
  }

  private FakeTransaction read(Act.Sent sent) {
    return FakeTransaction.read(Hex.bytes(sent.signed()), curve).orElseThrow();
  }

  private Mined takeBack() {
    var last = blocks.removeLast();
    world.storage().undo();
    last.receipts().forEach(receipt -> receipts.remove(receipt.hash()));
    return last;
  }

  private RandomGenerator chance() {
    return new SplittableRandom(genesis.seed() ^ head().number() * 0x9E3779B97F4A7C15L);
  }

  @Override
  public synchronized void close() {
    journal.ifPresent(Journal::close);
  }
}

package tally.network.fake;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import tally.custody.port.Intent;
import tally.network.fake.Slot.Appointment;
import tally.treasury.port.Grants;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.Curve;
import tally.x402.Keccak;
import tally.x402.Signature;
import tally.x402.Voucher;

/// Two users, two sellers, an operator, a treasury, a council, a stranger and time, who do anything
/// at all in an order that the seed gives.
final class RandomMarket {

  static final Curve CURVE = Curve.fastest();
  private static final FakeEncoding ENCODING = new FakeEncoding();
  private static final List<String> USERS = List.of("anna", "ben");
  private static final List<String> SELLERS = List.of("carl", "dora");
  private static final List<String> ALL =
      List.of("anna", "ben", "carl", "dora", "operator", "treasury", "council", "stranger");

  private static final int PAYMENTS = 24;
  private static final Map<String, Address> ADDRESSES = new ConcurrentHashMap<>();

  record Act(Address sender, Intent.Call call) {}

  final Genesis genesis =
      new Genesis(7, Duration.ofHours(1).toMillis(), Duration.ofDays(9).toSeconds());
  final World world = new World(genesis, CURVE);
  private final SplittableRandom chance;
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private long number;

  RandomMarket(long seed) {
    this.chance = new SplittableRandom(seed);
    world
        .vault()
        .found(
            new Appointment(
                address("treasury"), address("operator"), address("council"), n(1_500)));
    for (var name : ALL) {
      world.tokens().mint(address(name), n(10_000));
    }
  }

  /// Lets a little or a lot of time pass, and answers what somebody tries next.
  Act next() {
    long seconds = chance.nextInt(50) == 0 ? chance.nextLong(86_400) : chance.nextLong(300);
    now = now.plusSeconds(seconds);
    var call = call();
    // Mostly whoever may do it tries, and at times anybody.
    var sender = chance.nextInt(5) == 0 ? pick(ALL) : fitting(call);
    return new Act(address(sender), call);
  }

  /// The revert's name, or empty.
  String perform(Act act) {
    number++;
    world.storage().open();
    var turn =
        new Turn(act.sender(), now, number, Bytes32.ZERO, new ArrayList<>(), new ArrayList<>());
    return world.act(turn, act.call());
  }

  private Intent.Call call() {
    var user = pick(USERS);
    var config = config(user);
    return switch (chance.nextInt(24)) {
      case 0 -> chance.nextBoolean() ? new Intent.Allow(some(9_000)) : new Intent.Fund(some(3_000));
      case 1, 2 -> new Intent.Grant(address(user), any(), some(500), matures());
      case 3, 4, 5 -> draw(user, config);
      case 6 -> new Intent.Sync(config);
      case 7 -> new Intent.Recall(config, some(600));
      case 8 -> new Intent.Finish(config);
      case 9 -> freeze(user);
      case 10, 22 -> appeal(user, payment(user, State.FROZEN));
      case 11, 23 ->
          new Intent.Decide(address(user), payment(user, State.APPEALED), chance.nextBoolean());
      case 12, 13 -> reclaim(user, payment(user, State.FROZEN));
      case 14 -> new Intent.Thaw(address(user), payment(user, State.FROZEN));
      case 15 -> new Intent.Mature(address(user), payment(user, State.GRANTED));
      case 16 -> release(user);
      case 17 -> chance.nextInt(4) == 0 ? new Intent.Drain(some(200)) : gift();
      case 18, 19 -> claim(user, config);
      case 20 -> new Intent.Settle(config.receiver(), config.token());
      default -> ending(config);
    };
  }

  private String fitting(Intent.Call call) {
    return switch (call) {
      case Intent.Decide decide -> "council";
      case Intent.Drain drain -> "treasury";
      case Intent.InitiateWithdraw withdraw -> pick(USERS);
      default -> "operator";
    };
  }

  private ChannelConfig config(String user) {
    var seller = address(pick(SELLERS));
    var salt = chance.nextInt(8) == 0 ? Bytes32.of(Keccak.hash(new byte[] {9})) : Bytes32.ZERO;
    return new ChannelConfig(
        Genesis.VAULT, address(user), seller, seller, Genesis.TOKEN, 900, salt);
  }

  private Intent.Freeze freeze(String user) {
    return new Intent.Freeze(address(user), payment(user, State.GRANTED), Bytes32.ZERO);
  }

  private Bytes32 any() {
    return payment(chance.nextInt(PAYMENTS));
  }

  /// Mostly a payment in a state, if there is one, and at times any.
  private Bytes32 payment(String user, State wanted) {
    var fitting =
        IntStream.range(0, PAYMENTS)
            .mapToObj(RandomMarket::payment)
            .filter(it -> state(user, it).filter(wanted::equals).isPresent())
            .toList();
    boolean blind = fitting.isEmpty() || chance.nextInt(5) == 0;
    return blind ? any() : fitting.get(chance.nextInt(fitting.size()));
  }

  private Optional<State> state(String user, Bytes32 payment) {
    return world.vault().granted(address(user), payment).map(Grants.Granted::state);
  }

  private static Bytes32 payment(int number) {
    return Bytes32.of(Keccak.hash(new byte[] {(byte) number}));
  }

  private Instant matures() {
    return now.plusSeconds(chance.nextInt(3) == 0 ? 0 : chance.nextLong(10 * 86_400));
  }

  private Intent.Draw draw(String user, ChannelConfig config) {
    var id = world.channels().id(config);
    var total = near(world.vault().line(id).drawn());
    var by = chance.nextInt(12) == 0 ? "stranger" : user;
    return new Intent.Draw(config, total, sign(by, new Intent.SignDraw(id, total)));
  }

  private Intent.Appeal appeal(String user, Bytes32 payment) {
    var frozenAt =
        world.vault().granted(address(user), payment).map(found -> found.since()).orElse(now);
    var signature = sign(user, new Intent.SignAppeal(payment, frozenAt));
    return new Intent.Appeal(address(user), payment, Optional.of(signature));
  }

  private Intent.Reclaim reclaim(String user, Bytes32 payment) {
    var rest = chance.nextBoolean() ? BigInteger.ZERO : some(300);
    Optional<Signature> consent =
        chance.nextInt(3) == 0
            ? Optional.of(sign(user, new Intent.SignSurrender(payment, rest)))
            : Optional.empty();
    return new Intent.Reclaim(address(user), payment, rest, consent);
  }

  private Intent.Release release(String user) {
    var total = near(world.storage().get(new Slot.Released(address(user))));
    var signature = sign(user, new Intent.SignRelease(address(user), total));
    return new Intent.Release(address(user), address(user), total, signature);
  }

  private Intent.Transfer gift() {
    return new Intent.Transfer(Genesis.TOKEN, Genesis.VAULT, some(20));
  }

  private Intent.Claim claim(String user, ChannelConfig config) {
    var id = world.channels().id(config);
    var total = near(world.channels().deposit(id).totalClaimed());
    var by = chance.nextInt(12) == 0 ? "stranger" : user;
    var signature = sign(by, new Intent.SignVoucher(id, total));
    var row = new Intent.ClaimRow(config, new Voucher(id, total, signature), total);
    var seller = config.receiver().equals(address("carl")) ? "carl" : "dora";
    return new Intent.Claim(
        List.of(row), Optional.of(sign(seller, new Intent.SignClaims(List.of(row)))));
  }

  private Intent.Call ending(ChannelConfig config) {
    var id = world.channels().id(config);
    if (chance.nextInt(3) == 0) {
      return new Intent.InitiateWithdraw(config, some(300));
    }
    var nonce = world.channels().deposit(id).refundNonce();
    var amount = some(300);
    var seller = config.receiver().equals(address("carl")) ? "carl" : "dora";
    var signature = sign(seller, new Intent.SignRefund(id, nonce, amount));
    return new Intent.Refund(config, amount, nonce, Optional.of(signature));
  }

  /// Mostly a little more than before, at times no more at all.
  private BigInteger near(BigInteger total) {
    return total.add(n(chance.nextInt(200) - 20)).max(BigInteger.ZERO);
  }

  private BigInteger some(int below) {
    return n(chance.nextInt(below));
  }

  private String pick(List<String> names) {
    return names.get(chance.nextInt(names.size()));
  }

  private static Signature sign(String name, Intent.Statement statement) {
    return CURVE.sign(ENCODING.digest(statement).bytes(), key(name));
  }

  static Address address(String name) {
    return ADDRESSES.computeIfAbsent(name, key -> CURVE.address(key(key)));
  }

  private static byte[] key(String name) {
    return Keccak.hash(name.getBytes(StandardCharsets.UTF_8));
  }

  private static BigInteger n(long units) {
    return BigInteger.valueOf(units);
  }
}

package tally.network.fake;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import tally.custody.port.Intent;
import tally.escrow.port.Channels;
import tally.network.port.Chain;
import tally.network.port.Chain.Block;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Hex;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The chain's JSON-RPC methods. Parameters are named. Those that begin with `fake_` belong to the
/// stage, not to the chain: they are never unavailable.
final class FakeMethods {

  /// What becomes of a request.
  sealed interface Answer {
    record Said(byte[] json) implements Answer {}

    /// It was carried out, and nobody hears of it.
    record Lost() implements Answer {}

    record Away() implements Answer {}
  }

  static final BigInteger NO_LIMIT = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
  private static final int MINE_MAX = 10_000;
  private static final int MALFORMED = -32_600;
  private static final int METHOD_UNKNOWN = -32_601;
  private static final int PARAMETERS_WRONG = -32_602;
  private static final int REFUSED = -32_000;

  private static final class UnknownMethod extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final FakeNode node;
  private final FakeChain.Options options;
  private final RandomGenerator chance;
  private final AtomicInteger losing = new AtomicInteger();
  private final AtomicLong awayUntil = new AtomicLong(System.nanoTime());

  FakeMethods(FakeNode node, FakeChain.Options options) {
    this.node = node;
    this.options = options;
    this.chance = new SplittableRandom(options.seed());
  }

  void unavailable(Duration span) {
    awayUntil.set(System.nanoTime() + span.toNanos());
  }

  void loseAnswers(int count) {
    losing.set(count);
  }

  Answer answer(byte[] request) {
    JsonNode read;
    String method;
    try {
      read = FakeWire.MAPPER.readTree(request);
      method = read.required("method").asString();
    } catch (RuntimeException malformed) {
      return failure(NullNode.getInstance(), MALFORMED, "not a JSON-RPC request");
    }
    if (!method.startsWith("fake_") && isAway()) {
      return new Answer.Away();
    }
    var id = read.path("id");
    try {
      var result = call(method, new Parameters(read.path("params")));
      return method.equals("chain_send") && loses()
          ? new Answer.Lost()
          : said(id, "result", result);
    } catch (UnknownMethod unknown) {
      return failure(id, METHOD_UNKNOWN, "no such method: " + method);
    } catch (IllegalStateException refused) {
      return failure(id, REFUSED, String.valueOf(refused.getMessage()));
    } catch (RuntimeException wrong) {
      return failure(id, PARAMETERS_WRONG, String.valueOf(wrong.getMessage()));
    }
  }

  private boolean isAway() {
    synchronized (chance) {
      return awayUntil.get() - System.nanoTime() > 0 || options.faults().isAway(chance);
    }
  }

  private boolean loses() {
    boolean asked = losing.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    synchronized (chance) {
      return asked || options.faults().losesAnswer(chance);
    }
  }

  private static Answer failure(JsonNode id, int code, String message) {
    return said(id, "error", FakeWire.object().put("code", code).put("message", message));
  }

  private static Answer said(JsonNode id, String key, JsonNode value) {
    var whole = FakeWire.object().put("jsonrpc", "2.0");
    whole.set("id", id.isMissingNode() ? NullNode.getInstance() : id);
    whole.set(key, value);
    return new Answer.Said(FakeWire.MAPPER.writeValueAsBytes(whole));
  }

  private JsonNode call(String method, Parameters of) {
    return switch (method) {
      case "chain_facts" -> facts();
      case "chain_head" -> block(node.head());
      case "chain_block" ->
          node.block(of.whole("number"))
              .<JsonNode>map(FakeMethods::block)
              .orElseGet(NullNode::getInstance);
      case "chain_nonce" -> number(node.read(world -> world.nonce(of.address("address"))));
      case "chain_fee" -> number(node.feeHint());
      case "chain_simulate" ->
          FakeWire.MAPPER.valueToTree(
              node.tried(FakeWire.read(Intent.Call.class, of.json("call")), of.address("sender")));
      case "chain_send" ->
          FakeWire.node(Chain.Broadcast.class, node.send(Hex.bytes(of.text("signed"))));
      case "chain_receipt" ->
          node.receipt(of.bytes32("hash"))
              .map(found -> FakeWire.node(Chain.Receipt.class, found))
              .orElseGet(NullNode::getInstance);
      case "chain_pending" -> FakeWire.MAPPER.valueToTree(node.pending(of.bytes32("hash")));
      case "token_balance" -> number(tokens(of.address("token"), of.address("holder")));
      default -> method.startsWith("fake_") ? stage(method, of) : contract(method, of);
    };
  }

  private JsonNode contract(String method, Parameters of) {
    return switch (method) {
      case "vault_facts" -> FakeWire.node(Grants.Facts.class, vaultFacts());
      case "vault_reserve" -> number(node.read(world -> world.vault().reserve()));
      case "vault_limit" ->
          FakeWire.node(
              Grants.Limit.class, node.read(world -> world.vault().limit(Turn.day(node.now()))));
      case "vault_power" ->
          FakeWire.node(
              Grants.Power.class, node.read(world -> world.vault().power(of.address("user"))));
      case "vault_released" ->
          number(node.read(world -> world.vault().released(of.address("user"))));
      case "vault_grant" ->
          node.read(world -> world.vault().granted(of.address("user"), of.bytes32("payment")))
              .map(found -> FakeWire.node(Grants.Granted.class, found))
              .orElseGet(NullNode::getInstance);
      case "vault_line" ->
          FakeWire.node(
              Grants.Line.class, node.read(world -> world.vault().line(of.channel("channel"))));
      case "vault_events" ->
          list(Grants.Event.class, node.vaultEvents(of.whole("from"), of.whole("to")));
      case "channels_deposit" ->
          FakeWire.node(
              Channels.Deposit.class,
              node.read(world -> world.channels().deposit(of.channel("channel"))));
      case "channels_earned" ->
          FakeWire.node(
              Channels.Earned.class,
              node.read(
                  world -> world.channels().earned(of.address("receiver"), of.address("token"))));
      case "channels_events" ->
          list(Channels.Event.class, node.channelEvents(of.whole("from"), of.whole("to")));
      default -> throw new UnknownMethod();
    };
  }

  private JsonNode stage(String method, Parameters of) {
    return switch (method) {
      case "fake_state" -> node.read(world -> FakeState.of(world, node.head()));
      case "fake_mine" -> mine(of.whole("blocks", 1));
      case "fake_deal" -> block(node.deal(of.address("address"), of.number("units")));
      case "fake_appoint" -> block(node.found(appointment(of)));
      case "fake_reorg" -> block(node.reorganise((int) of.whole("depth")));
      case "fake_warp" -> block(node.warp(Duration.ofMillis(of.whole("millis"))));
      case "fake_drop" -> {
        node.drop(of.bytes32("hash"));
        yield block(node.head());
      }
      case "fake_fee" -> {
        node.floor(of.number("floor"));
        yield block(node.head());
      }
      case "fake_unavailable" -> {
        unavailable(Duration.ofMillis(of.whole("millis")));
        yield block(node.head());
      }
      case "fake_lose" -> {
        loseAnswers((int) of.whole("count"));
        yield block(node.head());
      }
      default -> throw new UnknownMethod();
    };
  }

  private JsonNode mine(long blocks) {
    for (int i = 0; i < Math.min(blocks, MINE_MAX); i++) {
      node.mine();
    }
    return block(node.head());
  }

  private Slot.Appointment appointment(Parameters of) {
    return new Slot.Appointment(
        of.address("treasury"),
        of.address("operator"),
        of.has("council") ? of.address("council") : Address.ZERO,
        of.has("dailyLimit") ? of.number("dailyLimit") : NO_LIMIT);
  }

  private ObjectNode facts() {
    return FakeWire.object()
        .put("network", Genesis.NETWORK)
        .put("genesis", options.genesis().hash().hex())
        .put("token", Genesis.TOKEN.hex())
        .put("vault", Genesis.VAULT.hex())
        .put("settlement", ChannelContract.ADDRESS.hex())
        .put("allowanceCollector", Genesis.ALLOWANCE_COLLECTOR.hex());
  }

  private Grants.Facts vaultFacts() {
    var appointed = node.read(world -> world.vault().appointment());
    return new Grants.Facts(
        Genesis.VAULT,
        Genesis.TOKEN,
        Genesis.ASSET,
        appointed.map(Slot.Appointment::operator).orElse(Address.ZERO),
        appointed.map(Slot.Appointment::council).orElse(Address.ZERO),
        seconds(options.genesis().appealWindow()),
        seconds(options.genesis().decisionWindow()),
        Genesis.WITHDRAW_DELAY_MAX);
  }

  /// Rounded up, so that who waits so long has surely waited long enough.
  private static long seconds(Duration span) {
    return span.plusMillis(999).toSeconds();
  }

  private BigInteger tokens(Address token, Address holder) {
    return token.equals(Genesis.TOKEN)
        ? node.read(world -> world.tokens().balance(holder))
        : BigInteger.ZERO;
  }

  private static JsonNode block(Block block) {
    return FakeWire.node(Block.class, block);
  }

  private static JsonNode number(BigInteger number) {
    return FakeWire.node(BigInteger.class, number);
  }

  private static <T> JsonNode list(Class<T> type, List<T> items) {
    var out = FakeWire.MAPPER.createArrayNode();
    items.forEach(item -> out.add(FakeWire.node(type, item)));
    return out;
  }

  /// Named parameters; a missing or malformed one throws `IllegalArgumentException`.
  private record Parameters(JsonNode of) {

    boolean has(String name) {
      return of.hasNonNull(name);
    }

    String text(String name) {
      return json(name).asString();
    }

    long whole(String name) {
      return Long.parseLong(text(name));
    }

    long whole(String name, long otherwise) {
      return has(name) ? whole(name) : otherwise;
    }

    BigInteger number(String name) {
      return FakeWire.number(text(name));
    }

    JsonNode json(String name) {
      if (!has(name)) {
        throw new IllegalArgumentException("parameter missing: " + name);
      }
      return of.get(name);
    }

    Address address(String name) {
      return new Address(text(name));
    }

    Bytes32 bytes32(String name) {
      return new Bytes32(text(name));
    }

    ChannelId channel(String name) {
      return ChannelId.of(text(name));
    }
  }
}

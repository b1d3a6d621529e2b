package tally.network.evm;

import static tally.x402.Abi.word;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import tally.money.Asset;
import tally.network.evm.ContractReader.Call;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// The processor's vault on one EVM chain.
final class EvmGrants implements Grants {

  private static final List<Call> FACTS =
      List.of(
          Call.of(1, "token()"),
          Call.of(1, "operator()"),
          Call.of(1, "council()"),
          Call.of(1, "window()"),
          Call.of(1, "decisionTime()"),
          Call.of(1, "delayMax()"));

  private final ContractReader reader;
  private final Address vault;
  private final Asset asset;

  EvmGrants(ContractReader reader, Address vault, Asset asset) {
    this.reader = reader;
    this.vault = vault;
    this.asset = asset;
  }

  @Override
  public Facts facts() {
    return reader.readTogether("the vault's facts", vault, FACTS, this::facts);
  }

  private Facts facts(List<Words> read) {
    return new Facts(
        vault,
        read.get(0).address(0),
        asset,
        read.get(1).address(0),
        read.get(2).address(0),
        read.get(3).seconds(0),
        read.get(4).seconds(0),
        read.get(5).seconds(0));
  }

  @Override
  public BigInteger reserve() {
    return reader.read(
        "the vault's reserve", vault, Call.of(1, "reserve()"), words -> words.units(0));
  }

  @Override
  public Limit limit() {
    var calls = List.of(Call.of(1, "dailyLimit()"), Call.of(1, "leftToday()"));
    return reader.readTogether(
        "the vault's limit",
        vault,
        calls,
        read -> new Limit(read.get(0).units(0), read.get(1).units(0)));
  }

  @Override
  public Power power(Address user) {
    return reader.read(
        "the power of " + user,
        vault,
        Call.of(2, "accounts(address)", word(user)),
        words -> new Power(words.units(0), words.units(1)));
  }

  @Override
  public BigInteger released(Address user) {
    return reader.read(
        "what " + user + " was paid out",
        vault,
        Call.of(1, "released(address)", word(user)),
        words -> words.units(0));
  }

  @Override
  public Optional<Granted> grant(Address user, Bytes32 payment) {
    return reader.read(
        "grant " + payment,
        vault,
        Call.of(4, "grants(address,bytes32)", word(user), word(payment)),
        EvmGrants::granted);
  }

  private static Optional<Granted> granted(Words words) {
    return state(words.number(3, 8).intValueExact())
        .map(state -> new Granted(words.units(0), words.time(1), words.time(2), state));
  }

  /// The contract's `State`, in its order; empty where the payment was never granted.
  private static Optional<State> state(int index) {
    return switch (index) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(State.GRANTED);
      case 2 -> Optional.of(State.FROZEN);
      case 3 -> Optional.of(State.APPEALED);
      case 4 -> Optional.of(State.MATURED);
      case 5 -> Optional.of(State.RECLAIMED);
      default -> throw new IllegalArgumentException("no state: " + index);
    };
  }

  @Override
  public Line line(ChannelId channel) {
    return reader.read(
        "the line of " + channel,
        vault,
        Call.of(2, "lines(bytes32)", word(channel.value())),
        words -> new Line(words.units(0), words.units(1)));
  }

  @Override
  public List<Event> events(long from, long to) {
    return reader.told(vault, from, to, VaultLogs::events);
  }
}

package tally.flow.internal;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import tally.network.fake.FakeChain;
import tally.network.fake.FakeNetworkPlugin;
import tally.plugin.NetworkPlugin.Network;
import tally.plugin.Settings;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;

/// The fake chain, which tells its whole state when asked.
final class FakeOuterChain implements OuterChain {

  private static final Duration APPEAL_WINDOW = Duration.ofMinutes(10);
  private static final Address COUNCIL = new Address("0x" + "c0".repeat(20));

  private final FakeChain chain;

  private FakeOuterChain(FakeChain chain) {
    this.chain = chain;
  }

  static FakeOuterChain start() {
    return new FakeOuterChain(
        FakeChain.start(
            FakeChain.Options.manual(InstantSource.system()).withAppealWindow(APPEAL_WINDOW)));
  }

  @Override
  public Network network() {
    return new FakeNetworkPlugin().open(new Settings(Map.of("url", chain.url())));
  }

  @Override
  public void appoint(Address house) {
    chain.appoint(house, house, COUNCIL);
  }

  @Override
  public void deal(Address to, BigInteger units) {
    chain.deal(to, units);
  }

  /// Nobody pays fees here.
  @Override
  public void fuel(Address sender) {}

  @Override
  public void mine() {
    chain.mine();
  }

  @Override
  public void warp(Duration by) {
    chain.warp(by);
  }

  @Override
  public Totals totals(Known known) {
    var asked = Map.of("jsonrpc", "2.0", "id", 1, "method", "fake_state", "params", Map.of());
    var state = CrashWorld.send("POST", URI.create(chain.url()), asked).required("result");
    var claimed = sum(state.path("receivers"), "totalClaimed");
    var unpaid = claimed.subtract(sum(state.path("receivers"), "totalSettled"));
    var paid =
        state.path("receivers").properties().stream()
            .map(one -> CrashWorld.big(state.path("tokens").path(one.getKey())))
            .reduce(BigInteger.ZERO, BigInteger::add);
    return new Totals(
        CrashWorld.big(state.path("vault").path("reserve")),
        sum(state.path("vault").path("accounts"), "available"),
        sum(state.path("channels"), "balance")
            .subtract(sum(state.path("channels"), "totalClaimed")),
        paid.add(unpaid),
        unpaid);
  }

  private static BigInteger sum(JsonNode all, String field) {
    return all.properties().stream()
        .map(one -> CrashWorld.big(one.getValue().path(field)))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  @Override
  public void close() {
    chain.close();
  }
}

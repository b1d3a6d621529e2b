package tally.network.fake;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import tally.network.port.NetworkStage;
import tally.plugin.NetworkPlugin;
import tally.plugin.Settings;
import tally.x402.Address;
import tally.x402.Bytes32;

/// A fake chain over HTTP whose blocks come when asked and whose clock moves when told.
final class FakeStage implements NetworkStage {

  static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final FakeChain chain;
  private final NetworkPlugin.Network network;

  private FakeStage(FakeChain.Options options) {
    this.chain = FakeChain.start(options);
    this.network = new FakeNetworkPlugin().open(new Settings(Map.of("url", chain.url())));
  }

  static FakeStage open() {
    return new FakeStage(options());
  }

  static FakeStage open(FakeChain.Options options) {
    return new FakeStage(options);
  }

  static FakeChain.Options options() {
    return FakeChain.Options.manual(InstantSource.fixed(START))
        .withAppealWindow(Duration.ofDays(7));
  }

  FakeChain chain() {
    return chain;
  }

  @Override
  public NetworkPlugin.Network network() {
    return network;
  }

  @Override
  public void mine(int blocks) {
    chain.mine(blocks);
  }

  @Override
  public void reorganise(int depth) {
    chain.reorganise(depth);
  }

  @Override
  public void drop(Bytes32 hash) {
    chain.drop(hash);
  }

  @Override
  public void feeFloor(BigInteger floor) {
    chain.feeFloor(floor);
  }

  @Override
  public void deal(Address to, BigInteger units) {
    chain.deal(to, units);
  }

  @Override
  public void appoint(Address treasury, Address operator, Address council) {
    chain.appoint(treasury, operator, council);
  }

  @Override
  public void elapse(Duration by) {
    chain.warp(by);
  }

  @Override
  public void close() {
    chain.close();
  }
}

package tally.cli;

import java.math.BigInteger;
import java.net.URI;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The fake chain, whose time to appeal is a second of everybody's clock.
final class FakeOuterChain implements OuterChain {

  private final URI url;
  private final String why;
  private final JsonRpc rpc;

  /// @param why there is no EVM in its stead, for people
  FakeOuterChain(URI url, String why) {
    this.url = url;
    this.why = why;
    this.rpc = new JsonRpc(url);
  }

  @Override
  public String network() {
    return "fake";
  }

  @Override
  public String says() {
    return "fake   the chain (" + url + "), which forks, drops and reorders\n       no EVM: " + why;
  }

  @Override
  public Map<String, String> places() {
    return Map.of();
  }

  @Override
  public List<String> nodeSettings() {
    return List.of("--tally.networks.fake.kind=fake", "--tally.networks.fake.settings.url=" + url);
  }

  @Override
  public void appoint(String house, BigInteger units) {
    rpc.ask("fake_appoint", Map.of("treasury", house, "operator", house));
    rpc.ask("fake_deal", Map.of("address", house, "units", units.toString()));
  }

  @Override
  public void fuel(String address) {}

  @Override
  public void passAppealWindow() {}

  @Override
  public boolean hasCouncil() {
    return false;
  }

  @Override
  public int decide(boolean forUser) {
    return 0;
  }

  @Override
  public JsonNode state() {
    return rpc.ask("fake_state", Map.of());
  }
}

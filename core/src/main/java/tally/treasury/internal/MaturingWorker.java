package tally.treasury.internal;

import java.time.Duration;
import java.util.Set;
import tally.Worker;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.Grants;
import tally.treasury.Outcomes;

/// Has the vaults mature what is due by their chain's own time.
final class MaturingWorker implements Worker {

  private final Grants grants;
  private final Set<String> networks;
  private final Outcomes.Heads heads;
  private final int batch;

  /// @param batch grants of one network a round
  MaturingWorker(Grants grants, Set<String> networks, Outcomes.Heads heads, int batch) {
    this.grants = grants;
    this.networks = Set.copyOf(networks);
    this.heads = heads;
    this.batch = batch;
  }

  @Override
  public String name() {
    return "treasury-maturing";
  }

  @Override
  public Duration pause() {
    return Duration.ofSeconds(5);
  }

  @Override
  public int tick() {
    int begun = 0;
    for (var network : networks) {
      try {
        begun += grants.mature(network, heads.time(network), batch);
      } catch (ChainUnavailable laterThen) {
        // What is due today is due tomorrow; other networks are not held up.
        continue;
      }
    }
    return begun;
  }
}

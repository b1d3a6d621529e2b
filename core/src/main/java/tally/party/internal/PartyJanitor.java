package tally.party.internal;

import java.time.Duration;
import tally.Worker;
import tally.party.Parties;

/// Clears away sessions, links and counted tries that are over.
final class PartyJanitor implements Worker {

  private final Parties parties;

  PartyJanitor(Parties parties) {
    this.parties = parties;
  }

  @Override
  public String name() {
    return "party-janitor";
  }

  @Override
  public Duration pause() {
    return Duration.ofMinutes(5);
  }

  @Override
  public int tick() {
    return parties.tick();
  }
}

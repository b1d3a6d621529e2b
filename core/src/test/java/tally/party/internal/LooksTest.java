package tally.party.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.money.Tenant;
import tally.party.Look;
import tally.party.Looks;
import tally.party.Party;

class LooksTest {

  private final TestDatabase database = TestDatabase.fresh();
  private final Looks looks = new Looks(new JdbcLooks(database.jdbc()));
  private final Party ann = party("ann");

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whoever_never_wished_anything_has_no_wish() {
    assertThat(looks.of(ann.id())).isEqualTo(Look.NONE);
    assertThat(looks.of(new Party.Id(UUID.randomUUID()))).isEqualTo(Look.NONE);
  }

  @Test
  void a_wish_stays_until_another_comes_and_leaves_the_other_ones_alone() {
    var ben = party("ben");
    looks.wish(ann.id(), new Look(Optional.of(Look.Language.DE), Optional.empty()));
    looks.wish(ann.id(), new Look(Optional.empty(), Optional.of(Look.Theme.DARK)));
    looks.wish(ann.id(), new Look(Optional.empty(), Optional.of(Look.Theme.SYSTEM)));
    assertThat(looks.of(ann.id()))
        .isEqualTo(new Look(Optional.of(Look.Language.DE), Optional.of(Look.Theme.SYSTEM)));
    assertThat(looks.of(ben.id())).isEqualTo(Look.NONE);
  }

  @Test
  void every_wish_can_be_kept() {
    for (var language : Look.Language.values()) {
      for (var theme : Look.Theme.values()) {
        var look = new Look(Optional.of(language), Optional.of(theme));
        looks.wish(ann.id(), look);
        assertThat(looks.of(ann.id())).isEqualTo(look);
      }
    }
  }

  private Party party(String name) {
    var party =
        new Party(new Party.Id(UUID.randomUUID()), Tenant.HOUSE, name, Set.of(Party.Role.PERSON));
    new JdbcParties(database.jdbc(), database.transactions()).add(party, "hash", Instant.EPOCH);
    return party;
  }
}

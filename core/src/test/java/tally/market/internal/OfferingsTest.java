package tally.market.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.delivery.port.Adapter;
import tally.market.Offering;
import tally.market.Offering.State;
import tally.market.Offerings;
import tally.market.Offerings.Answer;
import tally.money.Holder;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;

class OfferingsTest {

  private static final URI ENDPOINT = URI.create("http://127.0.0.1:7071/");
  private TestDatabase database;
  private Set<Unit> units = Set.of(Unit.BYTE);
  private Adapter.Checked checked = new Adapter.Checked.Good();
  private Offerings offerings;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    offerings =
        new Offerings(
            new JdbcOfferings(database.jdbc()),
            kind -> kind.equals("http") ? Optional.of(new Checker()) : Optional.empty(),
            () -> Instant.parse("2026-11-01T12:00:00Z"));
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private Offering published() {
    return switch (offerings.publish(Fixtures.anOffering(ENDPOINT))) {
      case Answer.Done(var offering) -> offering;
      case Answer.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static String code(Answer answer) {
    return switch (answer) {
      case Answer.Done done -> "no refusal: " + done;
      case Answer.Refused(var code, _) -> code;
    };
  }

  @Test
  void what_is_published_is_listed_newest_first_until_it_is_removed() {
    var one = published();
    var two = published();
    assertThat(one.state()).isEqualTo(State.PUBLISHED);
    assertThat(offerings.find(one.id())).contains(one);
    assertThat(offerings.list(1000)).containsExactly(two, one);
    assertThat(offerings.list(1)).containsExactly(two);

    assertThat(code(offerings.remove(new Tenant("shop"), two.id()))).isEqualTo("offering_unknown");
    assertThat(offerings.remove(Tenant.HOUSE, two.id()))
        .isEqualTo(offerings.remove(Tenant.HOUSE, two.id()));
    assertThat(offerings.list(1000)).containsExactly(one);
    assertThat(offerings.of(Tenant.HOUSE, one.provider(), 1000))
        .extracting(Offering::id)
        .containsExactly(two.id(), one.id());
    assertThat(offerings.of(new Tenant("shop"), one.provider(), 1000)).isEmpty();
    assertThat(offerings.of(Tenant.HOUSE, new Holder("somebody-else"), 1000)).isEmpty();
    assertThat(offerings.find(two.id()).orElseThrow().state()).isEqualTo(State.REMOVED);
    assertThat(code(offerings.remove(Tenant.HOUSE, new Offering.Id(UUID.randomUUID()))))
        .isEqualTo("offering_unknown");
  }

  @Test
  void the_same_offering_again_answers_the_first_and_another_under_its_id_is_refused() {
    var offering = published();
    assertThat(offerings.publish(offering)).isEqualTo(new Answer.Done(offering));
    offerings.remove(Tenant.HOUSE, offering.id());
    assertThat(((Answer.Done) offerings.publish(offering)).offering().state())
        .isEqualTo(State.REMOVED);
    var other = Fixtures.anOffering(URI.create("http://127.0.0.1:1/"));
    var reused =
        new Offering(
            offering.id(),
            other.tenant(),
            other.provider(),
            other.title(),
            other.adapter(),
            other.source(),
            other.tariff(),
            other.network(),
            other.endpoint(),
            other.receiver(),
            other.withdrawDelay(),
            other.depositMin(),
            other.state());
    assertThat(code(offerings.publish(reused))).isEqualTo("id_reused");
  }

  @Test
  void the_adapter_has_the_last_word_on_unit_and_source() {
    var offering = Fixtures.anOffering(ENDPOINT);
    checked = new Adapter.Checked.Bad("folder", "There is no such folder.");
    assertThat(offerings.publish(offering))
        .isEqualTo(new Answer.Refused("source_refused", "folder: There is no such folder."));
    units = Set.of(Unit.SECOND);
    assertThat(code(offerings.publish(offering))).isEqualTo("unit_not_measured");
    var strange =
        new Offering(
            offering.id(),
            offering.tenant(),
            offering.provider(),
            offering.title(),
            "pigeon",
            offering.source(),
            offering.tariff(),
            offering.network(),
            offering.endpoint(),
            offering.receiver(),
            offering.withdrawDelay(),
            offering.depositMin(),
            offering.state());
    assertThat(code(offerings.publish(strange))).isEqualTo("adapter_unknown");
    assertThat(offerings.list(1000)).isEmpty();
  }

  /// Only checks; it serves nothing.
  private final class Checker implements Adapter {
    @Override
    public Facts facts() {
      return new Facts("http", units);
    }

    @Override
    public Checked check(Map<String, String> source) {
      assertThat(source).containsEntry("folder", "/srv/films");
      return checked;
    }

    @Override
    public Access activate(
        UUID delivery, Map<String, String> source, Unit unit, Quantity already, Quantity allowed) {
      throw new AssertionError("not asked for");
    }

    @Override
    public void allow(UUID delivery, Quantity ceiling) {}

    @Override
    public void suspend(UUID delivery) {}

    @Override
    public void resume(UUID delivery) {}

    @Override
    public void terminate(UUID delivery) {}

    @Override
    public void forget(UUID delivery) {}

    @Override
    public Observed observe(UUID delivery) {
      return Observed.UNKNOWN;
    }

    @Override
    public Optional<Quantity> served(UUID delivery) {
      return Optional.empty();
    }

    @Override
    public URI connect(UUID delivery, Access access, Unit unit, Quantity already) {
      throw new AssertionError("not asked for");
    }

    @Override
    public Optional<Quantity> received(UUID delivery) {
      return Optional.empty();
    }

    @Override
    public void disconnect(UUID delivery) {}

    @Override
    public List<UUID> open() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}

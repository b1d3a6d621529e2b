package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tally.flow.FlowId;
import tally.flow.PurchaseEnding;
import tally.flow.Purchases;
import tally.flow.internal.CrashTest.Story;
import tally.money.Tenant;

/// Two nodes work on one database, and one of them is killed at some statement: the other brings
/// every story to its end.
class KilledNodeTest {

  private static final long SEED = 20_261_122;

  /// Every story asks the database for more than this.
  private static final int STATEMENTS = 600;

  private static final int DEATHS_A_STORY = 8;
  private static final int PURCHASES_MAX = 8;

  @TempDir Path folder;

  static Stream<Arguments> one_death_of_each_story() {
    return deaths(new SplittableRandom(SEED), 1);
  }

  static Stream<Arguments> many_deaths_of_each_story() {
    return deaths(new SplittableRandom(SEED + 1), DEATHS_A_STORY);
  }

  private static Stream<Arguments> deaths(SplittableRandom chance, int each) {
    return Arrays.stream(Story.values())
        .flatMap(story ->
            chance.longs(each, 1, STATEMENTS).mapToObj(statement -> arguments(story, statement)));
  }

  @ParameterizedTest(name = "{0}, one killed at its statement {1}")
  @MethodSource("one_death_of_each_story")
  void of_two_nodes_one_is_killed_and_the_other_ends_the_story(Story story, long statement) {
    tell(story, statement);
  }

  @Tag("long")
  @ParameterizedTest(name = "{0}, one killed at its statement {1}")
  @MethodSource("many_deaths_of_each_story")
  void of_two_nodes_one_is_killed_anywhere_and_the_other_ends_the_story(
      Story story, long statement) {
    tell(story, statement);
  }

  private void tell(Story story, long statement) {
    try (var world = CrashWorld.ofTwo(folder, settings(story), statement)) {
      CrashTest.play(story, world);
      assertThat(world.oneDied()).isTrue();
    }
  }

  @Test
  void a_service_whose_node_was_killed_goes_on_at_the_other() {
    try (var world = CrashWorld.ofTwo(folder, settings(Story.SLICES), Long.MAX_VALUE)) {
      CrashTest.stock(world);
      CrashTest.topUp(world, CrashTest.ADA);
      var id = servedByTheDoomed(world);
      world.killOne();
      world.until("the service", () -> comes(world, id));
      world.bean(Purchases.class).finish(Tenant.HOUSE, CrashTest.ADA, id);
      world.until(
          "the end", () -> CrashTest.find(world, id, PurchaseEnding.Finished.class).isPresent());
      world.untilCalm();
      world.mustAgree();
    }
  }

  /// Either node answers the buyer, so a few purchases suffice; the others end.
  private static FlowId servedByTheDoomed(CrashWorld world) {
    for (int number = 0; number < PURCHASES_MAX; number++) {
      var id = CrashTest.buy(world, CrashTest.ADA, "purchase " + number, CrashTest.usd("2.00"));
      var holder = "select node from delivery.delivery where side = 'SELLER' and wanted = 'ACTIVE'";
      if (world.rows(holder).equals(List.of("doomed"))) {
        return id;
      }
      world.bean(Purchases.class).finish(Tenant.HOUSE, CrashTest.ADA, id);
      world.untilCalm();
    }
    throw new AssertionError("only one node ever served");
  }

  private static boolean comes(CrashWorld world, FlowId id) {
    try {
      return CrashWorld.fetch(CrashTest.delivery(world, id).url().orElseThrow()).length > 0;
    } catch (UncheckedIOException brokenOff) {
      return false;
    }
  }

  /// What a seller did while his node died is not yet his silence.
  private static Map<String, Object> settings(Story story) {
    var settings = new HashMap<>(story.settings());
    settings.put("tally.treasury.quote-life", "1h");
    settings.computeIfPresent("tally.flow.patience", (_, _) -> "3s");
    return settings;
  }
}

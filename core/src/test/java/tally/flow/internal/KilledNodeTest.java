package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tally.flow.internal.CrashTest.Story;

/// Two nodes work on one database, and one of them is killed at some statement: the other brings
/// every story to its end.
class KilledNodeTest {

  private static final long SEED = 20_261_122;

  /// Every story asks the database for more than this.
  private static final int STATEMENTS = 600;

  private static final int DEATHS_A_STORY = 8;

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

  /// What a seller did while his node died is not yet his silence.
  private static Map<String, Object> settings(Story story) {
    var settings = new HashMap<>(story.settings());
    settings.put("tally.treasury.quote-life", "1h");
    settings.computeIfPresent("tally.flow.patience", (_, _) -> "3s");
    return settings;
  }
}

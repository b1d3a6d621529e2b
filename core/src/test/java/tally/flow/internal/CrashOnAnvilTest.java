package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tally.flow.Command;
import tally.flow.internal.CrashTest.Doom;
import tally.flow.internal.CrashTest.Story;

/// The Runner lost at each command that makes a transaction, on a real EVM with our contracts: the
/// book is that of a run that nothing disturbed, and the chain says the same.
class CrashOnAnvilTest {

  private static final long SEED = 20_261_121;

  private static final Set<Class<? extends Command>> MAKE_TRANSACTIONS =
      Set.of(
          Command.GiveGrant.class,
          Command.ReclaimGrant.class,
          Command.FreezeGrants.class,
          Command.FreezeGrant.class,
          Command.ThawGrants.class,
          Command.AppealGrants.class,
          Command.EndAppeal.class,
          Command.SyncChannel.class,
          Command.RecallChannel.class,
          Command.FinishRecall.class,
          Command.FundReserve.class,
          Command.ReleasePower.class,
          Command.OpenChannel.class,
          Command.RaiseChannel.class,
          Command.ClaimChannel.class,
          Command.SettleChannel.class,
          Command.RefundChannel.class);

  private static final Set<Class<? extends Command>> MAKE_NONE =
      Set.of(
          Command.Post.class,
          Command.DropDraw.class,
          Command.PlaceHolds.class,
          Command.SettleHold.class,
          Command.ReleaseHold.class,
          Command.WatchLots.class,
          Command.FreezeLot.class,
          Command.CountLot.class,
          Command.StartPayment.class,
          Command.StartRefund.class,
          Command.Await.class,
          Command.Connect.class,
          Command.PauseDelivery.class,
          Command.ResumeDelivery.class,
          Command.FinishDelivery.class,
          Command.PauseSale.class,
          Command.ResumeSale.class,
          Command.EndSale.class,
          Command.TellPurchases.class,
          Command.Tell.class);

  @TempDir private Path folder;

  /// What the book of an undisturbed run says; computed once a story.
  private static final Map<Story, Map<String, String>> CALM = new EnumMap<>(Story.class);

  @Test
  void every_command_either_makes_a_transaction_or_makes_none() {
    assertThat(MAKE_TRANSACTIONS).doesNotContainAnyElementsOf(MAKE_NONE);
    var both = new HashSet<Class<?>>(MAKE_TRANSACTIONS);
    both.addAll(MAKE_NONE);
    assertThat(both).isEqualTo(Set.of(Command.class.getPermittedSubclasses()));
  }

  static Stream<Arguments> one_side_of_each_command() {
    var chance = new SplittableRandom(SEED);
    boolean first = chance.nextBoolean();
    var types = types();
    return IntStream.range(0, types.size())
        .mapToObj(
            at -> arguments(types.get(at).getSimpleName(), types.get(at), first ^ at % 2 == 0));
  }

  static Stream<Arguments> both_sides_of_each_command() {
    return types().stream()
        .flatMap(type ->
            Stream.of(true, false).map(before -> arguments(type.getSimpleName(), type, before)));
  }

  /// Those of one story together.
  private static List<Class<? extends Command>> types() {
    return MAKE_TRANSACTIONS.stream()
        .sorted(
            Comparator.<Class<? extends Command>, Story>comparing(CrashTest.REACHED::get)
                .thenComparing(Class::getSimpleName))
        .toList();
  }

  @ParameterizedTest(name = "{0}, before its effect: {2}")
  @MethodSource("one_side_of_each_command")
  void a_runner_lost_at_a_command_leaves_the_same_book(
      String name, Class<? extends Command> type, boolean before) {
    lose(type, before);
  }

  @Tag("long")
  @ParameterizedTest(name = "{0}, before its effect: {2}")
  @MethodSource("both_sides_of_each_command")
  void a_runner_lost_before_or_after_any_command_leaves_the_same_book(
      String name, Class<? extends Command> type, boolean before) {
    lose(type, before);
  }

  @Test
  void what_matures_while_it_lies_in_a_channel_is_the_persons_own_when_it_comes_back() {
    tell(Story.MATURED_IN_THE_CHANNEL, Runner.Fate.KIND, "matured", false);
  }

  private void lose(Class<? extends Command> type, boolean before) {
    var story = CrashTest.REACHED.get(type);
    var calm = CALM.computeIfAbsent(story, it -> tell(it, Runner.Fate.KIND, "calm", false));
    assertThat(tell(story, new Doom(type, before), "crash", true)).isEqualTo(calm);
  }

  private Map<String, String> tell(Story story, Runner.Fate fate, String name, boolean lost) {
    var chain = AnvilChain.start(folder.resolve(name + "-chain"));
    try (var world = new CrashWorld(folder.resolve(name), fate, story.settings(), chain)) {
      var book = CrashTest.play(story, world);
      assertThat(world.lost()).isEqualTo(lost);
      return book;
    }
  }
}

package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tally.custody.Approval;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.flow.Begin;
import tally.flow.Chargeback;
import tally.flow.Chargebacks;
import tally.flow.Command;
import tally.flow.Flow;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.PurchaseEnding;
import tally.flow.Purchases;
import tally.flow.Refunding;
import tally.flow.Refundings;
import tally.flow.Stocking;
import tally.flow.TopUp;
import tally.flow.TopUps;
import tally.market.Offering;
import tally.market.Offerings;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.Transactions;
import tally.payment.Payment;
import tally.payment.PaymentId;
import tally.payment.Payments;
import tally.treasury.Quote;
import tally.treasury.Quotes;
import tally.x402.Address;
import tally.x402.ChannelConfig;

/// At whatever command the Runner is lost, before it acted or after, a fresh one comes to the book
/// of a run that nothing disturbed.
class CrashTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Asset TUSD = Asset.of("TUSD/6");
  static final Holder ADA = new Holder("party:ada");
  private static final Holder VERA = new Holder("party:vera");
  private static final long MIB = 1L << 20;
  private static final long SEED = 20_261_121;
  private static final Address NOBODY = new Address("0x" + "77".repeat(20));

  @TempDir Path folder;

  /// What the book of an undisturbed run says; computed once a story.
  private static final Map<Story, Map<String, String>> CALM = new EnumMap<>(Story.class);

  enum Story {
    ROAD_THERE_AND_BACK,
    PAUSE_AND_RESUME,
    LOST_CHARGEBACK,
    FREEZE_THAT_FAILED,
    BANK_RETURN,
    FAILED_GRANT,
    SILENT_SELLER,
    WON_AFTER_AN_APPEAL,
    MATURED_IN_THE_CHANNEL,
    SPENT_OWN_POWER,
    RELEASED,
    WITHDRAWAL,
    SLICES,
    HELD_UP_BY_THE_LIMIT,
    REFUNDS_TO_APPROVE;

    Map<String, Object> settings() {
      return switch (this) {
        // A grant that would mature later than the vault lets it is refused on chain.
        case FAILED_GRANT -> Map.of("tally.treasury.maturity", "5000h");
        // A first refusal is not yet the end of it.
        case SILENT_SELLER -> Map.of("tally.flow.patience", "100ms");
        case MATURED_IN_THE_CHANNEL, SPENT_OWN_POWER -> Map.of("tally.treasury.maturity", "1h");
        case RELEASED -> Map.of("tally.treasury.maturity", "1h", "tally.treasury.release", "true");
        case SLICES, HELD_UP_BY_THE_LIMIT -> Map.of("tally.flow.slice", "0.50 TUSD");
        case REFUNDS_TO_APPROVE -> ApprovalStory.SETTINGS;
        case ROAD_THERE_AND_BACK,
            PAUSE_AND_RESUME,
            LOST_CHARGEBACK,
            FREEZE_THAT_FAILED,
            BANK_RETURN,
            WON_AFTER_AN_APPEAL,
            WITHDRAWAL ->
            Map.of();
      };
    }
  }

  /// The shortest story that reaches each command.
  static final Map<Class<? extends Command>, Story> REACHED =
      Map.ofEntries(
          Map.entry(Command.Post.class, Story.BANK_RETURN),
          Map.entry(Command.PlaceHolds.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.SettleHold.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.ReleaseHold.class, Story.FAILED_GRANT),
          Map.entry(Command.FreezeLot.class, Story.LOST_CHARGEBACK),
          Map.entry(Command.CountLot.class, Story.BANK_RETURN),
          Map.entry(Command.StartPayment.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.StartRefund.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.GiveGrant.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.ReclaimGrant.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.FreezeGrants.class, Story.LOST_CHARGEBACK),
          Map.entry(Command.FreezeGrant.class, Story.FREEZE_THAT_FAILED),
          Map.entry(Command.ThawGrants.class, Story.WON_AFTER_AN_APPEAL),
          Map.entry(Command.AppealGrants.class, Story.WON_AFTER_AN_APPEAL),
          Map.entry(Command.EndAppeal.class, Story.WON_AFTER_AN_APPEAL),
          Map.entry(Command.SyncChannel.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.RecallChannel.class, Story.SILENT_SELLER),
          Map.entry(Command.FinishRecall.class, Story.SILENT_SELLER),
          Map.entry(Command.Await.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.FundReserve.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.ReleasePower.class, Story.RELEASED),
          Map.entry(Command.OpenChannel.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.RaiseChannel.class, Story.SLICES),
          Map.entry(Command.DropDraw.class, Story.HELD_UP_BY_THE_LIMIT),
          Map.entry(Command.Connect.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.PauseDelivery.class, Story.PAUSE_AND_RESUME),
          Map.entry(Command.ResumeDelivery.class, Story.PAUSE_AND_RESUME),
          Map.entry(Command.FinishDelivery.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.PauseSale.class, Story.WITHDRAWAL),
          Map.entry(Command.ResumeSale.class, Story.WITHDRAWAL),
          Map.entry(Command.EndSale.class, Story.WITHDRAWAL),
          Map.entry(Command.ClaimChannel.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.SettleChannel.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.RefundChannel.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.TellPurchases.class, Story.LOST_CHARGEBACK),
          Map.entry(Command.WatchLots.class, Story.ROAD_THERE_AND_BACK),
          Map.entry(Command.Tell.class, Story.LOST_CHARGEBACK));

  /// Loses the Runner once, at the first command of a type or at the first that is meant.
  static final class Doom implements Runner.Fate {
    private final Predicate<Command> where;
    private final boolean before;
    private boolean struck;

    Doom(Class<? extends Command> type, boolean before) {
      this(type::isInstance, before);
    }

    Doom(Predicate<Command> where, boolean before) {
      this.where = where;
      this.before = before;
    }

    @Override
    public void before(Command command) {
      strike(command, before);
    }

    @Override
    public void after(Command command) {
      strike(command, !before);
    }

    private void strike(Command command, boolean now) {
      if (now && !struck && where.test(command)) {
        struck = true;
        throw new CrashNode.Lost(command.toString());
      }
    }
  }

  @Test
  void every_command_has_a_story_that_reaches_it() {
    assertThat(REACHED.keySet()).isEqualTo(Set.of(Command.class.getPermittedSubclasses()));
  }

  static Stream<Arguments> one_side_of_each_command() {
    var chance = new SplittableRandom(SEED);
    boolean first = chance.nextBoolean();
    var types = types().toList();
    return Stream.iterate(0, at -> at < types.size(), at -> at + 1)
        .map(at -> arguments(types.get(at).getSimpleName(), types.get(at), first ^ at % 2 == 0));
  }

  static Stream<Arguments> both_sides_of_each_command() {
    return types()
        .flatMap(type ->
            Stream.of(true, false).map(before -> arguments(type.getSimpleName(), type, before)));
  }

  private static Stream<Class<? extends Command>> types() {
    return REACHED.keySet().stream().sorted(Comparator.comparing(Class::getSimpleName));
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

  static Stream<Arguments> where_own_power_moves() {
    return OwnPowerStory.MOVES.keySet().stream()
        .sorted()
        .flatMap(move -> Stream.of(true, false).map(before -> arguments(move, before)));
  }

  @Test
  void what_is_ones_own_is_released_to_an_address_of_ones_choice_and_nothing_above_it() {
    tell(Story.RELEASED, Runner.Fate.KIND, "released", false);
  }

  @ParameterizedTest(name = "{0}, before its effect: {1}")
  @MethodSource("where_own_power_moves")
  void a_runner_lost_where_own_power_moves_leaves_the_same_book(String move, boolean before) {
    lose(Story.SPENT_OWN_POWER, new Doom(OwnPowerStory.MOVES.get(move), before));
  }

  @Test
  void a_runner_lost_at_what_an_operator_approved_sends_it_once() {
    tell(Story.REFUNDS_TO_APPROVE, new Doom(ApprovalStory::decided, false), "crash", true);
  }

  private void lose(Class<? extends Command> type, boolean before) {
    lose(REACHED.get(type), new Doom(type, before));
  }

  private void lose(Story story, Doom doom) {
    var calm = CALM.computeIfAbsent(story, it -> tell(it, Runner.Fate.KIND, "calm", false));
    assertThat(tell(story, doom, "crash", true)).isEqualTo(calm);
  }

  /// Plays the story to its end; answers the book.
  private Map<String, String> tell(Story story, Runner.Fate fate, String name, boolean lost) {
    try (var world = new CrashWorld(folder.resolve(name), fate, story.settings())) {
      var book = play(story, world);
      assertThat(world.lost()).isEqualTo(lost);
      return book;
    }
  }

  /// Plays the story to its end in this world; answers the book, with which all others agree.
  static Map<String, String> play(Story story, CrashWorld world) {
    switch (story) {
      case ROAD_THERE_AND_BACK -> roadThereAndBack(world);
      case PAUSE_AND_RESUME -> pauseAndResume(world);
      case LOST_CHARGEBACK -> lostChargeback(world);
      case FREEZE_THAT_FAILED -> freezeThatFailed(world);
      case BANK_RETURN -> bankReturn(world);
      case FAILED_GRANT -> failedGrant(world);
      case SILENT_SELLER -> silentSeller(world);
      case WON_AFTER_AN_APPEAL -> wonAfterAnAppeal(world);
      case MATURED_IN_THE_CHANNEL -> maturedInTheChannel(world);
      case SLICES -> slices(world);
      case SPENT_OWN_POWER -> new OwnPowerStory(world).spend();
      case RELEASED -> new OwnPowerStory(world).release();
      case HELD_UP_BY_THE_LIMIT -> heldUpByTheLimit(world);
      case REFUNDS_TO_APPROVE -> new ApprovalStory(world).tell();
      case WITHDRAWAL -> new WithdrawalStory(world, offering(world)).tell();
    }
    world.untilCalm();
    world.mustAgree();
    return world.balances();
  }

  // The stories.

  private static void roadThereAndBack(CrashWorld world) {
    stock(world);
    topUp(world);
    var id = buy(world, usd("5.00"));
    use(world, id);
    world.bean(Purchases.class).finish(Tenant.HOUSE, ADA, id);
    world.until("the end", () -> find(world, id, PurchaseEnding.Finished.class).isPresent());
    // A purchase is over before its last posting is carried out.
    world.untilCalm();
    var refund = flow("refund");
    var begun =
        world.bean(Refundings.class).begin(Tenant.HOUSE, ADA, refund, USD, Optional.empty());
    assertThat(begun).isInstanceOf(Begin.Begun.class);
    world.until(
        "the refund",
        () -> find(world, refund, Refunding.Sending.class).filter(Flow::over).isPresent());
    world.untilCalm();
    assertThat(world.balances())
        .containsEntry("available/party:ada USD/2", "0 held 0")
        .containsEntry("earned/party:vera TUSD/6", "500000 held 0");
  }

  private static void pauseAndResume(CrashWorld world) {
    stock(world);
    topUp(world);
    var id = buy(world, usd("5.00"));
    var purchases = world.bean(Purchases.class);
    purchases.pause(Tenant.HOUSE, ADA, id);
    world.until("the pause", () -> delivery(world, id).wanted() == Delivery.Wanted.SUSPENDED);
    purchases.resume(Tenant.HOUSE, ADA, id);
    world.until("the way", () -> delivery(world, id).wanted() == Delivery.Wanted.ACTIVE);
    use(world, id);
    purchases.finish(Tenant.HOUSE, ADA, id);
    world.until("the end", () -> find(world, id, PurchaseEnding.Finished.class).isPresent());
  }

  private static void lostChargeback(CrashWorld world) {
    stock(world);
    var payment = topUp(world);
    var id = buy(world, usd("20.00"));
    use(world, id);
    var dispute = dispute(world, payment);
    lose(world, dispute);
  }

  /// For as long as the house is not the vault's operator, nobody can freeze.
  private static void freezeThatFailed(CrashWorld world) {
    stock(world);
    var payment = topUp(world);
    var id = buy(world, usd("20.00"));
    use(world, id);
    var house = house(world);
    appoint(world, "nobody", NOBODY, tusd("1000.00"));
    var dispute = dispute(world, payment);
    world.until(
        "the freeze that failed",
        () ->
            world
                .rows("select state from network.transaction where purpose = 'freeze'")
                .contains("Dropped"));
    appoint(world, "the house again", house, tusd("1000.00"));
    world.until("the freeze", () -> grants(world).equals(List.of("Frozen")));
    lose(world, dispute);
  }

  @Test
  void a_freeze_that_is_still_on_its_way_when_the_dispute_is_won_is_thawed_behind_it() {
    try (var world = new CrashWorld(folder.resolve("won early"), Runner.Fate.KIND, Map.of())) {
      stock(world);
      var payment = topUp(world);
      use(world, buy(world, usd("20.00")));
      var house = house(world);
      appoint(world, "nobody", NOBODY, tusd("1000.00"));
      var dispute = dispute(world, payment);
      world.until(
          "the freeze",
          () -> !world.rows("select state from treasury.act where kind = 'Freeze'").isEmpty());
      world.bank("POST", "dispute/" + dispute + "/decide", Map.of("won", true));
      world.until("the thaw", () -> chargeback(world) instanceof Chargeback.Thawing);
      appoint(world, "the house again", house, tusd("1000.00"));
      world.until("the verdict", () -> chargeback(world) instanceof Chargeback.Won);
      world.untilCalm();
      world.mustAgree();
      assertThat(grants(world)).containsExactly("Granted");
      assertThat(world.balances()).containsEntry("available/party:ada USD/2", "2450 held 0");
    }
  }

  private static void lose(CrashWorld world, String dispute) {
    world.until("the freezing", () -> chargeback(world) instanceof Chargeback.Reclaiming);
    world.until(
        "the end of the appeal window",
        () -> {
          world.chain.warp(java.time.Duration.ofMinutes(1));
          return chargeback(world) instanceof Chargeback.Held;
        });
    world.bank("POST", "dispute/" + dispute + "/decide", Map.of("won", false));
    world.until("the verdict", () -> chargeback(world) instanceof Chargeback.Lost);
    world.untilCalm();
    assertThat(((Chargeback.Lost) chargeback(world)).loss()).isEqualTo(usd("0.50"));
  }

  /// The council says nothing, so that the payer keeps what he appealed for; then the bank decides
  /// for us, and it is money again.
  private static void wonAfterAnAppeal(CrashWorld world) {
    stock(world);
    var payment = topUp(world);
    var id = buy(world, usd("20.00"));
    use(world, id);
    var dispute = dispute(world, payment);
    world.until("the freezing", () -> chargeback(world) instanceof Chargeback.Reclaiming);
    world.until("the frozen grant", () -> grants(world).equals(List.of("Frozen")));
    assertThat(
            world
                .bean(Chargebacks.class)
                .appeal(Tenant.HOUSE, ADA, chargeback(world).data().about().id()))
        .isInstanceOf(Chargebacks.Appeal.Asked.class);
    world.until("the appeal", () -> grants(world).equals(List.of("Appealed")));
    world.until(
        "the council's silence",
        () -> {
          world.chain.warp(java.time.Duration.ofMinutes(1));
          return chargeback(world) instanceof Chargeback.Held;
        });
    assertThat(world.balances()).containsEntry("power/party:ada TUSD/6", "19500000 held 0");
    world.bank("POST", "dispute/" + dispute + "/decide", Map.of("won", true));
    world.until("the verdict", () -> chargeback(world) instanceof Chargeback.Won);
    world.untilCalm();
    assertThat(world.balances()).containsEntry("available/party:ada USD/2", "2450 held 0");
  }

  @Test
  void what_matures_while_it_lies_in_a_channel_is_the_persons_own_when_it_comes_back() {
    tell(Story.MATURED_IN_THE_CHANNEL, Runner.Fate.KIND, "matured", false);
  }

  private static void maturedInTheChannel(CrashWorld world) {
    stock(world);
    topUp(world);
    var id = buy(world, usd("5.00"));
    world.chain.warp(java.time.Duration.ofHours(2));
    world.until("the maturing", () -> grants(world).equals(List.of("Matured")));
    use(world, id);
    world.bean(Purchases.class).finish(Tenant.HOUSE, ADA, id);
    world.until("the end", () -> find(world, id, PurchaseEnding.Finished.class).isPresent());
    world.untilCalm();
    assertThat(
            world.number(
                "select posted from ledger.account where path = 'power/party:ada/matured/chain'"))
        .isEqualTo(tusd("4.50").units());
  }

  static List<String> grants(CrashWorld world) {
    return world.rows("select state from treasury.grant");
  }

  private static String dispute(CrashWorld world, PaymentId payment) {
    return world
        .bank("POST", "dispute", Map.of("object", object(world, payment)))
        .required("dispute")
        .asString();
  }

  private static void bankReturn(CrashWorld world) {
    var payment = topUp(world);
    world.bank("POST", "payment/" + object(world, payment) + "/return", Map.of());
    world.until("the return", () -> find(world, TOP_UP, TopUp.Returning.class).isPresent());
  }

  private static void failedGrant(CrashWorld world) {
    stock(world);
    topUp(world);
    var id = begin(world, usd("5.00"));
    world.until("the no", () -> find(world, id, Purchase.Refused.class).isPresent());
    world.untilCalm();
    assertThat(world.balances()).containsEntry("available/party:ada USD/2", "2500 held 0");
  }

  private static void silentSeller(CrashWorld world) {
    stock(world);
    topUp(world);
    var id = buy(world, usd("5.00"));
    world.sellerLeaves();
    world.bean(Purchases.class).finish(Tenant.HOUSE, ADA, id);
    world.until(
        "the end",
        () -> {
          world.chain.warp(java.time.Duration.ofMinutes(5));
          return find(world, id, PurchaseEnding.Finished.class).isPresent();
        });
    world.untilCalm();
    assertThat(world.balances()).containsEntry("available/party:ada USD/2", "2500 held 0");
  }

  /// The second MiB is paid from a slice that came after the first was agreed on.
  private static void slices(CrashWorld world) {
    stock(world);
    topUp(world);
    var id = buy(world, usd("5.00"));
    assertThat(drawn(world, id)).isEqualTo(tusd("0.50").units());
    use(world, id);
    world.until("the next slice", () -> drawn(world, id).compareTo(tusd("1.00").units()) >= 0);
    CrashWorld.fetch(delivery(world, id).url().orElseThrow());
    world.until("its voucher", () -> promised(world, id).equals(tusd("1.00").units()));
    world.bean(Purchases.class).finish(Tenant.HOUSE, ADA, id);
    world.until("the end", () -> find(world, id, PurchaseEnding.Finished.class).isPresent());
    world.untilCalm();
    assertThat(world.balances())
        .containsEntry("available/party:ada USD/2", "2400 held 0")
        .containsEntry("earned/party:vera TUSD/6", "1000000 held 0");
  }

  /// No purchase begins whose first draw the vault would never let out. One that draws as much as
  /// it lets out in a day waits for the next; when its payment is disputed meanwhile, that draw is
  /// given up.
  private static void heldUpByTheLimit(CrashWorld world) {
    stock(world);
    var payment = topUp(world);
    limit(world, tusd("0.49"));
    var quote = quote(world, ADA, "purchase", usd("5.00"));
    assertThat(world.bean(Purchases.class).begin(Tenant.HOUSE, ADA, flow("too much"), quote))
        .isInstanceOfSatisfying(
            Begin.Refused.class, no -> assertThat(no.code()).isEqualTo("above_daily_limit"));
    limit(world, tusd("0.50"));
    var id = begin(world, ADA, "purchase", quote);
    world.until("the service", () -> find(world, id, Purchase.Running.class).isPresent());
    use(world, id);
    world.until("the wait", () -> draws(world).equals(List.of("Final", "Drafted")));
    var dispute = dispute(world, payment);
    world.until("the freezing", () -> chargeback(world) instanceof Chargeback.Reclaiming);
    assertThat(draws(world)).containsExactly("Final", "Dropped");
    world.bank("POST", "dispute/" + dispute + "/decide", Map.of("won", true));
    world.until("the verdict", () -> chargeback(world) instanceof Chargeback.Won);
    world.untilCalm();
    assertThat(world.balances()).containsEntry("available/party:ada USD/2", "2450 held 0");
  }

  private static List<String> draws(CrashWorld world) {
    return world.rows(
        "select state from network.transaction where purpose = 'draw' order by number");
  }

  /// The treasury says what may leave the vault in a day.
  private static void limit(CrashWorld world, Amount daily) {
    appoint(world, "limit " + daily, house(world), daily);
  }

  private static Address house(CrashWorld world) {
    return world
        .bean(Custody.class)
        .address(new KeyRef(Tenant.HOUSE, Holder.HOUSE, CrashWorld.NETWORK));
  }

  private static void appoint(CrashWorld world, String name, Address operator, Amount daily) {
    var house = new KeyRef(Tenant.HOUSE, Holder.HOUSE, CrashWorld.NETWORK);
    var id = new TransactionId(Derived.id(name));
    world
        .bean(Transactions.class)
        .submit(
            new Transaction.Order(
                id,
                Tenant.HOUSE,
                CrashWorld.NETWORK,
                house,
                new Intent.Appoint(house(world), operator, daily.units()),
                new Approval.Operators(
                    new UUID(0, 1),
                    List.of(new UUID(0, 2), new UUID(0, 3)),
                    "a story",
                    java.time.Instant.now()),
                "appoint"));
    world.until(
        "the appointment",
        () ->
            world.bean(Transactions.class).find(Tenant.HOUSE, id).orElseThrow()
                instanceof Transaction.Final);
  }

  private static BigInteger drawn(CrashWorld world, FlowId id) {
    return find(world, id, Purchase.Running.class).orElseThrow().progress().drawn();
  }

  // Their steps.

  private static final FlowId TOP_UP = flow("top-up");

  static void stock(CrashWorld world) {
    var id = flow("stock");
    var data =
        new Stocking.Data(
            id, Tenant.HOUSE, new Stocking.Place.Vault(CrashWorld.NETWORK), tusd("100.00"));
    world.bean(Flows.class).begin(new Stocking.Requested(data), Holder.HOUSE);
    world.until("the stock", () -> find(world, id, Stocking.Stocked.class).isPresent());
  }

  private static PaymentId topUp(CrashWorld world) {
    return topUp(world, ADA);
  }

  static PaymentId topUp(CrashWorld world, Holder payer) {
    var begun =
        world
            .bean(TopUps.class)
            .begin(
                Tenant.HOUSE, payer, TOP_UP, usd("25.00"), "card", URI.create("http://127.0.0.1/"));
    var payment = ((TopUp) ((Begin.Begun) begun).flow()).data().payment();
    world.until("the pay page", () -> page(world, payment).isPresent());
    CrashWorld.pay(page(world, payment).orElseThrow());
    world.until("the money", () -> find(world, TOP_UP, TopUp.Credited.class).isPresent());
    world.untilCalm();
    return payment;
  }

  private static Optional<URI> page(CrashWorld world, PaymentId payment) {
    return world
        .bean(Payments.class)
        .find(Tenant.HOUSE, payment)
        .flatMap(found ->
            found instanceof Payment.ActionRequired asked
                ? Optional.of(asked.action().url())
                : Optional.empty());
  }

  private static FlowId buy(CrashWorld world, Amount pays) {
    return buy(world, ADA, "purchase", pays);
  }

  static FlowId buy(CrashWorld world, Holder buyer, String name, Amount pays) {
    var id = begin(world, buyer, name, pays);
    world.until("the service", () -> find(world, id, Purchase.Running.class).isPresent());
    return id;
  }

  private static FlowId begin(CrashWorld world, Amount pays) {
    return begin(world, ADA, "purchase", pays);
  }

  private static FlowId begin(CrashWorld world, Holder buyer, String name, Amount pays) {
    return begin(world, buyer, name, quote(world, buyer, name, pays));
  }

  private static Quote.Id quote(CrashWorld world, Holder buyer, String name, Amount pays) {
    var offering = offering(world);
    var quote = new Quote.Id(Derived.id("quote for " + name));
    world.bean(Quotes.class).ask(quote, Tenant.HOUSE, buyer, offering.id().value(), pays);
    return quote;
  }

  private static FlowId begin(CrashWorld world, Holder buyer, String name, Quote.Id quote) {
    var id = flow(name);
    assertThat(world.bean(Purchases.class).begin(Tenant.HOUSE, buyer, id, quote))
        .isInstanceOf(Begin.Begun.class);
    return id;
  }

  static Offering offering(CrashWorld world) {
    var receiver =
        world.bean(Custody.class).address(new KeyRef(Tenant.HOUSE, VERA, CrashWorld.NETWORK));
    world.chain.fuel(receiver);
    var tariff =
        new Tariff(
            new Price(tusd("0.50"), new Quantity(Unit.BYTE, MIB)),
            new Quantity(Unit.BYTE, MIB / 4),
            new Quantity(Unit.BYTE, 2 * MIB));
    var offering =
        new Offering(
            new Offering.Id(Derived.id("offering")),
            Tenant.HOUSE,
            VERA,
            "Bytes",
            "fake",
            Map.of("bytes", Long.toString(MIB), "seed", "7"),
            tariff,
            CrashWorld.NETWORK,
            URI.create("http://127.0.0.1/"),
            receiver,
            ChannelConfig.WITHDRAW_DELAY_MIN,
            tusd("0.50"),
            Offering.State.DRAFT);
    return ((Offerings.Answer.Done) world.bean(Offerings.class).publish(offering)).offering();
  }

  /// One MiB comes, within the lag, and is paid for portion by portion.
  static void use(CrashWorld world, FlowId id) {
    assertThat(CrashWorld.fetch(delivery(world, id).url().orElseThrow())).hasSize((int) MIB);
    world.until("the last voucher", () -> promised(world, id).equals(tusd("0.50").units()));
  }

  private static BigInteger promised(CrashWorld world, FlowId id) {
    return world
        .bean(Channels.class)
        .find(Tenant.HOUSE, purchase(world, id).data().terms().id(), Channel.Side.RECEIVER)
        .orElseThrow()
        .standing()
        .promised();
  }

  static Delivery delivery(CrashWorld world, FlowId id) {
    var name = new DeliveryId(purchase(world, id).data().delivery());
    return world.bean(Deliveries.class).find(Tenant.HOUSE, name, Delivery.Side.BUYER).orElseThrow();
  }

  private static Purchase purchase(CrashWorld world, FlowId id) {
    return find(world, id, Purchase.class).orElseThrow();
  }

  private static Chargeback chargeback(CrashWorld world) {
    return world.bean(Flows.class).list(Tenant.HOUSE, Kind.CHARGEBACK, Optional.empty(), 1).stream()
        .map(kept -> (Chargeback) kept.flow())
        .findFirst()
        .orElse(null);
  }

  private static String object(CrashWorld world, PaymentId payment) {
    for (var one : world.bank("GET", "store", Map.of()).path("payments")) {
      if (one.path("reference").asString().equals(payment.value().toString())) {
        return one.path("object").asString();
      }
    }
    throw new AssertionError("the bank knows no payment " + payment);
  }

  static <T extends Flow> Optional<T> find(CrashWorld world, FlowId id, Class<T> state) {
    return world
        .bean(Flows.class)
        .find(Tenant.HOUSE, id)
        .map(Flows.Kept::flow)
        .filter(state::isInstance)
        .map(state::cast);
  }

  static FlowId flow(String name) {
    return new FlowId(Derived.id(name));
  }

  static Amount usd(String decimal) {
    return ((Amount.Parsed.Good) Amount.parse(USD, decimal)).amount();
  }

  static Amount tusd(String decimal) {
    return ((Amount.Parsed.Good) Amount.parse(TUSD, decimal)).amount();
  }
}

package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.internal.CrashTest.flow;
import static tally.flow.internal.CrashTest.tusd;
import static tally.flow.internal.CrashTest.usd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import tally.custody.Approval;
import tally.flow.Begin;
import tally.flow.Command;
import tally.flow.FlowId;
import tally.flow.Purchase;
import tally.flow.PurchaseEnding;
import tally.flow.Purchases;
import tally.flow.Releasing;
import tally.flow.Releasings;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.HoldId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.treasury.Releases;
import tally.treasury.Vaults;
import tally.x402.Address;

/// What matured leaves the vault: it is spent, first by a purchase that it pays alone, then by one
/// that money helps; or it is released.
final class OwnPowerStory {

  private static final UUID EVE = Derived.id("eve");
  private static final Holder BUYER = new Holder("party:" + EVE);
  private static final Address THERE = new Address("0x" + "44".repeat(20));
  private static final FlowId ALONE = flow("paid by her own");
  private static final FlowId HELPED = flow("paid with some money");

  /// Where own power moves, each once in the story.
  static final Map<String, Predicate<Command>> MOVES =
      Map.of(
          "promised",
          command ->
              command instanceof Command.PlaceHolds places
                  && places.holds().getLast().id().equals(hold(HELPED)),
          "taken",
          command ->
              command instanceof Command.SettleHold settle && settle.hold().equals(hold(HELPED)),
          "drawn",
          command ->
              command instanceof Command.OpenChannel open
                  && open.draw().equals(new TransactionId(ALONE.derive("draw"))),
          "locked",
          command -> posts(command, Account.Spending.class, Account.LockedOwn.class),
          "claimed",
          command -> posts(command, Account.LockedOwn.class, Account.OnChain.class),
          "returned",
          command -> posts(command, Account.LockedOwn.class, Account.Spending.class),
          "given back",
          command -> posts(command, Account.Spending.class, Account.Matured.class));

  private final CrashWorld world;

  OwnPowerStory(CrashWorld world) {
    this.world = world;
  }

  private static HoldId hold(FlowId purchase) {
    return new HoldId(purchase.derive("hold/spends"));
  }

  private static boolean posts(
      Command command, Class<? extends Account> from, Class<? extends Account> to) {
    return command instanceof Command.Post(var entry)
        && entry.postings().stream().anyMatch(posting -> goes(posting, from, to));
  }

  private static boolean goes(
      Posting posting, Class<? extends Account> from, Class<? extends Account> to) {
    return from.isInstance(posting.from()) && to.isInstance(posting.to());
  }

  /// 4.50 of hers, and 20.00 of her money.
  private void mature() {
    CrashTest.stock(world);
    CrashTest.topUp(world, BUYER);
    var first = CrashTest.buy(world, BUYER, "first", usd("5.00"));
    world.chain.warp(Duration.ofHours(2));
    world.until("the maturing", () -> CrashTest.grants(world).equals(List.of("Matured")));
    useAndFinish(first);
    isHers("4.50", "2000");
  }

  void spend() {
    mature();
    var alone = CrashTest.buy(world, BUYER, "paid by her own", usd("3.00"));
    assertThat(alone).isEqualTo(ALONE);
    assertThat(CrashTest.find(world, alone, Purchase.class).orElseThrow().data().parts()).isEmpty();
    isHers("1.50", "2000");
    useAndFinish(alone);
    isHers("4.00", "2000");

    var helped = CrashTest.buy(world, BUYER, "paid with some money", usd("6.00"));
    assertThat(CrashTest.find(world, helped, Purchase.class).orElseThrow().data().own())
        .isEqualTo(tusd("4.00"));
    useAndFinish(helped);
    // The chain is hours ahead of us by now, so that what was granted last is mature at once.
    isHers("5.50", "1800");
  }

  void release() {
    mature();
    refused("address_refused", Address.ZERO.hex(), "1.00");
    refused(
        "address_refused",
        world.bean(Releases.class).vault(CrashWorld.NETWORK).vault().hex(),
        "1.00");
    refused("address_refused", "0x12", "1.00");
    refused("amount_above_matured", THERE.hex(), "4.500001");

    begin(flow("first release"), THERE.hex(), "2.00");
    refused("release_under_way", THERE.hex(), "1.00");
    released(flow("first release"));
    isHers("2.50", "2000");
    begin(flow("second release"), THERE.hex(), "2.50");
    released(flow("second release"));
    var hers = world.bean(Releases.class).address(Tenant.HOUSE, BUYER, CrashWorld.NETWORK);
    var vault = world.bean(Vaults.class).of(CrashWorld.NETWORK);
    assertThat(vault.released(hers)).isEqualTo(tusd("4.50").units());
  }

  private Begin ask(FlowId id, String to, String amount) {
    var wish = new Releasings.Wish(Tenant.HOUSE, BUYER, id, CrashWorld.NETWORK, to, tusd(amount));
    return world
        .bean(Releasings.class)
        .begin(wish, () -> new Approval.StepUp(EVE, id.value(), "password", Instant.now()));
  }

  private void begin(FlowId id, String to, String amount) {
    assertThat(ask(id, to, amount)).isInstanceOf(Begin.Begun.class);
    assertThat(ask(id, to, amount)).isInstanceOf(Begin.Already.class);
    assertThat(((Begin.Refused) ask(id, to, "0.50")).code()).isEqualTo("id_reused");
  }

  private void refused(String code, String to, String amount) {
    assertThat(ask(flow("refused"), to, amount))
        .isInstanceOfSatisfying(
            Begin.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private void released(FlowId id) {
    world.until(
        "the payout", () -> CrashTest.find(world, id, Releasing.Released.class).isPresent());
    world.untilCalm();
  }

  private void useAndFinish(FlowId id) {
    CrashTest.use(world, id);
    world.bean(Purchases.class).finish(Tenant.HOUSE, BUYER, id);
    world.until(
        "the end", () -> CrashTest.find(world, id, PurchaseEnding.Finished.class).isPresent());
    world.untilCalm();
  }

  /// @param cents of her money that are free
  private void isHers(String tokens, String cents) {
    var own = new Account.Matured(BUYER, CrashWorld.NETWORK);
    Amount wanted = tusd(tokens);
    assertThat(world.bean(Book.class).balance(Tenant.HOUSE, own, wanted.asset()).free())
        .isEqualTo(wanted.units());
    assertThat(
            world.number(
                "select sum(posted - held) from ledger.account where path like 'available/%'"))
        .isEqualTo(cents);
  }
}

package tally.ledger.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import tally.ledger.Account;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.ledger.internal.BookModel.Ask;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// Makes random asks of one tenant's book, from a seed: fresh ones, repetitions, repetitions with
/// other content, and nonsense.
final class Asking {

  private static final Asset[] ASSETS = {new Asset("USD", 2), new Asset("TUSD", 6)};
  private static final int REMEMBERED = 400;

  private final Random random;
  private final Tenant tenant;
  private final Instant expiryBase;
  private final List<Account> accounts = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Hold> holds = new ArrayList<>();
  private final List<Ask.Settle> settles = new ArrayList<>();

  Asking(long seed, Tenant tenant, List<Lot> lots, Instant expiryBase) {
    this.random = new Random(seed);
    this.tenant = tenant;
    this.expiryBase = expiryBase;
    accounts.add(new Account.Exchange());
    for (var name : List.of("bob", "carol", "dora")) {
      accounts.add(new Account.Earned(new Holder(name)));
    }
    for (var lot : lots) {
      accounts.add(new Account.Available(lot.owner(), lot.id()));
      accounts.add(new Account.Frozen(lot.owner(), lot.id()));
    }
  }

  Tenant tenant() {
    return tenant;
  }

  Ask next() {
    int dice = random.nextInt(100);
    if (dice < 40) {
      return new Ask.Post(remember(entries, fresh()));
    }
    if (dice < 44 && !entries.isEmpty()) {
      return new Ask.Post(any(entries));
    }
    if (dice < 47 && !entries.isEmpty()) {
      return new Ask.Post(new Entry(any(entries).id(), tenant, "other", List.of(posting())));
    }
    if (dice < 67 || holds.isEmpty()) {
      return new Ask.Promise(remember(holds, hold(new HoldId(id()))));
    }
    if (dice < 69) {
      return new Ask.Promise(any(holds));
    }
    if (dice < 71) {
      return new Ask.Promise(hold(any(holds).id()));
    }
    if (dice < 85) {
      return remember(settles, settle());
    }
    if (dice < 88 && !settles.isEmpty()) {
      return any(settles);
    }
    return new Ask.Release(dice == 99 ? new HoldId(id()) : any(holds).id());
  }

  private Entry fresh() {
    if (random.nextInt(50) == 0) {
      return opening();
    }
    var postings = new ArrayList<Posting>();
    int count = random.nextInt(4) == 0 ? 2 + random.nextInt(4) : 1;
    while (postings.size() < count) {
      postings.add(posting());
    }
    return new Entry(new EntryId(id()), tenant, "model", postings);
  }

  /// Sometimes a lot that is not covered.
  private Entry opening() {
    var lot =
        new Lot(
            new LotId(id()),
            tenant,
            new Holder("lotty"),
            amount(ASSETS[0]),
            new Lot.Source.OfPayment(id(), "card", "visa", false, true),
            Instant.EPOCH);
    var paid = random.nextInt(5) == 0 ? amount(ASSETS[0]) : lot.amount();
    return new Entry(
        new EntryId(id()),
        tenant,
        "opening",
        List.of(
            new Posting(new Account.Bank(), new Account.Available(lot.owner(), lot.id()), paid)),
        List.of(lot));
  }

  private Posting posting() {
    return posting(ASSETS[random.nextInt(ASSETS.length)]);
  }

  private Posting posting(Asset asset) {
    var to = random.nextInt(10) == 0 ? new Account.Bank() : any(accounts);
    if (random.nextInt(100) == 0) {
      to = new Account.Available(new Holder("mallory"), new LotId(id()));
    }
    var from = random.nextInt(10) < 3 ? new Account.GatewayReceivable("card") : any(accounts);
    return from.equals(to)
        ? new Posting(new Account.GatewayReceivable("card"), to, amount(asset))
        : new Posting(from, to, amount(asset));
  }

  /// The asset follows from the id: to settle in another than was promised is a fault, not an ask.
  private Hold hold(HoldId id) {
    var expires = expiryBase.plusSeconds(random.nextInt(1000));
    var asset = ASSETS[Math.floorMod(id.value().hashCode(), ASSETS.length)];
    return Hold.pending(id, tenant, "model hold", posting(asset), expires);
  }

  private Ask.Settle settle() {
    var hold = any(holds);
    var promised = hold.promised().amount();
    long units = promised.units().longValueExact();
    long part =
        switch (random.nextInt(10)) {
          case 0 -> units + 1;
          case 1, 2, 3, 4 -> 1 + random.nextLong(units);
          default -> units;
        };
    var entry =
        random.nextInt(20) == 0 && !entries.isEmpty() ? any(entries).id() : new EntryId(id());
    return new Ask.Settle(hold.id(), entry, Amount.of(promised.asset(), part));
  }

  private Amount amount(Asset asset) {
    return Amount.of(asset, 1 + random.nextInt(1000));
  }

  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /// Keeps the newest and, at random places, some of the old.
  private <T> T remember(List<T> list, T value) {
    if (list.size() < REMEMBERED) {
      list.add(value);
    } else {
      list.set(random.nextInt(REMEMBERED), value);
    }
    return value;
  }
}

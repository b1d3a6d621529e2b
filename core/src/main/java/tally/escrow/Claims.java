package tally.escrow;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.network.Chains;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.port.Chain;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Voucher;

/// Brings wishes to the chain: composes batches, asks the chain what they would do, leaves out what
/// would spoil them, and hands them to the journal.
///
/// A batch is stored when it is composed, and becomes a transaction in the very database
/// transaction that calls it submitted. A node that is lost before leaves a batch that others give
/// up; a node that is lost after leaves a transaction that the journal carries on.
public final class Claims {

  /// Batches that one round sends at most.
  static final int BATCHES_MAX = 20;

  private final Wishes.Store store;
  private final Wishes wishes;
  private final Chains chains;
  private final Channels.Signer signer;
  private final Channels.Sender sender;
  private final Supplier<UUID> ids;
  private final InstantSource clock;
  private final int rowsMax;
  private final Duration margin;

  /// @param rowsMax channels that one transaction claims of at most; 1 to 25
  /// @param margin how long before the payer can finish a withdrawal a claim becomes urgent
  public Claims(
      Wishes.Store store,
      Wishes wishes,
      Chains chains,
      Channels.Signer signer,
      Channels.Sender sender,
      Supplier<UUID> ids,
      InstantSource clock,
      int rowsMax,
      Duration margin) {
    if (rowsMax < 1 || rowsMax > Batch.ROWS_MAX) {
      throw new IllegalArgumentException("a batch has 1 to 25 rows, not " + rowsMax);
    }
    this.store = store;
    this.wishes = wishes;
    this.chains = chains;
    this.signer = signer;
    this.sender = sender;
    this.ids = ids;
    this.clock = clock;
    this.rowsMax = rowsMax;
    this.margin = margin;
  }

  /// One round of everybody's wishes; answers how many batches moved.
  public int tick() {
    int moved = 0;
    for (var late : store.overdue(clock.instant(), BATCHES_MAX)) {
      wishes.ended(late, Wishes.End.FAILED, "not submitted in time");
      moved++;
    }
    for (int batches = 0; batches < BATCHES_MAX; batches++) {
      var key = store.pressing(clock.instant());
      if (key.isEmpty()) {
        break;
      }
      compose(key.get()).ifPresent(this::send);
      moved++;
    }
    return moved;
  }

  /// Sends the most pressing of what one key wants claimed, at once; the next rounds send the rest.
  void send(KeyRef key) {
    compose(key).ifPresent(this::send);
  }

  /// Takes wishes up and stores them as a batch. Empty where there are none that a claim could
  /// serve.
  public Optional<Batch> compose(KeyRef key) {
    return store.inTransaction(() -> {
      var now = clock.instant();
      var rows = new ArrayList<Batch.Row>();
      for (var wish : store.take(key, now, rowsMax)) {
        row(wish).ifPresent(rows::add);
      }
      if (rows.isEmpty()) {
        return Optional.empty();
      }
      var batch = new Batch(new TransactionId(ids.get()), key, rows);
      store.compose(batch, now, now.plus(Batch.LIFETIME));
      return Optional.of(batch);
    });
  }

  private Optional<Batch.Row> row(Wish wish) {
    return store
        .claimable(wish.tenant(), wish.channel())
        .flatMap(one ->
            one.total()
                .map(total -> {
                  Voucher best = one.channel().standing().voucher().orElseThrow();
                  var config = one.channel().terms().config();
                  return new Batch.Row(wish, new Intent.ClaimRow(config, best, total));
                }));
  }

  /// Sends a batch without the rows that would spoil it.
  public void send(Batch batch) {
    Optional<Batch> sound;
    boolean urgent;
    try {
      urgent = urgent(batch);
      sound = sound(batch);
    } catch (ChainUnavailable unavailable) {
      wishes.ended(batch.started(), Wishes.End.FAILED, "the chain cannot be asked");
      return;
    }
    sound.ifPresentOrElse(
        one -> submit(one, urgent),
        () -> wishes.ended(batch.started(), Wishes.End.FAILED, "no row would act"));
  }

  /// Whether its time is nearly over, by the chain's own clock. A human hears of it: the claim
  /// should have gone long before.
  private boolean urgent(Batch batch) {
    var deadline = batch.deadline();
    if (deadline.isEmpty() || chain(batch).head().time().plus(margin).isBefore(deadline.get())) {
      return false;
    }
    for (var row : batch.rows()) {
      row.wish()
          .deadline()
          .filter(deadline.get()::equals)
          .ifPresent(end ->
              wishes.raise(
                  row.wish(),
                  Alarm.WITHDRAWAL_CLOSE,
                  "The payer can finish a withdrawal at "
                      + end
                      + ", and "
                      + row.claim().totalClaimed()
                      + " is not claimed yet. The claim goes first, at a raised fee."));
    }
    return true;
  }

  private Optional<Batch> sound(Batch batch) {
    return switch (simulate(batch, batch.rows())) {
      case Chain.Simulated.Passes _ -> Optional.of(batch);
      case Chain.Simulated.Reverts(var reason) -> isolated(batch, reason);
    };
  }

  /// One row that reverts takes all others with it, so each is asked for alone.
  private Optional<Batch> isolated(Batch batch, String reason) {
    var good = new ArrayList<Batch.Row>();
    for (var row : batch.rows()) {
      var alone =
          batch.rows().size() == 1
              ? new Chain.Simulated.Reverts(reason)
              : simulate(batch, List.of(row));
      switch (alone) {
        case Chain.Simulated.Passes _ -> good.add(row);
        case Chain.Simulated.Reverts(var why) -> wishes.poisoned(batch, row, why);
      }
    }
    return good.isEmpty() ? Optional.empty() : Optional.of(batch.with(good));
  }

  private Chain.Simulated simulate(Batch batch, List<Batch.Row> rows) {
    return chain(batch).simulate(Batch.intent(rows), signer.address(batch.key()));
  }

  private Chain chain(Batch batch) {
    var network = batch.key().network();
    return chains
        .find(network)
        .orElseThrow(() -> new ChainUnavailable("this node reaches no chain " + network));
  }

  private void submit(Batch batch, boolean urgent) {
    store.inTransaction(() -> {
      if (store.submit(batch, clock.instant())) {
        sender.submit(order(batch, urgent));
      }
      return true;
    });
  }

  private static Transaction.Order order(Batch batch, boolean urgent) {
    var key = batch.key();
    return new Transaction.Order(
        batch.id(),
        key.tenant(),
        key.network(),
        key,
        batch.intent(),
        approval(batch),
        "claim",
        urgent);
  }

  /// A holder agreed to each channel as a whole: to be paid what was promised. The house agrees to
  /// nothing beforehand.
  private static Approval approval(Batch batch) {
    return batch.key().holder().equals(Holder.HOUSE)
        ? new Approval.Flow("claim", batch.id().value())
        : new Approval.Standing(batch.id().value(), batch.units());
  }
}

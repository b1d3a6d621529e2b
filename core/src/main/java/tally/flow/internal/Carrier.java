package tally.flow.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.delivery.Deliveries;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.escrow.Channels;
import tally.flow.Command;
import tally.flow.Signal;
import tally.ledger.Account;
import tally.ledger.Answer;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.Posting;
import tally.market.Peers;
import tally.money.Amount;
import tally.money.Tenant;
import tally.network.Transactions;
import tally.payment.Payments;
import tally.payment.Refunds;
import tally.treasury.Grants;
import tally.treasury.Releases;

/// Carries out commands, each at least once; the derived ids in them make it act once.
final class Carrier implements Runner.Hands {

  private final Book book;
  private final Payments payments;
  private final Refunds refunds;
  private final Grants grants;
  private final Releases releases;
  private final Channels channels;
  private final Deliveries deliveries;
  private final Transactions transactions;
  private final GrantsOfLots ofLots;
  private final Sellers sellers;
  private final JdbcFlows flows;
  private final Duration patience;

  /// @param patience how long a seller may let a buyer wait before he is done without
  Carrier(
      Book book,
      Payments payments,
      Refunds refunds,
      Grants grants,
      Releases releases,
      Channels channels,
      Deliveries deliveries,
      Peers peers,
      Transactions transactions,
      JdbcFlows flows,
      Duration patience) {
    this.book = book;
    this.payments = payments;
    this.refunds = refunds;
    this.grants = grants;
    this.releases = releases;
    this.channels = channels;
    this.deliveries = deliveries;
    this.sellers = new Sellers(channels, deliveries, peers, patience);
    this.transactions = transactions;
    this.flows = flows;
    this.ofLots = new GrantsOfLots(grants, flows);
    this.patience = patience;
  }

  /// What could not be done now, and is tried again.
  static final class Later extends RuntimeException {
    private static final long serialVersionUID = 1;

    Later(String why) {
      super(why);
    }
  }

  @Override
  public Optional<Signal> carryOut(JdbcCommands.Taken taken) {
    var tenant = taken.tenant();
    var flow = taken.flow();
    return switch (taken.command()) {
      case Command.Post(var entry) -> Optional.of(posted(entry, book.post(entry)));
      case Command.PlaceHolds holds -> Optional.of(place(holds));
      case Command.SettleHold settle -> {
        insist(book.settle(tenant, settle.hold(), settle.entry(), settle.amount()));
        yield Optional.empty();
      }
      case Command.ReleaseHold(var hold) -> {
        insist(book.release(tenant, hold));
        yield Optional.empty();
      }
      case Command.WatchLots _ -> Optional.empty();
      case Command.FreezeLot freeze -> Optional.of(freeze(tenant, freeze));
      case Command.CountLot count -> Optional.of(count(tenant, count));
      case Command.StartPayment(var order) -> {
        var payment = payments.start(order);
        yield Optional.of(new Signal.PaymentMoved(payment));
      }
      case Command.StartRefund(var order, var by) ->
          Optional.of(new Signal.RefundMoved(refunds.start(order, by)));
      case Command.GiveGrant give -> {
        grants.give(
            give.grant(), tenant, give.user(), give.lot().value(), give.network(), give.amount());
        yield Optional.empty();
      }
      case Command.ReclaimGrant reclaim -> {
        grants.reclaim(
            tenant, reclaim.grant(), reclaim.rest(), reclaim.consent(), reclaim.transaction());
        yield Optional.empty();
      }
      case Command.FreezeGrants freeze -> Optional.of(ofLots.freeze(tenant, flow, freeze));
      case Command.FreezeGrant(var grant, var evidence, var transaction) -> {
        grants.freeze(tenant, grant, transaction, evidence);
        yield Optional.empty();
      }
      case Command.ThawGrants thaw -> Optional.of(ofLots.thaw(tenant, flow, thaw));
      case Command.AppealGrants appeal -> Optional.of(ofLots.appeal(tenant, flow, appeal));
      case Command.EndAppeal(var grant, var transaction) -> {
        grants.endAppeal(tenant, grant, transaction);
        yield Optional.empty();
      }
      case Command.SyncChannel sync -> {
        grants.sync(tenant, sync.network(), sync.channel(), sync.config(), sync.transaction());
        yield Optional.empty();
      }
      case Command.RecallChannel recall -> {
        grants.recall(
            tenant, recall.network(), recall.channel(), recall.config(), recall.transaction());
        yield Optional.empty();
      }
      case Command.FinishRecall finish -> {
        grants.finish(
            tenant,
            finish.network(),
            finish.channel(),
            finish.config(),
            finish.ripe(),
            finish.transaction());
        yield Optional.empty();
      }
      case Command.Await(var what) -> {
        flows.in(() -> {
          flows.remind(tenant, flow, new Signal.Overdue(what), patience);
          return true;
        });
        yield Optional.empty();
      }
      case Command.FundReserve fund -> {
        grants.fund(tenant, fund.network(), fund.amount(), fund.transaction());
        yield Optional.empty();
      }
      case Command.ReleasePower(var release, var transaction) ->
          releases
              .release(
                  tenant,
                  release.owner(),
                  release.network(),
                  release.to(),
                  release.amount(),
                  release.proof(),
                  transaction)
              .map(no -> new Signal.ReleaseRefused(transaction, no.code(), no.text()));
      case Command.OpenChannel open -> {
        channels.open(
            open.terms(),
            open.total(),
            open.draw(),
            new Approval.Standing(open.terms().id().subject(), open.total()));
        yield Optional.empty();
      }
      case Command.RaiseChannel(var terms, var total, var draw) ->
          channels
              .raise(terms, total, draw, new Approval.Standing(terms.id().subject(), total))
              .map(no -> new Signal.SliceRefused(draw, no.code(), no.text()));
      case Command.DropDraw(var draw) -> {
        transactions.drop(
            tenant,
            draw,
            "not_needed",
            "The service ended, or a payment of it is being claimed back.");
        yield Optional.empty();
      }
      case Command.Connect connect -> Optional.of(sellers.connect(taken, connect));
      case Command.PauseDelivery(var delivery) -> {
        deliveries.suspend(tenant, new DeliveryId(delivery), Side.BUYER);
        yield Optional.empty();
      }
      case Command.ResumeDelivery(var delivery) -> {
        deliveries.resume(tenant, new DeliveryId(delivery), Side.BUYER);
        yield Optional.empty();
      }
      case Command.FinishDelivery finish -> Optional.of(sellers.finish(taken, finish));
      case Command.PauseSale(var delivery) -> {
        deliveries.suspend(tenant, new DeliveryId(delivery), Side.SELLER);
        yield Optional.empty();
      }
      case Command.ResumeSale(var delivery) -> {
        deliveries.resume(tenant, new DeliveryId(delivery), Side.SELLER);
        yield Optional.empty();
      }
      case Command.EndSale(var delivery) -> {
        deliveries.terminate(tenant, new DeliveryId(delivery), Side.SELLER);
        yield Optional.empty();
      }
      case Command.ClaimChannel(var terms) ->
          Optional.of(
              new Signal.ClaimAsked(channels.claim(tenant, terms.id()).orElse(BigInteger.ZERO)));
      case Command.SettleChannel(var terms) ->
          Optional.of(
              new Signal.PayoutAsked(channels.settle(tenant, terms.id()).orElse(BigInteger.ZERO)));
      case Command.RefundChannel(var terms, var transaction) ->
          Optional.of(
              new Signal.RefundAsked(
                  channels.refund(tenant, terms.id(), transaction).orElse(BigInteger.ZERO)));
      case Command.TellPurchases(var lot, var chargeback) ->
          Optional.of(
              new Signal.PurchasesTold(
                  flows.in(() ->
                      flows.tell(tenant, lot.value(), new Signal.LotDisputed(lot, chargeback)))));
      case Command.Tell(var other, var signal) -> {
        flows.in(() -> flows.signal(tenant, other, signal));
        yield Optional.empty();
      }
    };
  }

  @Override
  public List<Supplier<Optional<Signal>>> post(List<JdbcCommands.Taken> posts) {
    var entries = posts.stream().map(taken -> ((Command.Post) taken.command()).entry()).toList();
    var answers = book.post(entries);
    var told = new ArrayList<Supplier<Optional<Signal>>>();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      var answer = answers.get(i);
      told.add(() -> Optional.of(posted(entry, answer.get())));
    }
    return told;
  }

  private static Signal posted(Entry entry, Answer answer) {
    return switch (answer) {
      case Answer.Done _, Answer.Already _ -> new Signal.Posted(entry.id());
      case Answer.Refused refused ->
          new Signal.PostRefused(entry.id(), refused.code(), refused.text());
    };
  }

  /// All in one database transaction, so that a refused one undoes those before it.
  private Signal place(Command.PlaceHolds command) {
    var refusal = new ArrayList<Answer.Refused>();
    try {
      flows.in(() -> {
        for (var hold : command.holds()) {
          if (book.hold(hold) instanceof Answer.Refused refused) {
            refusal.add(refused);
            throw new Later("undone: " + refused.code());
          }
        }
        return true;
      });
      return new Signal.HoldsPlaced();
    } catch (Later undone) {
      return new Signal.HoldsRefused(refusal.getFirst().code(), refusal.getFirst().text());
    }
  }

  private Signal freeze(Tenant tenant, Command.FreezeLot freeze) {
    return flows.in(() -> {
      var done = book.entry(tenant, freeze.entry().value());
      if (done.isPresent()) {
        return new Signal.LotFrozen(freeze.from().lot(), done.get().postings().getFirst().amount());
      }
      var asset = freeze.most().asset();
      var amount = free(book.balance(tenant, freeze.from(), asset)).min(freeze.most());
      if (!amount.isZero()) {
        insist(
            book.post(
                new Entry(
                    freeze.entry(),
                    tenant,
                    "chargeback lot frozen",
                    List.of(new Posting(freeze.from(), freeze.to(), amount)))));
      }
      return new Signal.LotFrozen(freeze.from().lot(), amount);
    });
  }

  private Signal count(Tenant tenant, Command.CountLot count) {
    var account = new Account.Available(count.owner(), count.lot());
    return new Signal.LotCounted(
        count.lot(), free(book.balance(tenant, account, count.most().asset())).min(count.most()));
  }

  private static Amount free(Balance balance) {
    return new Amount(balance.asset(), balance.free().max(BigInteger.ZERO));
  }

  private static void insist(Answer answer) {
    if (answer instanceof Answer.Refused refused) {
      throw new Later(refused.code() + ": " + refused.text());
    }
  }
}

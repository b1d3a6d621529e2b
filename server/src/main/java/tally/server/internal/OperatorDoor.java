package tally.server.internal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tally.ledger.Book;
import tally.network.Transaction;
import tally.network.Transactions;
import tally.party.Party;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Payment;
import tally.payment.Payments;

/// What an operator sees and does. The route table lets nobody else in.
@RestController
@RequestMapping("/api/v1")
public class OperatorDoor {

  /// Either a network, for tokens, or a gateway, for money.
  record StockOrder(@Nullable String network, @Nullable String gateway, @Nullable Money amount) {}

  record Reserved(List<Views.Reserve> items) {}

  private final Road road;
  private final Reserves reserves;
  private final Book book;
  private final Transactions transactions;
  private final Payments payments;
  private final Disputes disputes;
  private final Assets assets;

  OperatorDoor(
      Road road,
      Reserves reserves,
      Book book,
      Transactions transactions,
      Payments payments,
      Disputes disputes,
      Assets assets) {
    this.road = road;
    this.reserves = reserves;
    this.book = book;
    this.transactions = transactions;
    this.payments = payments;
    this.disputes = disputes;
    this.assets = assets;
  }

  @PostMapping("/reserve")
  ResponseEntity<Views.Stock> stock(
      @AuthenticationPrincipal Party party,
      @RequestHeader(Ids.KEY) String key,
      @RequestBody StockOrder order) {
    var id = Ids.of(key);
    var amount = assets.read(order.amount());
    return Ids.created(
        road.stock(
            party.tenant(),
            id,
            Optional.ofNullable(order.network()),
            Optional.ofNullable(order.gateway()),
            amount));
  }

  /// What is held on each network, and what of it is free.
  @GetMapping("/reserve")
  Reserved reserve(@AuthenticationPrincipal Party party) {
    return new Reserved(reserves.all(party.tenant()));
  }

  @GetMapping("/reserve/{id}")
  Views.Stock stock(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    return road.stock(party.tenant(), id).orElseThrow(Refused::notFound);
  }

  @GetMapping("/book")
  Page<Views.BookLine> book(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all =
        book.balances(party.tenant(), "").stream()
            .map(line ->
                new Views.BookLine(line.account().path(), line.asset().code(), line.posted()))
            .toList();
    return Page.of(all, line -> line.account() + " " + line.asset(), limit, after);
  }

  @GetMapping("/entries")
  public Page<Views.EntryLine> entries(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "") String account,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    int most = Page.limit(limit);
    var found = book.entries(party.tenant(), account, before(after), most + 1);
    var items = found.stream().limit(most).map(HistoryViews::view).toList();
    return new Page<>(items, found.size() > most ? String.valueOf(items.getLast().seq()) : null);
  }

  @PostMapping("/ledger/verify")
  public Views.Verified verify() {
    var verified = book.verify();
    return new Views.Verified(
        verified.sound(), verified.entries(), verified.holds(), verified.faults());
  }

  @GetMapping("/transactions")
  Page<Views.TransactionLine> transactions(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all =
        transactions.list(party.tenant(), Page.REACH).stream().map(OperatorDoor::view).toList();
    return Page.of(all, Views.TransactionLine::id, limit, after);
  }

  @GetMapping("/payments")
  public Page<Views.PaymentLine> payments(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = payments.list(party.tenant(), Page.REACH).stream().map(OperatorDoor::view).toList();
    return Page.of(all, Views.PaymentLine::id, limit, after);
  }

  @GetMapping("/disputes")
  public Page<Views.DisputeLine> disputes(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    var all = disputes.list(party.tenant(), Page.REACH).stream().map(OperatorDoor::view).toList();
    return Page.of(all, Views.DisputeLine::id, limit, after);
  }

  @GetMapping("/chargebacks")
  public Page<Views.Chargeback> chargebacks(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return Page.of(
        road.chargebacks(party.tenant(), Page.REACH), Views.Chargeback::id, limit, after);
  }

  @GetMapping("/flows")
  public Page<Views.Story> flows(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "false") boolean stalled,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    List<Views.Story> all = road.stories(party.tenant(), stalled, Page.REACH);
    return Page.of(all, Views.Story::id, limit, after);
  }

  @PostMapping("/flows/{id}/retry")
  public ResponseEntity<Void> retry(@AuthenticationPrincipal Party party, @PathVariable UUID id) {
    if (!road.retry(party.tenant(), id)) {
      throw new Refused("not_stalled", "This flow does not wait for anybody.");
    }
    return ResponseEntity.noContent().build();
  }

  private static long before(@Nullable String after) {
    try {
      return after == null ? Long.MAX_VALUE : Long.parseLong(after);
    } catch (NumberFormatException malformed) {
      throw new Refused("cursor_malformed", "A cursor of entries is a number.");
    }
  }

  private static Views.TransactionLine view(Transaction transaction) {
    Optional<Transaction.Attempt> attempt =
        switch (transaction) {
          case Transaction.Drafted _, Transaction.Dropped _ -> Optional.empty();
          case Transaction.Signed it -> Optional.of(it.attempt());
          case Transaction.Broadcast it -> Optional.of(it.attempt());
          case Transaction.Included it -> Optional.of(it.attempt());
          case Transaction.Final it -> Optional.of(it.attempt());
          case Transaction.Replaced it -> Optional.of(it.attempt());
        };
    Long block =
        switch (transaction) {
          case Transaction.Included it -> Long.valueOf(it.receipt().block());
          case Transaction.Final it -> Long.valueOf(it.receipt().block());
          case Transaction.Drafted _, Transaction.Signed _, Transaction.Broadcast _ -> null;
          case Transaction.Replaced _, Transaction.Dropped _ -> null;
        };
    return new Views.TransactionLine(
        transaction.order().id().value(),
        attempt.map(it -> it.hash().hex()).orElse(null),
        transaction.order().purpose(),
        transaction.getClass().getSimpleName(),
        block);
  }

  private static Views.PaymentLine view(Payment payment) {
    var order = payment.order();
    return new Views.PaymentLine(
        order.id().value(), order.gateway(), payment.getClass().getSimpleName(), order.amount());
  }

  private static Views.DisputeLine view(Dispute dispute) {
    var about = dispute.about();
    return new Views.DisputeLine(
        about.id().value(),
        about.payment().value(),
        dispute.getClass().getSimpleName(),
        about.amount(),
        about.fee(),
        about.reason(),
        about.answerBy().orElse(null),
        dispute.answerable());
  }
}

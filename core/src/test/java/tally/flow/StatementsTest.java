package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.HOUSE;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.USD;
import static tally.flow.FlowFixtures.aTopUp;
import static tally.flow.FlowFixtures.captured;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.usd;

import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.LotId;
import tally.ledger.Posting;
import tally.money.Holder;
import tally.payment.Refund;

class StatementsTest {

  private static final Holder BOB = new Holder("party:bob");
  private final TopUp.Data topUp = aTopUp("25.00");
  private final LotId lot = TopUp.lotOf(topUp.payment());
  private final Refunding.Data refund = refund("10.00");
  private final List<Flows.Kept> flows = new ArrayList<>();
  private final List<Book.Written> book = new ArrayList<>();
  private final Statements statements =
      new Statements(
          new Flows(stub(Flows.Store.class, this::flows)),
          new Book(stub(Book.Store.class, this::book)));

  @Test
  void each_line_says_what_was_available_then_and_which_story_it_is_of() {
    keep(new TopUp.Credited(topUp), Kind.TOP_UP);
    keep(new Refunding.Taking(refund, Map.of()), Kind.REFUNDING);
    write(Postings.captured(new EntryId(topUp.id().derive("captured")), captured(topUp)));
    write(Postings.refundRequested(new EntryId(refund.id().derive("requested")), refund));

    assertThat(statements.lines(HOUSE, ADA, USD))
        .extracting(
            Statements.Line::reason,
            Statements.Line::came,
            Statements.Line::amount,
            Statements.Line::after,
            Statements.Line::story)
        .containsExactly(
            tuple("refund requested", false, usd("10.00"), usd("15.00"), Optional.of(refund.id())),
            tuple("topup captured", true, usd("25.00"), usd("25.00"), Optional.of(topUp.id())));
  }

  @Test
  void what_leaves_the_balance_as_it_was_is_no_line() {
    write(Postings.captured(new EntryId(topUp.id().derive("captured")), captured(topUp)));
    var own = new Account.Available(ADA, lot);
    write(
        new Entry(
            new EntryId(flow("there and back").value()),
            HOUSE,
            "there and back",
            List.of(
                new Posting(own, new Account.Refunding(ADA, lot), usd("3.00")),
                new Posting(new Account.Refunding(ADA, lot), own, usd("3.00")))));
    assertThat(statements.lines(HOUSE, ADA, USD))
        .extracting(Statements.Line::reason)
        .containsExactly("topup captured");
  }

  @Test
  void a_receipt_holds_the_entries_of_its_own_story_oldest_first() {
    keep(new TopUp.Credited(topUp), Kind.TOP_UP);
    keep(new Refunding.Taking(refund, Map.of()), Kind.REFUNDING);
    write(Postings.captured(new EntryId(topUp.id().derive("captured")), captured(topUp)));
    write(Postings.refundRequested(new EntryId(refund.id().derive("requested")), refund));
    var part = refund.parts().getFirst();
    var done = new EntryId(refund.id().derive("completed/" + part.refund().value()));
    write(Postings.refundCompleted(done, refund, part));

    assertThat(statements.entries(HOUSE, ADA, refund.id()))
        .extracting(written -> written.entry().reason())
        .containsExactly("refund requested", "refund completed");
    assertThat(statements.entries(HOUSE, BOB, refund.id())).isEmpty();
    assertThat(statements.entries(HOUSE, ADA, flow("nobody's"))).isEmpty();
  }

  private Refunding.Data refund(String amount) {
    var id = flow("refund");
    var part =
        new Refunding.Part(
            lot, topUp.payment(), "card", usd(amount), new Refund.Id(id.derive("refund/" + lot)));
    return new Refunding.Data(
        id, HOUSE, ADA, Optional.of(usd(amount)), usd(amount), List.of(part), Optional.empty());
  }

  private void keep(Flow flow, Kind kind) {
    flows.add(new Flows.Kept(flow, kind, ADA, NOW, Optional.empty(), false));
  }

  private void write(Entry entry) {
    book.add(new Book.Written(book.size() + 1L, NOW, entry));
  }

  private Object flows(String method, Object... given) {
    return switch (method) {
      case "find" -> flows.stream().filter(kept -> kept.flow().id().equals(given[1])).findFirst();
      case "list" -> flows.stream().filter(kept -> kept.kind() == given[1]).toList();
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private Object book(String method, Object... given) {
    return switch (method) {
      case "balances" -> List.of(available((String) given[1]));
      case "entries" ->
          book.reversed().stream().filter(written -> touches(written, (String) given[1])).toList();
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private Balance available(String prefix) {
    var sum = BigInteger.ZERO;
    for (var written : book) {
      for (var posting : written.entry().postings()) {
        var units = posting.amount().units();
        sum = posting.to().path().startsWith(prefix) ? sum.add(units) : sum;
        sum = posting.from().path().startsWith(prefix) ? sum.subtract(units) : sum;
      }
    }
    return new Balance(new Account.Available(ADA, lot), USD, sum, BigInteger.ZERO);
  }

  private static boolean touches(Book.Written written, String prefix) {
    return written.entry().postings().stream()
        .anyMatch(posting ->
            posting.from().path().startsWith(prefix) || posting.to().path().startsWith(prefix));
  }

  private interface Answering {
    Object answer(String method, Object... given);
  }

  private static <T> T stub(Class<T> type, Answering answering) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, given) -> answering.answer(method.getName(), given)));
  }
}

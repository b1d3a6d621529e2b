package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.HOUSE;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.PROVIDER;
import static tally.flow.FlowFixtures.aCase;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.aRelease;
import static tally.flow.FlowFixtures.aTopUp;
import static tally.flow.FlowFixtures.lot;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;
import static tally.flow.FlowFixtures.withOwn;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tally.SourceTree;
import tally.ledger.Account;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.money.Derived;
import tally.payment.Payment;
import tally.payment.PaymentId;
import tally.payment.Refund;

/// The posting tables of `docs/flows` are what `Postings` does. With `-Dtally.docs.write=true` the
/// pages are rewritten.
class PostingTablesTest {

  private static final String BEGIN = "<!-- postings -->\n";
  private static final String END = "<!-- /postings -->\n";
  private static final EntryId ID = new EntryId(Derived.id("entry"));

  /// One call of a method of `Postings`, and what each amount in its answer stands for.
  private record Sample(String method, Map<Amount, String> amounts, Object... arguments) {}

  /// One page of `docs/flows`, with the calls that fill its table.
  private record Page(String name, List<Sample> samples) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Page> pages() {
    return List.of(
        new Page("topup", topUp()),
        new Page("purchase", purchase()),
        new Page("settlement", settlement()),
        new Page("refunding", refunding()),
        new Page("chargeback", chargeback()),
        new Page("maturing", maturing()),
        new Page("releasing", releasing()),
        new Page("stocking", stocking()));
  }

  private static List<Sample> topUp() {
    var order = aTopUp("25.00").order();
    var fee = Optional.of(usd("0.60"));
    var captured =
        new Payment.Captured(order, "object", usd("25.00"), fee, "card", true, true, NOW);
    var returned = new Payment.Returned(order, "object", usd("25.00"), NOW);
    return List.of(
        new Sample(
            "captured",
            Map.of(usd("25.00"), "what was captured", usd("0.60"), "the fee the gateway names"),
            ID,
            captured),
        new Sample(
            "returned",
            Map.of(usd("7.00"), "what the payer has not used", usd("18.00"), "the rest"),
            ID,
            returned,
            usd("7.00")));
  }

  private static List<Sample> purchase() {
    var data = promised();
    var first = shares("2.50", "4.00");
    var next = shares("0.50", "1.00");
    var spent = shares("1.50", "3.00");
    var back = shares("1.25", "2.00");
    return List.of(
        new Sample(
            "pays",
            Map.of(usd("5.00"), "the lot's share of the price"),
            ADA,
            lot("0"),
            usd("5.00")),
        new Sample(
            "gets",
            Map.of(tusd("5.00"), "the lot's share of the tokens"),
            ADA,
            lot("0"),
            "fake",
            tusd("5.00")),
        new Sample(
            "spends", Map.of(tusd("3.50"), "what is used of his own power"), data, data.own()),
        new Sample(
            "locked",
            Map.of(
                tusd("2.50"), "what the first slice takes of it",
                tusd("4.00"), "the lot's share of the first slice"),
            ID,
            data,
            first),
        new Sample(
            "raised",
            Map.of(
                tusd("0.50"), "what the next slice takes of it",
                tusd("1.00"), "the lot's share of the next slice"),
            ID,
            data,
            next),
        new Sample(
            "claimed",
            Map.of(
                tusd("1.50"), "what was claimed, his own before any lot",
                tusd("3.00"), "what was claimed beyond it, oldest lot first"),
            ID,
            data,
            spent),
        new Sample(
            "cameBack",
            Map.of(
                tusd("2.00"), "what was not claimed, newest lot first",
                tusd("1.25"), "what came back beyond all lots"),
            ID,
            data,
            back),
        new Sample(
            "ownReturned",
            Map.of(tusd("1.25"), "what was not spent of his own power"),
            ID,
            data,
            tusd("1.25")),
        new Sample(
            "converted",
            Map.of(
                tusd("2.00"), "tokens surrendered",
                usd("1.99"), "their worth at the rate of the purchase, rounded down"),
            ID,
            HOUSE,
            ADA,
            lot("0"),
            "fake",
            tusd("2.00"),
            usd("1.99")));
  }

  private static Purchase.Data promised() {
    return withOwn(tusd("3.50"), aPurchase("5.00"));
  }

  private static List<PurchaseShare> shares(String own, String ofLot) {
    return List.of(PurchaseShare.own(tusd(own)), PurchaseShare.of(lot("0"), tusd(ofLot)));
  }

  private static List<Sample> settlement() {
    return List.of(
        new Sample(
            "earned",
            Map.of(tusd("3.00"), "what this claim added"),
            ID,
            HOUSE,
            PROVIDER,
            "fake",
            tusd("3.00")),
        new Sample(
            "tooLate",
            Map.of(tusd("2.00"), "vouchers that the channel can no longer pay"),
            ID,
            HOUSE,
            PROVIDER,
            tusd("2.00")),
        new Sample(
            "madeGood",
            Map.of(tusd("1.00"), "what of that a later deposit covers"),
            ID,
            HOUSE,
            PROVIDER,
            tusd("1.00")));
  }

  private static List<Sample> refunding() {
    var part =
        new Refunding.Part(
            lot("0"),
            new PaymentId(Derived.id("payment")),
            "card",
            usd("7.00"),
            new Refund.Id(Derived.id("refund")));
    var data =
        new Refunding.Data(
            FlowFixtures.flow("refunding"),
            HOUSE,
            ADA,
            Optional.empty(),
            usd("7.00"),
            List.of(part),
            Optional.empty());
    var amounts = Map.of(usd("7.00"), "the lot's part of the refund");
    return List.of(
        new Sample("refundRequested", amounts, ID, data),
        new Sample("refundDeclined", amounts, ID, data),
        new Sample("refundCompleted", amounts, ID, data, part),
        new Sample("refundFailed", amounts, ID, data, part),
        new Sample("refundBounced", amounts, ID, data, part));
  }

  private static List<Sample> chargeback() {
    var about = aCase("24.00", "15.00");
    return List.of(
        new Sample(
            "disputeOpened",
            Map.of(usd("24.00"), "the disputed sum", usd("15.00"), "the gateway's fee for it"),
            ID,
            about),
        new Sample(
            "reclaimed",
            Map.of(
                tusd("16.00"), "tokens the vault took back",
                usd("15.99"), "their worth at the rate of the purchase, rounded down"),
            ID,
            HOUSE,
            ADA,
            lot("0"),
            "fake",
            tusd("16.00"),
            usd("15.99")),
        new Sample(
            "disputeLost",
            Map.of(
                usd("16.00"), "what is frozen, up to the disputed sum",
                usd("8.00"), "the disputed sum less that"),
            ID,
            about,
            ADA,
            lot("0"),
            usd("16.00")),
        new Sample(
            "disputeLost",
            Map.of(
                usd("24.00"), "what is frozen, up to the disputed sum",
                usd("1.00"), "what is frozen beyond it"),
            ID,
            about,
            ADA,
            lot("0"),
            usd("25.00")),
        new Sample(
            "frozenLate",
            Map.of(
                usd("3.00"), "what came late, up to the loss",
                usd("4.00"), "what came late beyond it"),
            ID,
            HOUSE,
            ADA,
            lot("0"),
            usd("7.00"),
            usd("3.00")),
        new Sample(
            "disputeWon",
            Map.of(
                usd("24.00"), "the disputed sum, where the gateway took it",
                usd("16.00"), "all that is frozen"),
            ID,
            about,
            ADA,
            lot("0"),
            usd("16.00")));
  }

  private static List<Sample> maturing() {
    return List.of(
        new Sample(
            "matured",
            Map.of(tusd("12.00"), "what lies unspent in the vault"),
            ID,
            HOUSE,
            ADA,
            lot("0"),
            "fake",
            tusd("12.00")));
  }

  private static List<Sample> releasing() {
    var data = aRelease("4.00");
    var all = Map.of(tusd("4.00"), "what is released");
    return List.of(
        new Sample("releases", all, data),
        new Sample(
            "released",
            Map.of(tusd("3.00"), "what the vault paid", tusd("1.00"), "what it paid less"),
            ID,
            data,
            tusd("4.00"),
            tusd("3.00").units()),
        new Sample(
            "released",
            Map.of(
                tusd("1.00"), "what the vault paid",
                tusd("2.00"), "what it paid beyond what is promised still"),
            ID,
            data,
            tusd("1.00"),
            tusd("3.00").units()),
        new Sample(
            "releaseFailed",
            Map.of(tusd("4.00"), "what is promised still"),
            ID,
            data,
            tusd("4.00")),
        new Sample(
            "releasedLate",
            Map.of(
                tusd("1.00"), "what is promised still, where the person's own is too little",
                tusd("2.00"), "what the vault paid, less that"),
            ID,
            data,
            tusd("1.00"),
            tusd("3.00").units()));
  }

  private static List<Sample> stocking() {
    return List.of(
        new Sample(
            "stocked",
            Map.of(tusd("1000.00"), "tokens that were moved"),
            ID,
            HOUSE,
            "fake",
            tusd("1000.00")),
        new Sample(
            "capital",
            Map.of(usd("100.00"), "money that lies there"),
            ID,
            HOUSE,
            "card",
            usd("100.00")));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_page_shows_the_postings_of_its_flow(Page page) throws IOException {
    var file = SourceTree.root().resolve("docs/flows/" + page.name() + ".md");
    var text = Files.readString(file);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(text).contains(BEGIN, END);
    var wanted = table(page.samples());
    if (Boolean.getBoolean("tally.docs.write")) {
      Files.writeString(file, text.substring(0, begin) + wanted + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end)).isEqualTo(wanted);
  }

  @Test
  void every_posting_has_a_row_in_a_page() {
    var shown =
        pages().stream()
            .flatMap(page -> page.samples().stream())
            .map(Sample::method)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(shown).isEqualTo(movements());
  }

  private static Set<String> movements() {
    return Arrays.stream(Postings.class.getDeclaredMethods())
        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
        .filter(method ->
            method.getReturnType() == Entry.class || method.getReturnType() == Posting.class)
        .map(java.lang.reflect.Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String table(List<Sample> samples) {
    var rows = new LinkedHashSet<String>();
    for (var sample : samples) {
      switch (call(sample)) {
        case Entry entry ->
            entry.postings().forEach(posting -> rows.add(row(entry.reason(), posting, sample)));
        case Posting promised -> rows.add(row(reasonOf(promised) + " (hold)", promised, sample));
        case Object other -> throw new AssertionError("not a posting: " + other);
      }
    }
    var lines = new ArrayList<String>();
    lines.add("| reason | from | to | amount |");
    lines.add("|---|---|---|---|");
    lines.addAll(rows);
    return String.join("\n", lines) + "\n";
  }

  private static Object call(Sample sample) {
    try {
      for (var method : Postings.class.getDeclaredMethods()) {
        if (method.getName().equals(sample.method())) {
          return method.invoke(null, sample.arguments());
        }
      }
      throw new AssertionError("no such posting: " + sample.method());
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(sample.method(), e);
    }
  }

  /// A posting that is promised gets its reason from the hold.
  private static String reasonOf(Posting promised) {
    return Stream.concat(promised().holds().stream(), Stream.of(Releasing.hold(aRelease("4.00"))))
        .filter(hold -> hold.promised().equals(promised))
        .findFirst()
        .orElseThrow()
        .reason();
  }

  private static String row(String reason, Posting posting, Sample sample) {
    var meaning = sample.amounts().get(posting.amount());
    assertThat(meaning).as("the meaning of %s in %s", posting.amount(), reason).isNotNull();
    return "| "
        + String.join(" | ", reason, shown(posting.from()), shown(posting.to()), meaning)
        + " |";
  }

  private static String shown(Account account) {
    var parts =
        Arrays.stream(account.getClass().getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.joining(", "));
    return "`"
        + account.getClass().getSimpleName()
        + (parts.isEmpty() ? "" : "(" + parts + ")")
        + "`";
  }
}

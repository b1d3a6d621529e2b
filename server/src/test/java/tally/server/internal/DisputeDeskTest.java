package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static tally.server.internal.EvidenceTest.DISPUTE;
import static tally.server.internal.EvidenceTest.PAID;
import static tally.server.internal.EvidenceTest.TEN;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.money.Tenant;
import tally.party.Party;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Payments;

/// An operator sends what he was shown, while a service still runs.
class DisputeDeskTest {

  private static final UUID ID = DISPUTE.about().id().value();
  private final Party oscar =
      new Party(new Party.Id(new UUID(1, 1)), Tenant.HOUSE, "oscar", Set.of(Party.Role.OPERATOR));
  private final Disputes disputes = mock();
  private final Payments payments = mock();
  private final Book book = mock();
  private final Evidence evidence = mock();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int count;
  private final DisputeDesk desk = new DisputeDesk(disputes, payments, book, evidence, () -> now);

  DisputeDeskTest() {
    when(disputes.find(Tenant.HOUSE, DISPUTE.about().id())).thenReturn(Optional.of(DISPUTE));
    when(disputes.reply(any(), any())).thenReturn(Optional.empty());
    when(disputes.contest(any(), any(), any(), any()))
        .thenReturn(new Disputes.Answer.Given(DISPUTE));
    when(payments.find(any(), any())).thenReturn(Optional.of(PAID));
    when(book.balance(any(), any(), any()))
        .thenAnswer(
            it -> new Balance(it.getArgument(1), TEN.asset(), BigInteger.ZERO, BigInteger.ZERO));
    when(evidence.about(any())).thenAnswer(_ -> Map.of("usage", ++count + " bytes"));
  }

  @Test
  void what_was_shown_is_sent_although_the_counts_go_on() {
    var first = version();
    var second = version();
    assertThat(second).isNotEqualTo(first);
    now = now.plus(ShownEvidence.KEPT).minusSeconds(1);
    assertThat(desk.contest(oscar, ID, first)).isInstanceOf(Road.Answer.Done.class);
    verify(disputes)
        .contest(Tenant.HOUSE, DISPUTE.about().id(), Map.of("usage", "1 bytes"), "oscar");
  }

  @Test
  void what_was_never_shown_or_long_ago_or_of_another_dispute_is_not_sent() {
    assertThat(code(desk.contest(oscar, ID, new UUID(0, 1)))).isEqualTo("evidence_changed");
    var version = version();
    var about = DISPUTE.about();
    var other =
        new Dispute.Opened(
            new Dispute.Case(
                Dispute.Id.of("card", "other"),
                Tenant.HOUSE,
                about.payment(),
                "card",
                "other",
                TEN,
                TEN,
                true,
                "fraudulent",
                Optional.empty(),
                Instant.EPOCH));
    when(disputes.find(Tenant.HOUSE, other.about().id())).thenReturn(Optional.of(other));
    assertThat(code(desk.contest(oscar, other.about().id().value(), version)))
        .isEqualTo("evidence_changed");
    now = now.plus(ShownEvidence.KEPT);
    assertThat(code(desk.contest(oscar, ID, version))).isEqualTo("evidence_changed");
    verify(disputes, never()).contest(any(), any(), any(), any());
  }

  @Test
  void no_more_is_kept_than_its_bound_and_the_newest_stay() {
    var first = version();
    for (int more = 1; more < ShownEvidence.MOST; more++) {
      version();
    }
    assertThat(desk.contest(oscar, ID, first)).isInstanceOf(Road.Answer.Done.class);
    var last = version();
    assertThat(code(desk.contest(oscar, ID, first))).isEqualTo("evidence_changed");
    assertThat(desk.contest(oscar, ID, last)).isInstanceOf(Road.Answer.Done.class);
  }

  @Test
  void another_node_sends_what_is_still_the_same() {
    var version = version();
    var elsewhere = new DisputeDesk(disputes, payments, book, evidence, () -> now);
    assertThat(code(elsewhere.contest(oscar, ID, version))).isEqualTo("evidence_changed");
    count = 0;
    assertThat(elsewhere.contest(oscar, ID, version)).isInstanceOf(Road.Answer.Done.class);
  }

  private UUID version() {
    return desk.find(Tenant.HOUSE, ID).orElseThrow().version();
  }

  private static String code(Road.Answer<DeskViews.DisputeCase> answer) {
    return ((Road.Answer.Refused<DeskViews.DisputeCase>) answer).code();
  }
}

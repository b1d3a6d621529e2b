package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tally.flow.Flows;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Payment;
import tally.payment.PaymentId;
import tally.payment.Payments;
import tally.payment.Refund;
import tally.payment.Refunds;

/// What a bank is told is true, however much there is.
class EvidenceTest {

  static final Amount TEN = Amount.of(Asset.of("USD/2"), 1000);
  static final Payment.Captured PAID = paid(1);
  static final Dispute DISPUTE =
      new Dispute.Opened(
          new Dispute.Case(
              Dispute.Id.of("card", "d"),
              Tenant.HOUSE,
              PAID.order().id(),
              "card",
              "d",
              TEN,
              TEN,
              true,
              "fraudulent",
              Optional.empty(),
              Instant.EPOCH));

  private final Payments payments = mock();
  private final Refunds refunds = mock();
  private final Disputes disputes = mock();
  private final Flows flows = mock();
  private final Evidence evidence = new Evidence(payments, refunds, disputes, flows, mock());

  EvidenceTest() {
    when(payments.find(Tenant.HOUSE, PAID.order().id())).thenReturn(Optional.of(PAID));
    when(disputes.disputed(any(), any())).thenReturn(Set.of());
    when(flows.list(any(), any(), any(), anyInt())).thenReturn(List.of());
  }

  @Test
  void refunds_and_other_payments_are_asked_for_and_not_looked_for_among_the_newest() {
    var order =
        new Refund.Order(
            new Refund.Id(new UUID(2, 2)), Tenant.HOUSE, PAID.order().id(), TEN, "unused");
    when(refunds.of(Tenant.HOUSE, PAID.order().id()))
        .thenReturn(List.of(new Refund.Completed(order, "r", Instant.EPOCH)));
    captured(3);
    when(disputes.disputed(Tenant.HOUSE, List.of(paid(2).order().id(), paid(3).order().id())))
        .thenReturn(Set.of(paid(3).order().id()));
    assertThat(evidence.about(DISPUTE))
        .containsEntry("refunds", TEN + " Completed")
        .containsEntry("payer", "account party:1, other payments never disputed: 1")
        .containsEntry("services", "0 bought with this payment");
  }

  @Test
  void a_number_that_is_bounded_is_told_as_a_least() {
    captured(Evidence.OTHERS_MAX + 1);
    Flows.Kept other = mock();
    when(flows.list(any(), any(), any(), anyInt()))
        .thenAnswer(it -> {
          int most = it.getArgument(3);
          return Collections.nCopies(most, other);
        });
    assertThat(evidence.about(DISPUTE))
        .containsEntry("refunds", "none")
        .containsEntry(
            "payer",
            "account party:1, other payments never disputed: at least " + Evidence.OTHERS_MAX)
        .containsEntry("services", "at least 0 bought with this payment");
  }

  private void captured(int number) {
    when(payments.capturedOf(Tenant.HOUSE, PAID.order().payer(), Evidence.OTHERS_MAX + 1))
        .thenReturn(
            LongStream.rangeClosed(1, number).<Payment>mapToObj(EvidenceTest::paid).toList());
  }

  private static Payment.Captured paid(long number) {
    var order =
        new Payment.Order(
            new PaymentId(new UUID(1, number)),
            Tenant.HOUSE,
            new Holder("party:1"),
            "card",
            TEN,
            URI.create("http://127.0.0.1/back"),
            "Top-up");
    return new Payment.Captured(
        order, "o", TEN, Optional.empty(), "visa", true, true, Instant.EPOCH);
  }
}

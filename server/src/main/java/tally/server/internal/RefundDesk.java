package tally.server.internal;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.flow.Approvals;
import tally.flow.Decision;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Refunding;
import tally.money.Holder;
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Party;
import tally.payment.Payment;
import tally.payment.Payments;

/// Refunds above a limit, as an operator sees and decides them.
@Component
@Lazy
public class RefundDesk {

  private final Approvals approvals;
  private final Flows flows;
  private final Payments payments;
  private final Parties parties;
  private final Balances balances;
  private final Road road;

  RefundDesk(
      Approvals approvals,
      Flows flows,
      Payments payments,
      Parties parties,
      Balances balances,
      Road road) {
    this.approvals = approvals;
    this.flows = flows;
    this.payments = payments;
    this.parties = parties;
    this.balances = balances;
    this.road = road;
  }

  /// Oldest first.
  Page<DeskViews.WaitingRefund> waiting(
      Party who, @Nullable Integer limit, @Nullable String after) {
    var page =
        Page.of(
            approvals.waiting(who.tenant(), Page.REACH), kept -> kept.flow().id(), limit, after);
    return new Page<>(page.items().stream().map(kept -> waiting(who, kept)).toList(), page.next());
  }

  /// How many wait; at most 1000 are counted.
  int waits(Tenant tenant) {
    return approvals.waiting(tenant, Page.REACH).size();
  }

  /// Newest first.
  Page<DeskViews.DecidedRefund> decided(
      Tenant tenant, @Nullable Integer limit, @Nullable String after) {
    var page = Page.of(approvals.decided(tenant, Page.REACH), Decision::id, limit, after);
    return new Page<>(page.items().stream().map(this::view).toList(), page.next());
  }

  Road.Answer<DeskViews.DecidedRefund> decide(
      Party by, UUID refund, UUID id, boolean approved, String why) {
    return switch (approvals.decide(
        by.tenant(), new FlowId(refund), id, approved, by.holder(), why)) {
      case Approvals.Answer.Taken(var decision, var replayed) ->
          new Road.Answer.Done<>(view(decision), replayed);
      case Approvals.Answer.Refused(var code, var text) -> new Road.Answer.Refused<>(code, text);
    };
  }

  private DeskViews.WaitingRefund waiting(Party who, Flows.Kept kept) {
    var refund = (Refunding) kept.flow();
    var data = refund.data();
    var where = balances.of(data.tenant(), data.payer()).whereabouts();
    return new DeskViews.WaitingRefund(
        data.id().value(),
        name(data.payer()),
        who.holder().equals(data.payer()),
        data.amount(),
        data.above().orElseThrow(),
        kept.begun(),
        refund instanceof Refunding.Waiting it && !it.disputed().isEmpty(),
        data.parts().stream().map(part -> part(data.tenant(), part)).toList(),
        where.paidIn(),
        where.used(),
        where.back(),
        road.chargebacks(data.tenant(), data.payer(), Page.REACH).size());
  }

  private DeskViews.WaitingPart part(Tenant tenant, Refunding.Part part) {
    var paid =
        payments
            .find(tenant, part.payment())
            .filter(Payment.Captured.class::isInstance)
            .map(Payment.Captured.class::cast);
    return new DeskViews.WaitingPart(
        part.payment().value(),
        part.gateway(),
        part.amount(),
        paid.map(Payment.Captured::method).orElse(null),
        paid.map(Payment.Captured::captured).orElse(null),
        paid.map(Payment.Captured::at).orElse(null));
  }

  private DeskViews.DecidedRefund view(Decision decision) {
    var refund = (Refunding) flows.find(decision.tenant(), decision.refund()).orElseThrow().flow();
    return new DeskViews.DecidedRefund(
        decision.id(),
        decision.refund().value(),
        decision.approved(),
        name(refund.data().payer()),
        refund.data().amount(),
        name(decision.by()),
        decision.why(),
        decision.at());
  }

  /// The account's name, where a person holds it.
  private String name(Holder holder) {
    var prefix = "party:";
    return Optional.of(holder.name())
        .filter(name -> name.startsWith(prefix))
        .map(name -> new Party.Id(UUID.fromString(name.substring(prefix.length()))))
        .flatMap(parties::find)
        .map(Party::name)
        .orElse(holder.name());
  }
}

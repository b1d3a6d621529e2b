package tally.server.internal;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.flow.TopUp;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Tenant;
import tally.party.Party;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.payment.Disputes.Reply;
import tally.payment.Payments;

/// Disputes as an operator answers them: what is known, what giving in costs, and the answer, which
/// is given once.
@Component
@Lazy
public class DisputeDesk {

  private final Disputes disputes;
  private final Payments payments;
  private final Book book;
  private final Evidence evidence;
  private final ShownEvidence shown;

  DisputeDesk(
      Disputes disputes, Payments payments, Book book, Evidence evidence, InstantSource clock) {
    this.disputes = disputes;
    this.payments = payments;
    this.book = book;
    this.evidence = evidence;
    this.shown = new ShownEvidence(clock);
  }

  Optional<DeskViews.DisputeCase> find(Tenant tenant, UUID id) {
    return disputes.find(tenant, new Dispute.Id(id)).map(this::view);
  }

  /// Sends what was shown, and nothing else: also where the counts went on since, for an hour and
  /// on the node that showed it (`ShownEvidence`). Elsewhere, and later, it is refused with
  /// `evidence_changed` unless what is known is still the same; whoever answers looks again then.
  ///
  /// @param version of the evidence that was shown
  Road.Answer<DeskViews.DisputeCase> contest(Party by, UUID id, UUID version) {
    var known = disputes.find(by.tenant(), new Dispute.Id(id));
    if (known.isEmpty()) {
      return new Road.Answer.Refused<>("dispute_unknown", "There is no such dispute.");
    }
    var reply = disputes.reply(by.tenant(), new Dispute.Id(id));
    var pieces =
        reply.isPresent() ? Optional.of(pieces(known.get(), reply)) : shown(known.get(), version);
    if (pieces.isEmpty()) {
      return new Road.Answer.Refused<>(
          "evidence_changed", "What is known has changed since it was shown.");
    }
    return answered(
        by.tenant(),
        disputes.contest(by.tenant(), new Dispute.Id(id), pieces.get(), by.name()),
        reply.isPresent());
  }

  private Optional<Map<String, String>> shown(Dispute dispute, UUID version) {
    return shown
        .find(dispute, version)
        .or(() -> Optional.of(evidence.about(dispute)).filter(it -> version(it).equals(version)));
  }

  Road.Answer<DeskViews.DisputeCase> accept(Party by, UUID id) {
    boolean again = disputes.reply(by.tenant(), new Dispute.Id(id)).isPresent();
    return answered(
        by.tenant(), disputes.accept(by.tenant(), new Dispute.Id(id), by.name()), again);
  }

  private Road.Answer<DeskViews.DisputeCase> answered(
      Tenant tenant, Disputes.Answer answer, boolean again) {
    return switch (answer) {
      case Disputes.Answer.Given(var dispute) ->
          new Road.Answer.Done<>(find(tenant, dispute.about().id().value()).orElseThrow(), again);
      case Disputes.Answer.Refused(var code, var text) -> new Road.Answer.Refused<>(code, text);
    };
  }

  private Map<String, String> pieces(Dispute dispute, Optional<Reply> reply) {
    return reply.orElse(null) instanceof Reply.Contest sent
        ? sent.evidence()
        : evidence.about(dispute);
  }

  private static UUID version(Map<String, String> pieces) {
    return Derived.id("evidence/" + new TreeMap<>(pieces));
  }

  private DeskViews.DisputeCase view(Dispute dispute) {
    var about = dispute.about();
    var reply = disputes.reply(about.tenant(), about.id());
    var pieces = new TreeMap<>(pieces(dispute, reply));
    var version = version(pieces);
    if (reply.isEmpty()) {
      shown.keep(dispute, version, pieces);
    }
    var covered = frozen(about).min(about.amount());
    return new DeskViews.DisputeCase(
        about.id().value(),
        about.payment().value(),
        dispute.getClass().getSimpleName(),
        about.reason(),
        about.amount(),
        about.fee(),
        covered,
        about.amount().minus(covered),
        about.answerBy().orElse(null),
        dispute.answerable(),
        reply.map(DisputeDesk::answer).orElse(null),
        version,
        pieces.entrySet().stream()
            .map(piece -> new DeskViews.Piece(piece.getKey(), piece.getValue()))
            .toList());
  }

  private static DeskViews.DisputeAnswer answer(Reply reply) {
    var kind =
        switch (reply) {
          case Reply.Contest _ -> "contest";
          case Reply.Accept _ -> "accept";
        };
    return new DeskViews.DisputeAnswer(kind, reply.by(), reply.at());
  }

  /// What pays for it first if it is lost.
  private Amount frozen(Dispute.Case about) {
    var payer = payments.find(about.tenant(), about.payment()).orElseThrow().order().payer();
    var account = new Account.Frozen(payer, TopUp.lotOf(about.payment()));
    var asset = about.amount().asset();
    return new Amount(
        asset, book.balance(about.tenant(), account, asset).posted().max(BigInteger.ZERO));
  }
}

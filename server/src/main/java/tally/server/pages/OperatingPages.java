package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tally.party.Party;
import tally.server.internal.AlarmDoor;
import tally.server.internal.ApprovalDoor;
import tally.server.internal.OperatorDoor;
import tally.server.internal.Page;
import tally.server.internal.Problems;
import tally.server.internal.Refused;
import tally.server.internal.Reserves;
import tally.server.internal.Views;

/// What an operator looks after beside the book: payments, disputes, what waits for a human, and
/// the reserve. Asks the doors of the API themselves, so that both say the same.
@PageDoor
public class OperatingPages {

  private static final int SHOWN = 50;

  public record Payments(Frame frame, Page<Views.PaymentLine> payments) {

    /// The shape of a state's tag.
    public String tag(String state) {
      return switch (state) {
        case "Captured" -> "ok";
        case "Unknown" -> "warn";
        case "Declined", "Returned" -> "bad";
        case "Voided", "Expired" -> "off";
        default -> "live";
      };
    }
  }

  /// @param chargebacks by dispute, where one has begun
  public record Disputes(
      Frame frame, Page<Views.DisputeLine> disputes, Map<UUID, Views.Chargeback> chargebacks) {

    /// The shape of a state's tag.
    public String tag(String state) {
      return switch (state) {
        case "Won", "Prevented" -> "ok";
        case "Lost", "Accepted" -> "bad";
        case "Closed" -> "off";
        default -> "warn";
      };
    }
  }

  /// @param refunds how many wait for approval
  /// @param disputes how many of the newest may be answered
  /// @param closed whether also alarms are shown that are no matter any more
  /// @param no why the last act was refused
  public record Queue(
      Frame frame,
      int refunds,
      long disputes,
      List<Views.Story> stalled,
      List<AlarmDoor.Line> alarms,
      boolean closed,
      @Nullable Said no) {}

  public record Reserve(Frame frame, List<Views.Reserve> reserves) {

    /// How much of what may leave in a day has left, in per cent with one decimal.
    public String used(Views.Reserve reserve) {
      var daily = reserve.daily();
      var left = reserve.left();
      if (daily == null || left == null || daily.isZero()) {
        return "0";
      }
      return new BigDecimal(daily.lessAtMost(left).units())
          .movePointRight(2)
          .divide(new BigDecimal(daily.units()), 1, RoundingMode.HALF_UP)
          .toPlainString();
    }
  }

  private final Pages pages;
  private final OperatorDoor operator;
  private final ApprovalDoor approvals;
  private final AlarmDoor alarms;
  private final Reserves reserves;

  OperatingPages(
      Pages pages,
      OperatorDoor operator,
      ApprovalDoor approvals,
      AlarmDoor alarms,
      Reserves reserves) {
    this.pages = pages;
    this.operator = operator;
    this.approvals = approvals;
    this.alarms = alarms;
    this.reserves = reserves;
  }

  @GetMapping("/operate/payments")
  ResponseEntity<String> payments(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable String after,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "payments");
    var found = operator.payments(party, SHOWN, after);
    return pages.show("operator/payments", new Payments(frame, found));
  }

  @GetMapping("/operate/disputes")
  ResponseEntity<String> disputes(
      @AuthenticationPrincipal Party party,
      @RequestParam(required = false) @Nullable String after,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "disputes");
    var chargebacks =
        operator.chargebacks(party, Page.LIMIT_MAX, null).items().stream()
            .collect(
                Collectors.toMap(
                    Views.Chargeback::dispute, Function.identity(), (newer, _) -> newer));
    var found = operator.disputes(party, SHOWN, after);
    return pages.show("operator/disputes", new Disputes(frame, found, chargebacks));
  }

  @GetMapping("/operate/queue")
  ResponseEntity<String> queue(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "false") boolean closed,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "queue");
    return pages.show("operator/queue", queue(frame, party, closed, null));
  }

  private Queue queue(Frame frame, Party party, boolean closed, @Nullable Said no) {
    var disputes = operator.disputes(party, Page.LIMIT_MAX, null).items();
    return new Queue(
        frame,
        approvals.waits(party),
        disputes.stream().filter(Views.DisputeLine::answerable).count(),
        operator.flows(party, true, SHOWN, null).items(),
        alarms.alarms(party, !closed, SHOWN, null).items(),
        closed,
        no);
  }

  /// Has a stalled flow tried again.
  @PostMapping("/operate/flows/{id}/retry")
  ResponseEntity<String> retry(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    return act(party, request, response, () -> operator.retry(party, id));
  }

  /// Closes an alarm, and says why it is no matter any more.
  @PostMapping("/operate/alarms/{id}/close")
  ResponseEntity<String> close(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      @RequestParam String note,
      HttpServletRequest request,
      HttpServletResponse response) {
    return act(
        party, request, response, () -> alarms.close(party, id, new AlarmDoor.Close(note.strip())));
  }

  private ResponseEntity<String> act(
      Party party, HttpServletRequest request, HttpServletResponse response, Runnable act) {
    try {
      act.run();
      return Pages.to("/operate/queue");
    } catch (Refused refused) {
      var frame = pages.frame(request, response, party, "queue");
      var status = HttpStatus.valueOf(Problems.kind(refused.code()).status());
      var no = Said.toOperator(frame.words(), refused.code());
      return pages.show(status, "operator/queue", queue(frame, party, false, no));
    }
  }

  @GetMapping("/operate/reserve")
  ResponseEntity<String> reserve(
      @AuthenticationPrincipal Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "reserve");
    return pages.show("operator/reserve", new Reserve(frame, reserves.all(party.tenant())));
  }
}

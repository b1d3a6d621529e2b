package tally.server.internal;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/// Every refusal's code, and the HTTP status and title that it has (RFC 9457). The one page of it.
public final class Problems {

  /// @param title one sentence, the same for every occurrence
  public record Kind(int status, String title) {}

  private static final Map<String, Kind> KINDS = new TreeMap<>();

  static {
    of(400, "json_malformed", "The body is not the JSON that this route takes.");
    of(
        400,
        "idempotency_key_missing",
        "A POST that creates needs an Idempotency-Key that is a UUID.");
    of(400, "request_malformed", "The request is not what this route takes.");
    of(400, "limit_malformed", "A limit is 1 to 200.");
    of(400, "cursor_malformed", "There is no such place in the list.");
    of(400, "webhook_unproven", "The delivery's proof is wrong.");
    of(401, "sign_in_needed", "Sign in first.");
    of(401, "sign_in_refused", "Name or password is wrong.");
    of(401, "link_used", "This link was used, or is too old.");
    of(403, "not_allowed", "This is not yours to do.");
    of(403, "step_up_required", "Prove yourself anew for this.");
    of(403, "release_off", "This processor releases nothing.");
    of(
        403,
        "csrf_header_missing",
        "A browser's session needs the header X-Tally: 1, or a form of ours.");
    of(404, "not_found", "There is nothing here.");
    of(404, "role_closed", "This node was started without the role that does this.");
    of(405, "method_not_allowed", "This route takes another method.");
    of(406, "not_acceptable", "This route answers in JSON.");
    of(409, "id_reused", "This id was used before, with other content.");
    of(409, "release_under_way", "Another release is on its way.");
    of(409, "quote_used", "This quote was used.");
    of(409, "out_of_turn", "This is not possible now.");
    of(409, "alarm_closed", "The alarm is closed.");
    of(409, "alarm_ends_by_itself", "The alarm ends with its cause.");
    of(404, "alarm_unknown", "There is no such alarm.");
    of(422, "note_malformed", "A note is 1 to 1000 characters.");
    of(404, "refund_unknown", "There is no such refund.");
    of(409, "refund_not_waiting", "This refund waits for nobody's approval.");
    of(409, "refund_decided", "This refund was decided before.");
    of(403, "own_request", "Nobody approves a refund that he asked for.");
    of(409, "not_stalled", "There is nothing to try again.");
    of(409, "nothing_frozen", "Nothing is frozen because of it now.");
    of(409, "appeal_window_over", "The time in which one can appeal is over.");
    of(409, "appeal_not_taken", "The chain did not take the appeal.");
    of(409, "dispute_over", "The dispute is decided.");
    of(409, "dispute_answered", "The dispute was answered.");
    of(409, "dispute_too_late", "The time to answer the dispute is over.");
    of(409, "answer_not_taken", "The gateway took nothing of the answer.");
    of(409, "evidence_changed", "What is known has changed since it was shown.");
    of(404, "dispute_unknown", "There is no such dispute.");
    of(409, "hold_ended", "The hold is no longer pending.");
    of(409, "hold_expired", "The hold's time is over.");
    of(409, "payment_disputed", "The payment is disputed.");
    of(409, "payment_warned", "A bank has warned of the payment.");
    of(410, "quote_expired", "The quote's time is over.");
    of(413, "body_too_large", "The body is too large.");
    of(415, "media_type_refused", "Send application/json.");
    of(422, "name_taken", "Somebody else has this name.");
    of(422, "name_malformed", "This is not a name.");
    of(422, "password_weak", "The password is too weak.");
    of(422, "amount_malformed", "This is not an amount.");
    of(422, "amount_negative", "An amount is above zero.");
    of(422, "amount_zero", "An amount is above zero.");
    of(422, "amount_too_precise", "The amount has more decimal places than its asset.");
    of(422, "amount_too_large", "The amount has too many digits.");
    of(422, "amount_out_of_bounds", "The gateway does not take this amount.");
    of(422, "asset_unknown", "This node does not know the asset.");
    of(422, "gateway_unknown", "This node has no such gateway.");
    of(422, "network_unknown", "This node has no such network.");
    of(409, "network_not_stopped", "This network was not stopped.");
    of(422, "adapter_unknown", "This node has no such adapter.");
    of(422, "adapter_unavailable", "The service cannot be reached through its adapter now.");
    of(422, "source_refused", "The adapter does not sell this source.");
    of(422, "unit_not_measured", "The adapter does not count this unit.");
    of(422, "terms_malformed", "These terms do not fit together.");
    of(422, "same_person", "Nobody buys from himself with money that may be taken back.");
    of(422, "first_day_limit", "A new payer spends a part of his money on the first day.");
    of(422, "receiver_unlisted", "This provider is not listed for young money.");
    of(422, "unlisted_limit", "This is above what unlisted providers get in a day.");
    of(422, "above_daily_limit", "Too little may leave the vault in a day for this.");
    of(422, "insufficient_funds", "There is not enough available.");
    of(422, "insufficient_reserve", "The processor's reserve is too small.");
    of(422, "nothing_to_refund", "There is nothing that could be given back.");
    of(422, "lot_mismatch", "The lot does not fit.");
    of(422, "above_hold", "More is wanted than is held.");
    of(422, "above_deposit", "More is wanted than the channel has.");
    of(422, "above_ceiling", "More is wanted than was agreed to.");
    of(422, "policy_refused", "The signing policy says no.");
    of(422, "approval_missing", "Nobody agreed to this.");
    of(422, "approval_expired", "The proof is too old.");
    of(422, "approval_foreign", "Somebody else agreed to this.");
    of(422, "limit_reached", "This is above a limit.");
    of(422, "amount_above_matured", "More is wanted than is your own.");
    of(422, "address_refused", "Nothing is paid out to this address.");
    of(422, "above_refundable", "More is wanted than can be given back.");
    of(422, "refund_amount_zero", "A refund is above zero.");
    of(422, "refund_asset_differs", "A refund is in the payment's own asset.");
    of(422, "refund_exceeds_remaining", "More is wanted than the payment has left.");
    of(422, "refund_not_supported", "The gateway gives nothing back.");
    of(422, "refund_window_over", "The gateway takes no refund of this payment any more.");
    of(409, "payment_not_captured", "The payment has brought no money.");
    of(409, "payment_unknown", "Nobody knows yet what became of the payment.");
    of(404, "payment_not_found", "There is no such payment.");
    of(422, "channel_unknown", "There is no such channel.");
    of(409, "channel_in_use", "The channel pays for another delivery.");
    of(422, "channel_not_open", "The channel is not open.");
    of(422, "voucher_below_last", "A voucher never goes down.");
    of(422, "meter_disagrees", "The two sides' counts disagree.");
    of(422, "proof_refused", "The proof does not show that the channel is yours.");
    of(404, "offering_unknown", "There is no such offering.");
    of(404, "quote_unknown", "There is no such quote.");
    of(404, "hold_unknown", "There is no such hold.");
    of(404, "delivery_unknown", "There is no such delivery.");
    of(429, "sign_in_locked", "Too many tries; wait a while.");
    of(402, "payment_required", "Pay with a voucher in PAYMENT-SIGNATURE.");
    of(402, "invalid_payload", "PAYMENT-SIGNATURE is not a payment.");
    of(402, "invalid_x402_version", "Only version 2 of x402 is spoken here.");
    of(500, "internal_fault", "A fault of ours. Quote the instance when you ask about it.");
    of(503, "ledger_busy", "The book takes no more now.");
    of(503, "outcome_unknown", "Nobody knows yet whether it was done.");
    of(503, "unavailable", "This cannot be reached now.");
  }

  private Problems() {}

  private static void of(int status, String code, String title) {
    KINDS.put(code, new Kind(status, title));
  }

  /// All codes of this page; those of x402 (`invalid_batch_settlement_…`) are a family, not listed
  /// one by one.
  public static Map<String, Kind> kinds() {
    return Map.copyOf(KINDS);
  }

  /// A code that is on no page is still a refusal: 422, so that no room can turn its no into a
  /// fault.
  public static Kind kind(String code) {
    var known = KINDS.get(code);
    if (known != null) {
      return known;
    }
    return code.startsWith("invalid_batch_settlement_")
        ? new Kind(402, "The payment was not taken.")
        : new Kind(422, "This was refused.");
  }

  public static ProblemDetail of(String code, String text, String instance) {
    var kind = kind(code);
    var problem = ProblemDetail.forStatusAndDetail(HttpStatus.valueOf(kind.status()), text);
    problem.setType(URI.create("urn:tally:problem:" + code));
    problem.setTitle(kind.title());
    problem.setInstance(URI.create(instance));
    problem.setProperty("code", code);
    return problem;
  }
}

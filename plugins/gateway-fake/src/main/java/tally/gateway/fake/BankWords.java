package tally.gateway.fake;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tally.gateway.fake.BankThings.BankDispute;
import tally.gateway.fake.BankThings.BankLine;
import tally.gateway.fake.BankThings.BankPayment;
import tally.gateway.fake.BankThings.BankPayout;
import tally.gateway.fake.BankThings.BankRefund;
import tally.money.Amount;

/// The fake bank's own JSON. Amounts are whole minor units beside the asset.
final class BankWords {

  private BankWords() {}

  static Map<String, Object> of(BankPayment p) {
    var json = money(p.amount());
    json.put("object", p.id());
    json.put("reference", p.reference());
    json.put("status", p.status().name());
    json.put("captured", p.captured().units());
    json.put("refunded", p.refunded().units());
    json.put("hosted", p.method().isEmpty());
    json.put("secured", p.secured());
    json.put("at", p.at().toString());
    return json;
  }

  static Map<String, Object> of(BankRefund r) {
    var json = money(r.amount());
    json.put("refund", r.id());
    json.put("object", r.payment());
    json.put("reference", r.reference());
    json.put("status", r.status().name());
    json.put("reason", r.failure().isEmpty() ? r.reason() : r.failure());
    json.put("at", r.at().toString());
    return json;
  }

  static Map<String, Object> of(BankDispute d) {
    var json = money(d.amount());
    json.put("dispute", d.id());
    json.put("object", d.payment());
    json.put("status", d.status().name());
    json.put("fee", money(d.fee()));
    json.put("withdrawn", d.withdrawn());
    json.put("reason", d.reason());
    json.put("answerBy", d.answerBy().toString());
    json.put("at", d.at().toString());
    return json;
  }

  static Map<String, Object> of(BankPayout p) {
    var json = money(p.amount());
    json.put("payout", p.id());
    json.put("reference", p.reference());
    json.put("status", p.status().name());
    json.put("at", p.at().toString());
    return json;
  }

  static Map<String, Object> of(BankLine l) {
    var json = money(l.gross());
    json.put("id", l.id());
    json.put("kind", l.kind());
    json.put("source", l.source());
    json.put("fee", l.fee().units());
    json.put("credit", l.credit());
    json.put("at", l.at().toString());
    return json;
  }

  static Map<String, Object> refused(String code, String text) {
    return Map.of("code", code, "text", text);
  }

  static Object currencies() {
    return FakeWire.CURRENCIES.stream().map(c -> c.asset().toString()).toList();
  }

  /// Everything, for a second reader. `amount`, `captured`, `refunded` and `units` are whole minor
  /// units; a balance is what the bank owes the merchant, below zero where the merchant owes.
  static Map<String, Object> store(BankRecords records) {
    return Map.of(
        "payments", list(records.list(BankPayment.class).stream().map(BankWords::of).toList()),
        "refunds", list(records.list(BankRefund.class).stream().map(BankWords::of).toList()),
        "disputes", list(records.list(BankDispute.class).stream().map(BankWords::of).toList()),
        "payouts", list(records.list(BankPayout.class).stream().map(BankWords::of).toList()),
        "balance",
            records.balance().entrySet().stream()
                .map(e -> Map.of("asset", e.getKey().toString(), "units", e.getValue()))
                .toList());
  }

  private static List<Map<String, Object>> list(List<Map<String, Object>> things) {
    things.forEach(thing -> thing.put("amount", thing.getOrDefault("units", 0)));
    return things;
  }

  private static Map<String, Object> money(Amount amount) {
    var json = new TreeMap<String, Object>();
    json.put("asset", amount.asset().toString());
    json.put("units", amount.units());
    return json;
  }
}

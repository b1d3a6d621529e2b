package tally.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the demo counted, for people and for `--json`. Amounts are in the asset's smallest units.
final class Figures {

  record Money(String asset, BigInteger units) {}

  record Law(int number, String name, boolean held, String found) {}

  record Transaction(String hash, String purpose) {}

  record BookLine(String account, String asset, BigInteger units) {}

  record ChainLine(String holder, String asset, BigInteger units) {}

  record Chargeback(Money granted, Money spent, Money reclaimed, Money loss, Money fee) {}

  final Map<String, String> places = new TreeMap<>();
  final Map<String, Long> bytes = new LinkedHashMap<>();
  final List<Law> laws = new ArrayList<>();
  final List<Transaction> transactions = new ArrayList<>();
  final List<BookLine> book = new ArrayList<>();
  final List<ChainLine> chain = new ArrayList<>();
  final Map<String, String> refusals = new LinkedHashMap<>();
  double seconds;
  long vouchers;
  Money refunded = new Money("USD", BigInteger.ZERO);
  Chargeback chargeback =
      new Chargeback(none("TUSD"), none("TUSD"), none("TUSD"), none("USD"), none("USD"));

  static Money none(String asset) {
    return new Money(asset, BigInteger.ZERO);
  }

  boolean allHold() {
    return !laws.isEmpty() && laws.stream().allMatch(Law::held);
  }

  Map<String, Object> asMap() {
    var all = new LinkedHashMap<String, Object>();
    all.put("laws", laws);
    all.put("places", places);
    all.put("seconds", seconds);
    all.put("bytes", bytes);
    all.put("vouchers", vouchers);
    all.put("refunded", refunded);
    all.put("chargeback", chargeback);
    all.put("refusals", refusals);
    all.put("transactions", transactions);
    all.put("book", book);
    all.put("chain", chain);
    return all;
  }
}

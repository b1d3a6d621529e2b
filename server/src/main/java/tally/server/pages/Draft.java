package tally.server.pages;

import java.util.Arrays;
import java.util.Map;
import tally.money.Asset;
import tally.server.internal.Money;
import tally.server.internal.OfferingForm;
import tally.server.internal.Refused;

/// What a provider has typed so far of an offering, field by field.
///
/// @param kind `folder` or `upstream`: what `place` names
/// @param price in the node's money for one `each`
/// @param portion in the smaller measure of `each`
/// @param portions how many of them are served before the first is paid
public record Draft(
    String adapter,
    String title,
    String kind,
    String place,
    String price,
    String each,
    String portion,
    String portions) {

  /// What a price is for, in the words of people.
  ///
  /// @param unit that is counted, `count` of which are one of these
  /// @param small how many of the unit one step of a portion is
  public enum Each {
    GIB("byte", 1L << 30, 1L << 20),
    GB("byte", 1_000_000_000, 1_000_000),
    HOUR("second", 3600, 60),
    CALL("call", 1, 1);

    private final String unit;
    private final long count;
    private final long small;

    Each(String unit, long count, long small) {
      this.unit = unit;
      this.count = count;
      this.small = small;
    }

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Draft of(Map<String, String> typed) {
    return new Draft(
        typed.getOrDefault("adapter", "http"),
        typed.getOrDefault("title", ""),
        typed.getOrDefault("kind", "folder"),
        typed.getOrDefault("place", ""),
        typed.getOrDefault("price", ""),
        typed.getOrDefault("each", Each.GIB.word()),
        typed.getOrDefault("portion", "1"),
        typed.getOrDefault("portions", "4"));
  }

  /// Whether enough is typed to be shown.
  public boolean isBegun() {
    return !title.isBlank() && !price.isBlank();
  }

  public Each measure() {
    return Arrays.stream(Each.values())
        .filter(one -> one.word().equals(each))
        .findFirst()
        .orElse(Each.GIB);
  }

  /// Refuses with `terms_malformed` where a count is none.
  ///
  /// @param token in which prices are kept; one of it is one of the node's money
  OfferingForm.Order order(Asset token) {
    var measure = measure();
    long step = times(count(portion), measure.small);
    return new OfferingForm.Order(
        title,
        adapter,
        Map.of(kind.equals("upstream") ? "upstream" : "folder", place.strip()),
        measure.unit,
        new Money(price.strip().replace(',', '.'), token.code()),
        measure.count,
        step,
        times(step, count(portions)),
        null,
        null);
  }

  private static long count(String typed) {
    try {
      return Long.parseLong(typed.strip());
    } catch (NumberFormatException none) {
      throw malformed();
    }
  }

  private static long times(long one, long other) {
    try {
      return Math.multiplyExact(one, other);
    } catch (ArithmeticException tooMany) {
      throw malformed();
    }
  }

  private static Refused malformed() {
    return new Refused("terms_malformed", "A portion and its number are whole and above zero.");
  }
}

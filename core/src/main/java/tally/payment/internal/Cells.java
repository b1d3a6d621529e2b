package tally.payment.internal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tally.money.Amount;

/// Columns of one row with their values, as a statement wants them; the value of a column is the
/// parameter of its name.
final class Cells {

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
  private final Map<String, String> marks = new LinkedHashMap<>();

  /// Takes an empty `Optional` for null.
  Cells with(String column, Object value) {
    values.put(column, plain(value));
    marks.put(column, ":" + column);
    return this;
  }

  Cells json(String column, Optional<String> value) {
    with(column, value);
    marks.put(column, "cast(:" + column + " as jsonb)");
    return this;
  }

  /// `units` and `asset`.
  Cells amount(Amount amount) {
    return with("units", amount.units()).with("asset", amount.asset().toString());
  }

  Cells and(Cells those) {
    values.putAll(those.values);
    marks.putAll(those.marks);
    return this;
  }

  String columns() {
    return String.join(", ", marks.keySet());
  }

  String marks() {
    return String.join(", ", marks.values());
  }

  String changes() {
    return marks.entrySet().stream()
        .map(mark -> mark.getKey() + " = " + mark.getValue())
        .collect(Collectors.joining(", "));
  }

  Map<String, @Nullable Object> values() {
    return values;
  }

  private static @Nullable Object plain(Object value) {
    return switch (value) {
      case Optional<?> maybe -> maybe.map(Cells::plain).orElse(null);
      case Instant time -> Columns.at(time);
      default -> value;
    };
  }
}

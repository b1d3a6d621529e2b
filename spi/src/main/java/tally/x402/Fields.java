package tally.x402;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One JSON object of the protocol, read by its field names. What is not asked for is ignored; null
/// is the same as absent.
final class Fields {

  static final int ITEMS_MAX = 64;
  private static final int DIGITS_MAX = 78;
  private final String where;
  private final Map<?, ?> values;

  Fields(String where, Map<?, ?> values) {
    this.where = where;
    this.values = values;
  }

  /// What was read does not have the form that it must have.
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  String text(String name) {
    return maybeText(name).orElseThrow(() -> missing(name));
  }

  Optional<String> maybeText(String name) {
    return find(name, String.class);
  }

  /// A decimal string of 1 to 78 digits.
  BigInteger digits(String name) {
    return maybeDigits(name).orElseThrow(() -> missing(name));
  }

  Optional<BigInteger> maybeDigits(String name) {
    return maybeText(name)
        .map(text -> {
          if (!text.matches("[0-9]{1," + DIGITS_MAX + "}")) {
            throw new Malformed(where + "." + name + " is not a string of digits");
          }
          return new BigInteger(text);
        });
  }

  /// A JSON integer that is not negative.
  long number(String name) {
    var value = find(name, Number.class).orElseThrow(() -> missing(name));
    if (!(value instanceof Integer || value instanceof Long) || value.longValue() < 0) {
      throw new Malformed(where + "." + name + " is not a whole number from zero up");
    }
    return value.longValue();
  }

  boolean truth(String name) {
    return find(name, Boolean.class).orElseThrow(() -> missing(name));
  }

  Fields object(String name) {
    return maybeObject(name).orElseThrow(() -> missing(name));
  }

  Optional<Fields> maybeObject(String name) {
    return find(name, Map.class).map(map -> new Fields(where + "." + name, map));
  }

  /// An object kept as it is, for what we pass on or look into later; empty where absent.
  Map<String, Object> map(String name) {
    return maybeObject(name).map(object -> kept(object.values)).orElseGet(Map::of);
  }

  List<Fields> objects(String name) {
    var out = new ArrayList<Fields>();
    for (var item : items(name)) {
      if (!(item instanceof Map<?, ?> map)) {
        throw new Malformed(where + "." + name + " holds something else than objects");
      }
      out.add(new Fields(where + "." + name, map));
    }
    return out;
  }

  List<String> texts(String name) {
    var out = new ArrayList<String>();
    for (var item : items(name)) {
      if (!(item instanceof String text)) {
        throw new Malformed(where + "." + name + " holds something else than texts");
      }
      out.add(text);
    }
    return out;
  }

  /// A text read by a constructor that refuses what is not of its kind.
  <T> T as(String name, Function<String, T> reading) {
    var text = text(name);
    try {
      return reading.apply(text);
    } catch (IllegalArgumentException wrong) {
      throw new Malformed(where + "." + name + ": " + wrong.getMessage());
    }
  }

  /// A copy in the same order without absent values, which nobody can change. Whole numbers are as
  /// JSON reads them, so that ours equal an echo's.
  static Map<String, Object> kept(Map<?, ?> values) {
    var copy = new LinkedHashMap<String, Object>();
    values.forEach((name, value) -> {
      if (name != null && value != null) {
        copy.put(name.toString(), plain(value));
      }
    });
    return Collections.unmodifiableMap(copy);
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Long number when number.intValue() == number -> number.intValue();
      case Map<?, ?> map -> kept(map);
      case List<?> list -> list.stream().filter(Objects::nonNull).map(Fields::plain).toList();
      default -> value;
    };
  }

  private List<?> items(String name) {
    List<?> items = find(name, List.class).orElseGet(List::of);
    if (items.size() > ITEMS_MAX) {
      throw new Malformed(where + "." + name + " has more than " + ITEMS_MAX + " items");
    }
    return items;
  }

  private <T> Optional<T> find(String name, Class<T> type) {
    @Nullable Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new Malformed(where + "." + name + " has the wrong JSON type");
    }
    return Optional.of(type.cast(value));
  }

  private Malformed missing(String name) {
    return new Malformed(where + "." + name + " is missing");
  }
}

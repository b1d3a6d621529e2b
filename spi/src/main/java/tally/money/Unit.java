package tally.money;

import java.util.regex.Pattern;

/// What a service is counted in: one thing that both sides can measure.
public record Unit(String name) {

  private static final Pattern NAME = Pattern.compile("[a-z]{1,16}");
  public static final Unit BYTE = new Unit("byte");
  public static final Unit SECOND = new Unit("second");
  public static final Unit CALL = new Unit("call");

  public Unit {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a unit is a short lower-case word: " + name);
    }
  }
}

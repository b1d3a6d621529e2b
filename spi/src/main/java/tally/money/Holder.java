package tally.money;

import java.util.regex.Pattern;

/// Whoever owns an account, opaquely: the rooms that keep money know no persons.
///
/// @param name letters, digits and `-._:`, at most 100, such as `party:018f…` or `house`
public record Holder(String name) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}");
  public static final Holder HOUSE = new Holder("house");

  public Holder {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a holder: " + name);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

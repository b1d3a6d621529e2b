package tally.money;

import java.util.regex.Pattern;

/// The book that a row belongs to; the processor's own is `house`. No id of one tenant means
/// anything to another.
public record Tenant(String name) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  public static final Tenant HOUSE = new Tenant("house");

  public Tenant {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a tenant: " + name);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

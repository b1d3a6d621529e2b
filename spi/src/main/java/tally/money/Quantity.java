package tally.money;

/// So many of one unit: bytes, seconds, calls. Never negative.
public record Quantity(Unit unit, long count) implements Comparable<Quantity> {

  public Quantity {
    if (count < 0) {
      throw new ArithmeticException("a quantity is never negative: " + count + " " + unit.name());
    }
  }

  public static Quantity zero(Unit unit) {
    return new Quantity(unit, 0);
  }

  public Quantity plus(Quantity other) {
    return new Quantity(same(other), Math.addExact(count, other.count));
  }

  /// The difference, or nothing where the other is larger.
  public Quantity lessAtMost(Quantity other) {
    return new Quantity(same(other), Math.max(0, count - other.count));
  }

  public boolean isLessThan(Quantity other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(Quantity other) {
    same(other);
    return Long.compare(count, other.count);
  }

  @Override
  public String toString() {
    return count + " " + unit.name() + (count == 1 ? "" : "s");
  }

  private Unit same(Quantity other) {
    if (!unit.equals(other.unit)) {
      throw new ArithmeticException("two units: " + unit.name() + " and " + other.unit.name());
    }
    return unit;
  }
}

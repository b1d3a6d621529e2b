package tally.server.pages;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tally.metering.Reading;
import tally.money.Amount;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Rounding;
import tally.money.Unit;
import tally.server.internal.Recent;

/// How fast a service ran in the last minutes by both counts: the difference of one reading and the
/// next, over the time between them.
///
/// @param moments oldest first
/// @param steps from each moment to the next
public record Speed(List<Moment> moments, List<Step> steps, Price price) {

  private static final long MILLIS = 1000;
  private static final long HOUR = 3600;
  private static final int LINE_LEAST = 4;

  public Speed {
    moments = List.copyOf(moments);
    steps = List.copyOf(steps);
  }

  /// What the sides had counted in all at a moment; one may have no reading of it.
  public record Moment(Instant at, @Nullable Quantity yours, @Nullable Quantity theirs) {}

  /// How much of a unit a second, exact to a thousandth.
  public record Step(Instant until, @Nullable BigDecimal yours, @Nullable BigDecimal theirs) {

    private BigDecimal most() {
      return orZero(yours).max(orZero(theirs));
    }
  }

  /// @param price of so many of the unit
  static Speed of(Recent.Counts counts, Price price) {
    var yours = byTime(counts.yours());
    var theirs = byTime(counts.theirs());
    var times = new TreeMap<Instant, Moment>();
    yours.forEach((at, count) -> times.put(at, new Moment(at, count, theirs.get(at))));
    theirs.forEach((at, count) -> times.putIfAbsent(at, new Moment(at, null, count)));
    var moments = List.copyOf(times.values());
    return new Speed(moments, steps(moments), price);
  }

  private static Map<Instant, Quantity> byTime(List<Reading> readings) {
    var found = new TreeMap<Instant, Quantity>();
    readings.forEach(reading -> found.put(reading.at(), reading.count()));
    return found;
  }

  public Unit unit() {
    return price.per().unit();
  }

  /// Whether there is more than the beginning of a line to draw.
  public boolean isKnown() {
    return moments.size() >= LINE_LEAST;
  }

  private static List<Step> steps(List<Moment> moments) {
    var steps = new ArrayList<Step>();
    for (int at = 1; at < moments.size(); at++) {
      var from = moments.get(at - 1);
      var to = moments.get(at);
      var time = Duration.between(from.at(), to.at());
      steps.add(
          new Step(
              to.at(),
              between(from.yours(), to.yours(), time),
              between(from.theirs(), to.theirs(), time)));
    }
    return steps;
  }

  private static @Nullable BigDecimal between(
      @Nullable Quantity from, @Nullable Quantity to, Duration time) {
    return from == null || to == null
        ? null
        : BigDecimal.valueOf(to.lessAtMost(from).count())
            .multiply(BigDecimal.valueOf(MILLIS))
            .divide(BigDecimal.valueOf(time.toMillis()), 3, RoundingMode.HALF_UP);
  }

  private static BigDecimal orZero(@Nullable BigDecimal speed) {
    return speed == null ? BigDecimal.ZERO : speed;
  }

  /// The fastest step by either count.
  public BigDecimal most() {
    return steps.stream().map(Step::most).reduce(BigDecimal.ZERO, BigDecimal::max);
  }

  public boolean bothCount() {
    return steps.stream().anyMatch(step -> step.theirs() != null);
  }

  public BigDecimal yoursNow() {
    return now().map(step -> orZero(step.yours())).orElse(BigDecimal.ZERO);
  }

  public BigDecimal theirsNow() {
    return now().map(step -> orZero(step.theirs())).orElse(BigDecimal.ZERO);
  }

  private Optional<Step> now() {
    return steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast());
  }

  /// What an hour costs at the speed of now, in tokens, rounded down.
  public Amount anHour() {
    var count =
        yoursNow().multiply(BigDecimal.valueOf(HOUR)).setScale(0, RoundingMode.DOWN).toBigInteger();
    var most = BigInteger.valueOf(Long.MAX_VALUE);
    return price.of(new Quantity(unit(), count.min(most).longValueExact()), Rounding.DOWN).amount();
  }

  /// For a spreadsheet: what each side had counted, and what that costs by your count; times in
  /// UTC, an empty field where a side has no reading.
  public String csv() {
    var out = new StringBuilder("time,yours,theirs,unit,cost,asset\r\n");
    for (var moment : moments) {
      var yours = moment.yours();
      out.append(moment.at())
          .append(',')
          .append(written(yours))
          .append(',')
          .append(written(moment.theirs()))
          .append(',')
          .append(unit().name())
          .append(',')
          .append(yours == null ? "" : price.of(yours, Rounding.DOWN).amount().decimal())
          .append(',')
          .append(price.amount().asset().code())
          .append("\r\n");
    }
    return out.toString();
  }

  private static String written(@Nullable Quantity count) {
    return count == null ? "" : Long.toString(count.count());
  }
}

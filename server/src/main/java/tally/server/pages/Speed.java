package tally.server.pages;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    private Stream<BigDecimal> known() {
      return Stream.of(yours(), theirs()).filter(Objects::nonNull);
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

  /// The fastest step by either count; nothing where none is known.
  public @Nullable BigDecimal most() {
    return steps.stream().flatMap(Step::known).max(Comparator.naturalOrder()).orElse(null);
  }

  public boolean bothCount() {
    return steps.stream().anyMatch(step -> step.theirs() != null);
  }

  /// Nothing where the newest moment lacks this side's reading, or there is none before it.
  public @Nullable BigDecimal yoursNow() {
    return steps.isEmpty() ? null : steps.getLast().yours();
  }

  public @Nullable BigDecimal theirsNow() {
    return steps.isEmpty() ? null : steps.getLast().theirs();
  }

  /// What an hour costs at the speed of now by your count, in tokens, rounded down; nothing where
  /// that is not known.
  public @Nullable Amount anHour() {
    var speed = yoursNow();
    return speed == null ? null : anHour(speed);
  }

  private Amount anHour(BigDecimal speed) {
    var count =
        speed.multiply(BigDecimal.valueOf(HOUR)).setScale(0, RoundingMode.DOWN).toBigInteger();
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

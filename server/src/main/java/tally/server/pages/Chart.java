package tally.server.pages;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines over time, as the script reads them. For the eye alone: nothing is charged by it.
///
/// @param series JSON: seconds since 1970, then a number for each of them and each line, or null
public record Chart(String series) {

  private static final int DECIMALS = 4;

  static Chart of(List<Instant> times, List<List<@Nullable BigDecimal>> lines) {
    var written = new ArrayList<String>();
    written.add(
        array(times.stream().map(time -> BigDecimal.valueOf(time.getEpochSecond())).toList()));
    lines.forEach(line -> written.add(array(line)));
    return new Chart("[" + String.join(",", written) + "]");
  }

  /// Yours, and theirs where they tell.
  public static Chart of(Speed speed, Figures.Scale scale) {
    var steps = speed.steps();
    var lines = new ArrayList<List<@Nullable BigDecimal>>();
    lines.add(steps.stream().map(step -> scale.of(step.yours())).toList());
    if (speed.bothCount()) {
      lines.add(steps.stream().map(step -> scale.of(step.theirs())).toList());
    }
    return of(steps.stream().map(Speed.Step::until).toList(), lines);
  }

  public static Chart of(Takings takings) {
    var times = takings.moments().stream().map(Takings.Moment::at).toList();
    return of(times, List.of(takings.line()));
  }

  private static String array(List<? extends @Nullable BigDecimal> numbers) {
    var written = numbers.stream().map(Chart::written).toList();
    return "[" + String.join(",", written) + "]";
  }

  private static String written(@Nullable BigDecimal number) {
    return number == null
        ? "null"
        : number
            .setScale(DECIMALS, java.math.RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString();
  }
}

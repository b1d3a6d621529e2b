package tally.adapter.fake;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import tally.money.Quantity;

/// What a fake seller sells, and how he cheats.
///
/// @param bytes how many bytes each request gets
/// @param seed from which they follow
/// @param inflateBy numerator of what he multiplies his count by when asked for it
/// @param inflateOf its denominator
/// @param stall he answers and then sends nothing
/// @param deaf he passes over suspend and terminate
record FakeSource(
    long bytes, long seed, long inflateBy, long inflateOf, boolean stall, boolean deaf) {

  private static final long BYTES_MAX = 1L << 40;
  private static final Pattern RATIO = Pattern.compile("([1-9][0-9]{0,5})/([1-9][0-9]{0,5})");

  /// Throws `IllegalArgumentException` whose message is the wrong setting's name.
  static FakeSource of(Map<String, String> source) {
    var ratio = RATIO.matcher(source.getOrDefault("inflate", "1/1"));
    if (!ratio.matches()) {
      throw new IllegalArgumentException("inflate");
    }
    return new FakeSource(
        number(source, "bytes", 0, BYTES_MAX),
        number(source, "seed", Long.MIN_VALUE, Long.MAX_VALUE),
        Long.parseLong(ratio.group(1)),
        Long.parseLong(ratio.group(2)),
        Boolean.parseBoolean(source.getOrDefault("stall", "false")),
        Boolean.parseBoolean(source.getOrDefault("deaf", "false")));
  }

  /// What he says that he served.
  Quantity claimed(Quantity served) {
    return new Quantity(served.unit(), Math.multiplyExact(served.count(), inflateBy) / inflateOf);
  }

  /// The bytes of one request, part by part.
  SplittableRandom chance() {
    return new SplittableRandom(seed);
  }

  private static long number(Map<String, String> source, String name, long least, long most) {
    try {
      long value = Long.parseLong(source.getOrDefault(name, ""));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name, e);
    }
    throw new IllegalArgumentException(name);
  }
}

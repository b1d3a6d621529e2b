package tally.server.internal;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A piece of a list, newest first.
///
/// @param next the cursor to pass as `after`, or null at the end
public record Page<T>(List<T> items, @Nullable String next) {

  public static final int LIMIT_MAX = 200;

  /// How many of the newest a list reaches back to.
  public static final int REACH = 1000;

  /// @param id what a cursor says of an item
  public static <T> Page<T> of(
      List<T> all, Function<T, ?> id, @Nullable Integer limit, @Nullable String after) {
    int most = limit(limit);
    int from = after == null ? 0 : place(all, id, after);
    var items = all.subList(from, Math.min(all.size(), from + most));
    boolean more = from + most < all.size();
    return new Page<>(List.copyOf(items), more ? String.valueOf(id.apply(items.getLast())) : null);
  }

  static int limit(@Nullable Integer limit) {
    int most = limit == null ? 50 : limit;
    if (most < 1 || most > LIMIT_MAX) {
      throw new Refused(
          "limit_malformed", "A limit is 1 to " + LIMIT_MAX + "; this is " + most + ".");
    }
    return most;
  }

  private static <T> int place(List<T> all, Function<T, ?> id, String after) {
    for (int i = 0; i < all.size(); i++) {
      if (String.valueOf(id.apply(all.get(i))).equals(after)) {
        return i + 1;
      }
    }
    throw new Refused("cursor_malformed", "There is no such place in this list.");
  }
}

package tally.adapter.http;

import java.util.List;
import java.util.regex.Pattern;

/// Which part of a file is asked for (RFC 9110 §14.1.2). Several ranges at once, or other units,
/// get the whole file.
sealed interface Range {

  Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  record Whole() implements Range {}

  /// @param from the first byte
  /// @param to the last byte, included
  record Part(long from, long to) implements Range {}

  /// Nothing of the file lies in the range.
  record Outside() implements Range {}

  static Range of(List<String> fields, long size) {
    var one = ONE.matcher(fields.size() == 1 ? fields.getFirst() : "");
    if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
      return new Whole();
    }
    if (one.group(1).isEmpty()) {
      long last = Math.min(size, Long.parseLong(one.group(2)));
      return last == 0 ? new Outside() : new Part(size - last, size - 1);
    }
    long from = Long.parseLong(one.group(1));
    long to = one.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(one.group(2)));
    if (!one.group(2).isEmpty() && Long.parseLong(one.group(2)) < from) {
      return new Whole();
    }
    return from >= size ? new Outside() : new Part(from, to);
  }
}

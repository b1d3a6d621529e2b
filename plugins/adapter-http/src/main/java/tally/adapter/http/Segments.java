package tally.adapter.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A path's parts, decoded once. A part that could name anything but a thing inside its parent is
/// refused, however it is written.
record Segments(List<String> parts) {

  private static final int PARTS_MAX = 100;

  /// Empty where a part is `.` or `..`, alone or before a semicolon, holds a separator or a control
  /// character, or is badly encoded.
  static Optional<Segments> of(String encoded) {
    var parts = new ArrayList<String>();
    for (var raw : encoded.split("/", -1)) {
      var part = decode(raw);
      if (part.isEmpty() || !harmless(part.get()) || parts.size() == PARTS_MAX) {
        return Optional.empty();
      }
      if (!part.get().isEmpty()) {
        parts.add(part.get());
      }
    }
    return Optional.of(new Segments(List.copyOf(parts)));
  }

  /// A servlet container reads `..;x` as two dots.
  private static boolean harmless(String part) {
    var name = part.split(";", 2)[0];
    return !name.equals(".")
        && !name.equals("..")
        && part.chars().allMatch(c -> c >= 0x20 && c != 0x7f && c != '/' && c != '\\');
  }

  private static Optional<String> decode(String raw) {
    var bytes = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        if (c > 0x7e) {
          return Optional.empty();
        }
        bytes.put((byte) c);
        continue;
      }
      int high = digit(raw, i + 1);
      int low = digit(raw, i + 2);
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      bytes.put((byte) (high * 16 + low));
      i += 2;
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static int digit(String raw, int at) {
    return at < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
  }
}

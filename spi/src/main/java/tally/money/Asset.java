package tally.money;

import java.util.regex.Pattern;

/// Something that is counted in whole, indivisible units: `USD/2`, `AKT/6`, `TUSD/6`.
///
/// @param code 2 to 12 capital letters or digits, beginning with a letter
/// @param scale how many decimal places one whole has, 0 to 30
public record Asset(String code, int scale) implements Comparable<Asset> {

  public static final int SCALE_MAX = 30;
  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9]{1,11}");
  private static final Pattern WRITTEN = Pattern.compile("[A-Z0-9]{1,20}/(0|[1-9][0-9]?)");

  public Asset {
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException("not an asset code: " + code);
    }
    if (scale < 0 || scale > SCALE_MAX) {
      throw new IllegalArgumentException("scale out of 0.." + SCALE_MAX + ": " + scale);
    }
  }

  /// Reads the written form, `USD/2`, and no other way to write the same.
  public static Asset of(String written) {
    if (!WRITTEN.matcher(written).matches()) {
      throw new IllegalArgumentException("an asset is written CODE/SCALE: " + written);
    }
    int slash = written.indexOf('/');
    return new Asset(written.substring(0, slash), Integer.parseInt(written.substring(slash + 1)));
  }

  @Override
  public int compareTo(Asset other) {
    int byCode = code.compareTo(other.code);
    return byCode != 0 ? byCode : Integer.compare(scale, other.scale);
  }

  @Override
  public String toString() {
    return code + "/" + scale;
  }
}

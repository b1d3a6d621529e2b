package tally.flow.internal;

import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import tally.money.Amount;
import tally.money.Asset;

/// The setting `tally.refund.approve-above`: up to one sum an asset, such as `250.00 USD`.
final class RefundLimits {

  private RefundLimits() {}

  /// Throws where it is not understood: a limit that was meant and is not there would be worse.
  ///
  /// @param assets what this node knows beside its fiat, as in `EUR/2`
  static List<Amount> of(List<String> written, String fiat, List<String> assets) {
    var byCode = new HashMap<String, Asset>();
    Stream.concat(Stream.of(fiat), assets.stream())
        .map(asset -> Asset.of(asset.strip()))
        .forEach(asset -> byCode.put(asset.code(), asset));
    var limits = written.stream().map(one -> limit(one.strip(), byCode)).toList();
    if (limits.stream().map(Amount::asset).distinct().count() < limits.size()) {
      throw wrong(written, "an asset has one limit");
    }
    return limits;
  }

  private static Amount limit(String written, HashMap<String, Asset> byCode) {
    var words = written.split(" ", -1);
    var asset = words.length == 2 ? byCode.get(words[1]) : null;
    if (asset == null) {
      throw wrong(written, "a limit is written like 250.00 USD, in an asset that this node knows");
    }
    return switch (Amount.parse(asset, words[0])) {
      case Amount.Parsed.Good(var amount) -> amount;
      case Amount.Parsed.Bad(var code, var text) -> throw wrong(written, code + " " + text);
    };
  }

  private static IllegalArgumentException wrong(Object written, String why) {
    return new IllegalArgumentException("tally.refund.approve-above is " + written + ": " + why);
  }
}

package tally.cli;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Money as commands take and show it: decimal text and an asset's code.
record Cash(BigDecimal amount, String asset) {

  private static final Pattern WRITTEN =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?) ([A-Z]{3,8})");

  /// Stops with `amount_malformed` where it is not written like `1.00 USD`.
  static Cash of(String written) {
    var match = WRITTEN.matcher(written.strip());
    if (!match.matches() || new BigDecimal(match.group(1)).signum() == 0) {
      throw new Stop(
          "amount_malformed", "Write an amount like \"1.00 USD\"; this is \"" + written + "\".");
    }
    return new Cash(new BigDecimal(match.group(1)), match.group(2));
  }

  static Cash of(JsonNode money) {
    return new Cash(
        new BigDecimal(money.path("amount").asString("0")), money.path("asset").asString(""));
  }

  java.util.Map<String, String> json() {
    return java.util.Map.of("amount", amount.toPlainString(), "asset", asset);
  }

  @Override
  public String toString() {
    return amount.toPlainString() + " " + asset;
  }
}

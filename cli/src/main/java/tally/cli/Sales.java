package tally.cli;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What a seller earned, as his channels say; prints each change.
final class Sales {

  private final PrintStream out;
  private final Map<String, String> seen = new HashMap<>();
  private BigDecimal earned = BigDecimal.ZERO;
  private int count;
  private String asset = "";

  Sales(PrintStream out) {
    this.out = out;
  }

  /// Looks at all channels; says what is new since the last look.
  ///
  /// @param aloud false for what was sold before this start
  void look(Api seller, boolean aloud) {
    earned = BigDecimal.ZERO;
    count = 0;
    for (var channel : seller.all("/channels")) {
      var promised = new BigDecimal(channel.path("promised").path("amount").asString("0"));
      if (channel.path("side").asString("").equals("receiver") && promised.signum() > 0) {
        count++;
        earned = earned.add(promised);
        asset = channel.path("promised").path("asset").asString("");
        boolean ended = channel.path("service").asString("").equals("terminated");
        var now = promised + (ended ? " ended" : "");
        if (!now.equals(seen.put(channel.required("id").asString(), now)) && aloud) {
          out.println(line(channel, ended));
        }
      }
    }
  }

  private static String line(JsonNode channel, boolean ended) {
    return "%s  %s  %s  earned %s"
        .formatted(
            ended ? "sold   " : "selling",
            shortened(channel.path("buyer").asString("")),
            Sizes.of(channel.path("served").path("count").asLong()),
            Players.text(channel.path("promised")));
  }

  private static String shortened(String address) {
    return address.length() < 14
        ? address
        : address.substring(0, 8) + "…" + address.substring(address.length() - 4);
  }

  /// Such as `3 sales, 0.016400 TUSD earned in all`.
  String inAll() {
    return count == 0
        ? "no sales yet"
        : count + (count == 1 ? " sale, " : " sales, ") + earned + " " + asset + " earned in all";
  }
}

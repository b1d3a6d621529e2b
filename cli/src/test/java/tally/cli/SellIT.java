package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A first sale, as a seller and a buyer play it in two terminals.
class SellIT {

  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration FIRST_SALE = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String LINE = "/tally fetch (http\\S+/film.bin)";

  @TempDir Path folder;

  @Test
  void a_folder_is_sold_within_two_minutes_and_another_price_makes_another_offering()
      throws Exception {
    var film = folder.resolve("shop/film.bin");
    Film.write(film, 20, 7);

    String first;
    long began = System.nanoTime();
    try (var seller = sell("0.10 USD/MiB")) {
      first = seller.await(LINE, START).group(1);
      assertThat(seller.text()).contains("TEST MONEY", "20.0 MiB");
      seller.await("Sales so far: no sales yet", SOON);
      try (var buyer = fetch(first, "--most", "3.00 USD")) {
        assertThat(buyer.ended(FIRST_SALE)).as(buyer.text()).isZero();
        assertThat(buyer.text()).contains("spent    2.00 USD", "back     1.00 USD");
      }
      seller.await("sold .* 20.0 MiB .*earned 2.000000 TUSD", SOON);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(FIRST_SALE);
      assertThat(Film.sha256(folder.resolve("film.bin"))).isEqualTo(Film.sha256(film));

      says("balance --as buyer", "available", "1.00 USD");
      says("purchase list --as buyer", "finished  3.00 USD  20971520 byte  2.000000 TUSD");
      says("channel list --as seller", "receiver", "2.000000 TUSD  20971520 byte");
      says("offering list --json", "\"state\" : \"published\"");
      says("dispute list --as buyer", "reason");
      says("flow list", "purchase", "Finished", "settlement");
      says("ledger verify", "sound  ");
      says("refund --as buyer", "completed  1.00 USD");

      try (var again = fetch(first)) {
        assertThat(again.ended(SOON)).isEqualTo(1);
        assertThat(again.text()).contains("file_exists:");
      }
      seller.interrupt(Duration.ofSeconds(20));
      assertThat(seller.text()).contains("Everything is kept");
    }

    try (var seller = sell("0.10 USD/MiB")) {
      assertThat(seller.await(LINE, START).group(1))
          .as("the same goods at the same price, but for the port of the node")
          .endsWith(first.replaceFirst("http://[^/]+", ""));
      assertThat(seller.await("Sales so far: (.*) Ctrl-C", SOON).group(1))
          .isEqualTo("1 sale, 2.000000 TUSD earned in all.");
    }

    try (var seller = sell("1.00 USD/MiB")) {
      var other = seller.await(LINE, START).group(1);
      var old = first.replaceFirst("http://[^/]+", other.replaceFirst("(http://[^/]+).*", "$1"));
      refused(old, "offering_unknown:");
      refused(other, "above_most: This is 20.0 MiB, and 1.00 USD buys 1.0 MiB.");
      refused(other, "below_least:", "--most", "0.50 USD");
      refused(other.replace("film.bin", "none.bin"), "goods_absent:");
    }
  }

  private void refused(String url, String code, String... options) throws InterruptedException {
    var all = new java.util.ArrayList<>(java.util.List.of("-o", "never.bin"));
    all.addAll(java.util.List.of(options));
    try (var buyer = fetch(url, all.toArray(String[]::new))) {
      assertThat(buyer.ended(FIRST_SALE)).isEqualTo(1);
      assertThat(buyer.text()).contains(code);
      assertThat(Files.exists(folder.resolve("never.bin"))).isFalse();
    }
  }

  /// Asks the node that runs, as this machine's operator or one of its accounts.
  private void says(String command, String... words) throws InterruptedException {
    try (var program = Program.start(folder.resolve("kept"), folder, command.split(" "))) {
      assertThat(program.ended(SOON)).as(program.text()).isZero();
      assertThat(program.text()).contains(words);
    }
  }

  private Program sell(String price) {
    return Program.start(
        folder.resolve("kept"), folder, "sell", "shop", "--price", price, "--port", "0");
  }

  private Program fetch(String url, String... options) {
    var arguments = new java.util.ArrayList<>(java.util.List.of("fetch", url));
    arguments.addAll(java.util.List.of(options));
    return Program.start(folder.resolve("kept"), folder, arguments.toArray(String[]::new));
  }
}

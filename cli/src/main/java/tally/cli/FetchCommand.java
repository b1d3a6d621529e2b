package tally.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `tally fetch`: buys what is behind an offering, and pays for what came.
@Command(
    name = "fetch",
    description = "Buys and downloads what a node sells, pays for what came, takes the rest back.")
final class FetchCommand implements Callable<Integer> {

  @Parameters(paramLabel = "URL", description = "What ./tally sell printed.")
  private String url = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to; - for the output stream (default: the file's own name, here).")
  private @Nullable Path output;

  @Option(
      names = "--most",
      defaultValue = "1.00 USD",
      description = "What may be spent; the rest comes back (default: ${DEFAULT-VALUE}).")
  private String most = "";

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Mixin private NodeOptions node = new NodeOptions();

  @Override
  public Integer call() {
    var goods = Goods.of(url);
    var spend = Cash.of(most);
    var to = destination(goods);
    var buyer = node.person(goods.node(), "buyer");
    var progress = Progress.onError();
    var offering =
        buyer
            .find("/offerings/" + goods.offering())
            .filter(it -> it.path("state").asString("").equals("published"))
            .orElseThrow(() ->
                new Stop("offering_unknown", "Nothing is sold under this address (any more)."));
    progress.says(
        "%s costs %s for each %s; at most %s is spent."
            .formatted(
                offering.path("title").asString(),
                Cash.of(offering.path("price")),
                Sizes.of(offering.path("per").asLong()),
                spend));
    mayBuy(offering, spend);
    TestCard.fill(buyer, spend, progress);
    var bought = Bought.begin(buyer, goods, spend);
    var end = download(bought, goods, to, progress);
    var finished = bought.finish();
    return switch (end) {
      case Download.End.Whole whole -> {
        print(whole, finished, to);
        yield 0;
      }
      case Download.End.Absent(int status) ->
          throw new Stop(
              "goods_absent",
              "The seller has nothing at " + goods.path() + " (he answered " + status + ").");
      case Download.End.TooLong(long bytes) ->
          throw new Stop(
              "above_most",
              "This is %s, and %s buys %s. Allow more with --most."
                  .formatted(Sizes.of(bytes), spend, Sizes.of(bought.bytesMax())));
      case Download.End.Broken(long bytes, var why) ->
          throw new Stop(
              "broken_off",
              "After %s: %s. %s was spent; what came is in %s."
                  .formatted(Sizes.of(bytes), why, Cash.of(finished.path("spent")), part(to)));
    };
  }

  /// Whole tokens are worth whole units of what people pay in.
  private static void mayBuy(JsonNode offering, Cash spend) {
    var least = Cash.of(offering.path("depositMin"));
    if (spend.amount().compareTo(least.amount()) < 0) {
      throw new Stop(
          "below_least",
          "The seller wants at least %s set aside. Allow more with --most.".formatted(least));
    }
  }

  /// A name that the seller chose never writes over a file; one that the buyer named does.
  private Path destination(Goods goods) {
    if (output != null) {
      return output;
    }
    var here = Path.of(goods.fileName());
    if (Files.exists(here)) {
      throw new Stop("file_exists", here + " is there already. Name another file with -o.");
    }
    return here;
  }

  private static Download.End download(Bought bought, Goods goods, Path to, Progress progress) {
    try {
      if (isStream(to)) {
        var out = new BufferedOutputStream(System.out);
        var end = Download.fetch(bought.url(goods), out, bought.bytesMax(), progress);
        out.flush();
        return end;
      }
      Download.End end;
      try (OutputStream out = Files.newOutputStream(part(to))) {
        end = Download.fetch(bought.url(goods), out, bought.bytesMax(), progress);
      }
      if (end instanceof Download.End.Whole) {
        Files.move(part(to), to, StandardCopyOption.REPLACE_EXISTING);
      } else if (!(end instanceof Download.End.Broken)) {
        Files.delete(part(to));
      }
      return end;
    } catch (IOException e) {
      bought.finish();
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isStream(Path to) {
    return to.toString().equals("-");
  }

  private static Path part(Path to) {
    return isStream(to) ? to : to.resolveSibling(to.getFileName() + ".part");
  }

  private void print(Download.End.Whole whole, JsonNode finished, Path to) {
    var spent = Cash.of(finished.path("spent"));
    var back = Cash.of(finished.path("back"));
    var paid = Cash.of(finished.path("paid"));
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("file", to.toString());
      facts.put("bytes", whole.bytes());
      facts.put("sha256", whole.sha256());
      facts.put("spent", spent.json());
      facts.put("back", back.json());
      facts.put("paid", paid.json());
      facts.put("purchase", finished.path("id").asString());
      Printing.json(System.out, facts);
      return;
    }
    var out = isStream(to) ? System.err : System.out;
    out.printf("fetched  %s, %d bytes, SHA-256 %s%n", to, whole.bytes(), whole.sha256());
    out.printf("spent    %s (the seller got %s)%n", spent, paid);
    out.printf("back     %s%n", back);
  }

  /// A purchase that runs. However this program ends, it is finished.
  private static final class Bought {
    private static final Set<String> BEGINS =
        Set.of("accepted", "granting", "opening", "connecting");
    private final Api buyer;
    private final String path;
    private final long bytesMax;
    private final Thread last;

    private Bought(Api buyer, String path, long bytesMax) {
      this.buyer = buyer;
      this.path = path;
      this.bytesMax = bytesMax;
      this.last = new Thread(this::giveUp);
      Runtime.getRuntime().addShutdownHook(last);
    }

    static Bought begin(Api buyer, Goods goods, Cash most) {
      var quote =
          buyer.post(
              "/quotes", Map.of("offering", goods.offering().toString(), "pays", most.json()));
      var purchase = buyer.post("/purchases", Map.of("quote", quote.required("id").asString()));
      var path = "/purchases/" + purchase.required("id").asString();
      var bought = new Bought(buyer, path, quote.path("buys").path("count").asLong());
      var begun = buyer.await(path, "the service", it -> !BEGINS.contains(state(it)));
      if (!state(begun).equals("running")) {
        Runtime.getRuntime().removeShutdownHook(bought.last);
        throw new Stop(
            begun.path("code").asString("not_bought"),
            "The purchase came to nothing (%s); what was set aside comes back."
                .formatted(begun.path("text").asString(state(begun))));
      }
      return bought;
    }

    /// At Ctrl-C.
    private void giveUp() {
      try {
        buyer.post(path + "/finish", Map.of());
      } catch (Api.Refused | UncheckedIOException late) {
        System.err.println("The purchase " + path + " could not be finished: " + late.getMessage());
      }
    }

    private static String state(JsonNode purchase) {
      return purchase.path("state").asString("");
    }

    URI url(Goods goods) {
      var url = buyer.get(path).required("url").asString();
      var base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
      return URI.create(base + goods.path());
    }

    long bytesMax() {
      return bytesMax;
    }

    JsonNode finish() {
      Runtime.getRuntime().removeShutdownHook(last);
      buyer.post(path + "/finish", Map.of());
      return buyer.awaitState(path, "finished");
    }
  }
}

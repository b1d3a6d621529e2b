package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// One seller on a node of this machine, who sells one folder at one price at a time.
final class Shop {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long MIB = 1L << 20;

  /// What buyers owe at most before they must have paid.
  private static final long LAG_MAX = 8 * MIB;

  /// In the token's smallest units: a thousand whole ones, of test money.
  private static final BigInteger STOCK = new BigInteger("1000000000");

  private final Path file;
  private final Stage stage;
  private final Api seller;

  /// What is sold.
  ///
  /// @param id of the offering, made here before it is published
  /// @param port where the folder's files are served
  record Ware(UUID id, Path folder, SizePrice price, int port) {
    boolean isLike(Ware other) {
      return folder.equals(other.folder) && price.equals(other.price) && port == other.port;
    }
  }

  /// @param file where the ware is kept
  Shop(Path file, Stage stage, Api seller) {
    this.file = file;
    this.stage = stage;
    this.seller = seller;
  }

  /// Sees to it that the house can give buyers what they spend: the vault answers to it, and holds
  /// test money. Once; later starts find it.
  static void stock(Stage stage, Api operator) {
    var id =
        UUID.nameUUIDFromBytes("the first stock of tally sell".getBytes(StandardCharsets.UTF_8));
    if (operator.find("/reserve/" + id).isEmpty()) {
      var house = operator.get("/node").path("networks").path(0).path("house").asString();
      stage.chain.appoint(house, STOCK);
      operator.post(
          "/reserve",
          id,
          Map.of("network", stage.chain.network(), "amount", Players.money("1000.00", "TUSD")));
    }
    operator.awaitState("/reserve/" + id, "stocked");
  }

  /// What was sold last, where it can still be read.
  static Optional<Ware> last(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var kept = JSON.readTree(Files.readString(file));
      return Optional.of(
          new Ware(
              UUID.fromString(kept.required("id").asString()),
              Path.of(kept.required("folder").asString()),
              SizePrice.of(kept.required("price").asString()),
              kept.required("port").asInt()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JacksonException | IllegalArgumentException | Stop unreadable) {
      return Optional.empty();
    }
  }

  /// Sells this and nothing else: what was sold before goes on being sold where it is the same,
  /// else is removed. Answers the ware with the id under which it is published.
  Ware sell(Ware wanted) {
    var ware = last(file).filter(wanted::isLike).orElse(wanted);
    Folders.keep(
        file,
        JSON.writeValueAsString(
            Map.of(
                "id", ware.id().toString(),
                "folder", ware.folder().toString(),
                "price", ware.price().toString(),
                "port", ware.port())));
    removeOthers(ware.id());
    if (seller.find("/offerings/" + ware.id()).isEmpty()) {
      var offering = seller.post("/offerings", ware.id(), terms(ware));
      stage.chain.fuel(offering.required("receiver").asString());
    }
    return ware;
  }

  private void removeOthers(UUID kept) {
    var me = "party:" + seller.get("/me").required("id").asString();
    for (var offering : seller.all("/offerings")) {
      if (offering.path("provider").asString("").equals(me)
          && offering.path("state").asString("").equals("published")
          && !offering.path("id").asString("").equals(kept.toString())) {
        seller.delete("/offerings/" + offering.required("id").asString());
      }
    }
  }

  private static Map<String, Object> terms(Ware ware) {
    var terms = new LinkedHashMap<String, Object>();
    terms.put("title", title(ware.folder()));
    terms.put("adapter", "http");
    terms.put("source", Map.of("upstream", FileDoor.at(ware.port())));
    terms.put("unit", "byte");
    terms.put("price", Players.money(ware.price().amount(), ware.price().asset()));
    terms.put("per", ware.price().bytes());
    terms.put("portion", MIB);
    terms.put("lagMax", LAG_MAX);
    return terms;
  }

  private static String title(Path folder) {
    var name = folder.getFileName();
    var title = name == null ? "Files" : name.toString();
    return title.length() > 100 ? title.substring(0, 100) : title;
  }
}

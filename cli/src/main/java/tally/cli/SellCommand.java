package tally.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tally sell`: a folder's files, for test money, on a node of this machine.
@Command(
    name = "sell",
    description = "Sells a folder's files by the byte, for test money, on a node of this machine.")
final class SellCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int SHOWN_MAX = 10;

  @Parameters(paramLabel = "FOLDER", description = "What is sold: every file in it.")
  private Path folder = Path.of("");

  @Option(
      names = "--price",
      defaultValue = "0.10 USD/GiB",
      description = "For how much data how much (default: ${DEFAULT-VALUE}).")
  private String price = "";

  @Option(
      names = "--port",
      defaultValue = "7070",
      description = "Where the node's own pages are (default: ${DEFAULT-VALUE}; 0: any free one).")
  private int port = 7070;

  @Override
  public Integer call() {
    var home = Folders.home();
    var sold = real(folder);
    var asked = SizePrice.of(price);
    var items = FileDoor.items(sold);
    if (items.isEmpty()) {
      throw new Stop("folder_empty", "There is no file to sell in " + sold + ".");
    }
    Ports.need(port, Ports.OPTION);
    Ports.need(port == 0 ? 0 : port + 1, Ports.OPTION);
    var place = Folders.kept().resolve("sell");
    var node = new NodeFolder(place);
    System.err.println("Starting a node of your own, with a bank and a chain to play with.");
    var file = place.resolve("shop.json");
    var kept = Shop.last(file).map(Shop.Ware::port).orElse(0);
    try (var files = new FileDoor(sold, kept);
        var stage =
            new Stage(home, place, FileDoor.at(files.port()), port, port == 0 ? 0 : port + 1)) {
      var door = Api.at(stage.privateDoor);
      var operator = new OperatorSession(node, door.follow(stage.signInLink()));
      Shop.stock(stage, operator.api());
      var seller = node.account(door, "seller");
      var ware =
          new Shop(file, stage, seller)
              .sell(new Shop.Ware(UUID.randomUUID(), sold, asked, files.port()));
      node.opened("sell", stage.privateDoor, stage.publicDoor);
      introduce(System.out, stage, operator, ware, items);
      watch(System.out, node, door, operator);
    }
    return 0;
  }

  private static Path real(Path folder) {
    try {
      var real = folder.toRealPath();
      if (Files.isDirectory(real) && Files.isReadable(real)) {
        return real;
      }
    } catch (IOException e) {
      throw new Stop("folder_missing", "There is no folder " + folder + " that can be read.");
    }
    throw new Stop("folder_missing", folder + " is no folder that can be read.");
  }

  private static void introduce(
      PrintStream out,
      Stage stage,
      OperatorSession operator,
      Shop.Ware ware,
      List<FileDoor.Item> items) {
    long bytes = items.stream().mapToLong(FileDoor.Item::bytes).sum();
    out.println("Tally sells " + ware.folder());
    out.printf("  what   %d %s, %s%n", items.size(), files(items), Sizes.of(bytes));
    out.printf("  price  %s, counted byte by byte, paid MiB by MiB%n", ware.price());
    out.println(
        "  money  TEST MONEY: bank and chain are this machine's own, nobody pays real money");
    out.println("  pages  " + stage.privateDoor + "/  your way in, once: " + operator.link());
    out.println();
    out.println("A buyer pastes this into another terminal:");
    out.println();
    for (var item : items.stream().limit(SHOWN_MAX).toList()) {
      out.println("  ./tally fetch " + url(stage.privateDoor, ware.id(), item.path()));
    }
    if (items.size() > SHOWN_MAX) {
      out.println("  … and " + (items.size() - SHOWN_MAX) + " more files in the same way");
    }
    out.println();
  }

  private static String files(List<FileDoor.Item> items) {
    return items.size() == 1 ? "file" : "files";
  }

  static URI url(URI door, UUID offering, String path) {
    var encoded =
        Arrays.stream(path.split("/", -1))
            .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    return door.resolve("/offerings/" + offering + "/" + encoded);
  }

  /// Until Ctrl-C.
  private static void watch(PrintStream out, NodeFolder node, Api door, OperatorSession operator) {
    var seller = node.account(door, "seller");
    var sales = new Sales(out);
    sales.look(seller, false);
    out.println("Sales so far: " + sales.inAll() + ". Ctrl-C ends it; everything is kept.");
    var end =
        Ending.of(() -> {
          node.closed();
          out.println();
          out.println(
              "Ended, with "
                  + sales.inAll()
                  + ". Everything is kept: the same command goes on; ./tally reset forgets it.");
        });
    while (!end.within(LOOK)) {
      try {
        operator.renew();
        sales.look(seller, true);
      } catch (Api.Refused refused) {
        if (refused.status != 401) {
          throw refused;
        }
        seller = node.account(door, "seller");
      } catch (UncheckedIOException gone) {
        if (!end.within(LOOK)) {
          throw new Stop("node_gone", "The node ended; what it said is in " + node.folder() + ".");
        }
      }
    }
  }
}

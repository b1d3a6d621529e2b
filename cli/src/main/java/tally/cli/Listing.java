package tally.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// A verb that prints a list of the API.
@Command(name = "list", mixinStandardHelpOptions = true, description = "Prints them, newest first.")
final class Listing implements Callable<Integer> {

  private final String path;
  private final @Nullable String own;
  private final List<String> columns;

  @Option(names = "--json", description = "Print the items as JSON, whole.")
  private boolean json;

  @Mixin private NodeOptions node = new NodeOptions();

  /// @param path below `/api/v1`
  /// @param own where one's own are, for who may not see everybody's; null where there is no such
  Listing(String path, @Nullable String own, String... columns) {
    this.path = path;
    this.own = own;
    this.columns = List.of(columns);
  }

  @Override
  public Integer call() {
    var api = node.api();
    var items = api.all(own != null && !isOperator(api) ? own : path);
    if (json) {
      Printing.json(System.out, items);
    } else {
      Table.print(System.out, items, columns);
    }
    return 0;
  }

  private static boolean isOperator(Api api) {
    return api.get("/me")
        .path("roles")
        .valueStream()
        .anyMatch(it -> it.asString("").equals("OPERATOR"));
  }
}

package tally.cli;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// A verb that does one thing to one item of the API, and prints what became of it.
@Command(mixinStandardHelpOptions = true)
final class Act implements Callable<Integer> {

  @FunctionalInterface
  interface Deed {
    JsonNode on(Api api, UUID id);
  }

  private final Deed deed;
  private final List<String> columns;

  @Parameters(paramLabel = "ID", description = "As the list shows it.")
  private UUID id = new UUID(0, 0);

  @Option(names = "--json", description = "Print the answer as JSON, whole.")
  private boolean json;

  @Mixin private NodeOptions node = new NodeOptions();

  Act(Deed deed, String... columns) {
    this.deed = deed;
    this.columns = List.of(columns);
  }

  static Act post(String path, String verb, String... columns) {
    return new Act((api, id) -> api.post(path + "/" + id + verb, Map.of()), columns);
  }

  static Act delete(String path, String... columns) {
    return new Act((api, id) -> api.delete(path + "/" + id), columns);
  }

  @Override
  public Integer call() {
    var answer = deed.on(node.api(), id);
    if (json) {
      Printing.json(System.out, answer);
    } else if (answer.isEmpty()) {
      System.out.println("done  " + id);
    } else {
      Table.print(System.out, List.of(answer), columns);
    }
    return 0;
  }
}

package tally.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tally offering publish`: sells something by the byte.
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = "Sells a folder or an upstream by the byte.")
final class PublishCommand implements Callable<Integer> {

  @Option(names = "--title", required = true, description = "What buyers read.")
  private String title = "";

  @Option(
      names = "--source",
      required = true,
      paramLabel = "NAME=VALUE",
      description = "folder=/whole/path or upstream=http://127.0.0.1:8080.")
  private Map<String, String> source = new LinkedHashMap<>();

  @Option(names = "--price", required = true, description = "Such as \"0.10 USD/GiB\".")
  private String price = "";

  @Option(
      names = "--adapter",
      defaultValue = "http",
      description = "How it is delivered (default: ${DEFAULT-VALUE}).")
  private String adapter = "http";

  @Option(
      names = "--portion",
      defaultValue = "1048576",
      description = "Bytes that are paid at a time (default: ${DEFAULT-VALUE}).")
  private long portion = 1 << 20;

  @Option(
      names = "--lag-max",
      defaultValue = "8388608",
      description = "Bytes that may come before they are paid (default: ${DEFAULT-VALUE}).")
  private long lagMax = 8 << 20;

  @Option(names = "--json", description = "Print the offering as JSON.")
  private boolean json;

  @Mixin private NodeOptions node = new NodeOptions();

  @Override
  public Integer call() {
    var asked = SizePrice.of(price);
    var terms = new LinkedHashMap<String, Object>();
    terms.put("title", title);
    terms.put("adapter", adapter);
    terms.put("source", source);
    terms.put("unit", "byte");
    terms.put("price", Players.money(asked.amount(), asked.asset()));
    terms.put("per", asked.bytes());
    terms.put("portion", portion);
    terms.put("lagMax", lagMax);
    var offering = node.api().post("/offerings", terms);
    if (json) {
      Printing.json(System.out, offering);
    } else {
      Table.print(System.out, List.of(offering), List.of("id", "title", "price", "per", "state"));
    }
    return 0;
  }
}

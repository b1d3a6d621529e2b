package tally.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The small things that each request does, by JMH. In each class the method `peer` is what the
/// others are compared with.
@Command(name = "micro", description = "Hot paths in nanoseconds, each beside a bare peer.")
final class MicroBench implements Callable<Integer> {

  private static final String PEER = "peer";

  @Parameters(
      paramLabel = "PATTERN",
      defaultValue = "Micro",
      description = "Which, as a regular expression of class and method (all).")
  String pattern = "Micro";

  @Option(names = "--seconds", defaultValue = "1", description = "A round (${DEFAULT-VALUE}).")
  int seconds;

  @Option(names = "--rounds", defaultValue = "5", description = "Counted (${DEFAULT-VALUE}).")
  int rounds;

  @Option(names = "--forks", defaultValue = "2", description = "New JVMs (${DEFAULT-VALUE}).")
  int forks;

  @Option(names = "--record", description = "Adds a line to bench/RESULTS.md.")
  boolean record;

  @Override
  public Integer call() throws RunnerException, IOException {
    System.out.println(Machine.load() + " before");
    var options =
        new OptionsBuilder()
            .include(pattern)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(seconds))
            .measurementIterations(rounds)
            .measurementTime(TimeValue.seconds(seconds))
            .forks(forks)
            .jvmArgs(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m")
            .verbosity(VerboseMode.SILENT)
            .build();
    var figures = print(new Runner(options).run());
    System.out.println(Machine.load() + " after");
    if (record) {
      Results.append("micro", figures);
    }
    return 0;
  }

  /// Answers the ratios.
  private static List<String> print(Collection<RunResult> results) {
    var classes =
        results.stream()
            .collect(Collectors.groupingBy(MicroBench::house, TreeMap::new, Collectors.toList()));
    var figures = new ArrayList<String>();
    System.out.printf("%n%-44s %12s %12s %8s%n", "", "ns each", "+-", "x peer");
    classes.forEach((name, members) -> {
      var peer =
          members.stream().filter(one -> method(one).equals(PEER)).mapToDouble(MicroBench::score);
      double base = peer.findFirst().orElse(Double.NaN);
      for (var one : members.stream().sorted(Comparator.comparing(MicroBench::method)).toList()) {
        double ratio = score(one) / base;
        System.out.printf(
            Locale.ROOT,
            "%-44s %12.0f %12.0f %8.2f%n",
            name + "." + method(one),
            score(one),
            one.getPrimaryResult().getScoreError(),
            ratio);
        if (!method(one).equals(PEER)) {
          figures.add(String.format(Locale.ROOT, "%s.%s x%.2f", name, method(one), ratio));
        }
      }
    });
    return figures;
  }

  private static double score(RunResult result) {
    return result.getPrimaryResult().getScore();
  }

  private static String method(RunResult result) {
    var name = result.getParams().getBenchmark();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String house(RunResult result) {
    var name = result.getParams().getBenchmark();
    var house = name.substring(0, name.lastIndexOf('.'));
    return house.substring(house.lastIndexOf('.') + 1);
  }
}

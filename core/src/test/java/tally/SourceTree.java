package tally;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The repository that the tests run in, as text.
public final class SourceTree {

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|record|enum|contract)\\s+([A-Z]\\w*)");
  private static final Pattern WORD = Pattern.compile("\\w+");
  private static final Set<String> PASSED_OVER =
      Set.of("target", ".git", ".tally", "docs", "node_modules", "out", "cache");

  private SourceTree() {}

  /// The folder of the launcher, at or above the working directory.
  public static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isRegularFile(folder.resolve("tally"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("not inside the repository: " + Path.of("").toAbsolutePath());
    }
    return folder;
  }

  /// Every page: Markdown in the root folder and below `docs`.
  static List<Path> pages() {
    try (var top = Files.list(root());
        var docs = Files.walk(root().resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Names of all Java types, nested ones too, and of all contracts.
  static Set<String> types() {
    return gather(
        path -> path.toString().matches(".*\\.(java|sol)"), TYPE, match -> match.group(1));
  }

  /// Every word of the sources, settings and build files.
  static Set<String> words() {
    return gather(
        path -> path.toString().matches(".*\\.(java|sol|yaml|sql|xml|toml|json)|.*/tally"),
        WORD,
        MatchResult::group);
  }

  private static Set<String> gather(
      Predicate<Path> which, Pattern pattern, Function<MatchResult, String> as) {
    var found = new TreeSet<String>();
    for (var file : files(which)) {
      pattern.matcher(read(file)).results().map(as).forEach(found::add);
    }
    return found;
  }

  private static List<Path> files(Predicate<Path> which) {
    var found = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          root(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) {
              return PASSED_OVER.contains(String.valueOf(folder.getFileName()))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
              if (which.test(file)) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

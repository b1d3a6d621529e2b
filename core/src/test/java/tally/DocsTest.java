package tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tally.flow.Command;
import tally.flow.Flow;
import tally.flow.Kind;
import tally.flow.Signal;

/// What the pages name exists.
class DocsTest {

  private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w*(?:Test|Contract)\\b");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][\\w]*(?:[.#][A-Za-z_]\\w*)*");
  private static final Pattern TYPE_NAME = Pattern.compile("[A-Z]\\w*[a-z]\\w*");
  private static final Pattern SENTENCE = Pattern.compile("[a-z0-9]+(?:_[a-z0-9]+)+");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(?:#[^)]*)?\\)");

  /// The gateway that the recipe makes up.
  private static final String MADE_UP = "Acme";

  private static final Pattern LAUNCH = Pattern.compile("\\./tally ([a-z]+)");

  @Test
  void every_test_that_a_page_names_exists() {
    var types = SourceTree.types();
    var wrong = new ArrayList<String>();
    for (var page : SourceTree.pages()) {
      all(TEST, SourceTree.read(page))
          .filter(name -> !types.contains(name) && !name.startsWith(MADE_UP))
          .forEach(name -> wrong.add(page.getFileName() + ": " + name));
    }
    assertThat(wrong).isEmpty();
  }

  /// Types, methods, codes, settings: whatever stands in code letters and looks like a name.
  @Test
  void every_name_in_code_letters_is_a_word_of_the_sources() {
    var types = SourceTree.types();
    var words = SourceTree.words();
    var wrong = new ArrayList<String>();
    int seen = 0;
    for (var page : SourceTree.pages()) {
      for (var code : all(CODE, prose(SourceTree.read(page))).toList()) {
        for (var name : names(code.substring(1, code.length() - 1))) {
          seen++;
          boolean known =
              TYPE_NAME.matcher(name).matches()
                  ? types.contains(name) || words.contains(name)
                  : !SENTENCE.matcher(name).matches() || words.contains(name);
          if (!known && !name.startsWith(MADE_UP)) {
            wrong.add(page.getFileName() + ": " + name);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(100);
  }

  @Test
  void every_link_leads_somewhere() {
    var wrong = new ArrayList<String>();
    for (var page : SourceTree.pages()) {
      var matcher = LINK.matcher(SourceTree.read(page));
      while (matcher.find()) {
        var target = matcher.group(1);
        if (!target.contains("://") && !Files.exists(folder(page).resolve(target))) {
          wrong.add(page.getFileName() + ": " + target);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void every_command_of_the_launcher_that_a_page_names_exists() {
    var words = words(SourceTree.read(SourceTree.root().resolve("tally")));
    for (var page : SourceTree.pages()) {
      var matcher = LAUNCH.matcher(SourceTree.read(page));
      while (matcher.find()) {
        assertThat(words).as("%s", page.getFileName()).contains(matcher.group(1));
      }
    }
  }

  /// Commands and signals may be named in prose or in the diagram.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void a_flows_page_names_each_of_its_states_and_the_commands_and_signals_it_knows(Kind kind) {
    var flow = flowOf(kind);
    var source = sources(flow);
    var page =
        words(
            SourceTree.read(
                SourceTree.root()
                    .resolve(
                        "docs/flows/" + flow.getSimpleName().toLowerCase(Locale.ROOT) + ".md")));
    var used = words(source);
    assertThat(page).containsAll(simpleNames(flow));
    assertThat(page).containsAll(used(Command.class, used, source, "Command."));
    assertThat(page).containsAll(used(Signal.class, used, source, "Signal."));
  }

  private static List<String> used(
      Class<?> family, Set<String> words, String source, String prefix) {
    return simpleNames(family).stream()
        .filter(words::contains)
        .filter(name -> source.contains(prefix + name))
        .toList();
  }

  /// All files of a flow: it may have some for its shared steps, and for a part of its states.
  private static String sources(Class<?> flow) {
    var folder = SourceTree.root().resolve("core/src/main/java/tally/flow");
    try (var files = Files.list(folder)) {
      return files
          .filter(file ->
              file.getFileName()
                  .toString()
                  .matches(flow.getSimpleName() + "(Ending|Steps)?\\.java"))
          .sorted()
          .map(SourceTree::read)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Of a sealed type within it, the names of its own.
  private static List<String> simpleNames(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .flatMap(
            type -> type.isSealed() ? simpleNames(type).stream() : Stream.of(type.getSimpleName()))
        .toList();
  }

  private static Class<?> flowOf(Kind kind) {
    var name = kind.name().replace("_", "");
    return Arrays.stream(Flow.class.getPermittedSubclasses())
        .filter(type -> type.getSimpleName().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow();
  }

  private static Path folder(Path page) {
    var folder = page.getParent();
    return folder == null ? page : folder;
  }

  /// A page without its fenced blocks.
  private static String prose(String page) {
    return page.replaceAll("(?s)```.*?```", "");
  }

  private static List<String> names(String code) {
    return NAME.matcher(code).matches() ? List.of(code.split("[.#]")) : List.of();
  }

  private static Set<String> words(String text) {
    return Set.copyOf(all(Pattern.compile("\\w+"), text).distinct().toList());
  }

  private static Stream<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(MatchResult::group);
  }
}

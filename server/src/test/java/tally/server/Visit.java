package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What every test of the pages begins with: the shared node, one browser for all classes, people
/// in it, and films to sell them. After each test everybody has left, and nobody's browser has
/// complained. A test that runs beside another has a browser of its own.
final class Visit implements BeforeAllCallback, AfterEachCallback {

  private static final int MIB = 1 << 20;
  static final int FILM = 6 * MIB;

  private final WholeNode node = WholeNode.shared();
  private Browsers browsers;

  /// One browser a thread, since none may be used by two.
  private static final class Browsers implements AutoCloseable {
    private final Queue<Browser> open = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Browser> mine;

    Browsers(String home) {
      mine =
          ThreadLocal.withInitial(() -> {
            var browser = Browser.open(home);
            open.add(browser);
            return browser;
          });
    }

    @Override
    public void close() {
      open.forEach(Browser::close);
    }
  }

  /// Browsers are closed with the last class. Skips the class where there is none, but not where
  /// all tools are required.
  @Override
  public void beforeAll(ExtensionContext context) {
    Browser.need();
    browsers =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .computeIfAbsent(Browsers.class, _ -> new Browsers(home()), Browsers.class);
  }

  private Browser browser() {
    return browsers.mine.get();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var said = List.copyOf(browser().said);
    browser().leave();
    if (context.getExecutionException().isEmpty()) {
      assertThat(said).as("what the browser complains of").isEmpty();
    }
  }

  String home() {
    return node.privateDoor().toString();
  }

  /// A person with a fresh browser, who reads this language.
  Page person(String language) {
    return browser().person(language);
  }

  /// A person whose browser runs no scripts.
  Page plain() {
    return browser().plain();
  }

  /// Somebody who is signed in.
  Page as(Caller caller) {
    return signIn(person("en-GB"), caller);
  }

  /// Gives a browser somebody's session.
  Page signIn(Page page, Caller caller) {
    page.context()
        .addCookies(List.of(new Cookie("tally_session", caller.session()).setUrl(home())));
    return page;
  }

  /// Fills in the form of a new account, and sends it; answers the name.
  String signUp(Page page, String name) {
    var unique = name + "-" + WholeNode.part();
    page.locator("input[name=name]").fill(unique);
    page.locator("input[name=password]").fill(password(unique));
    page.locator("button.primary").click();
    return unique;
  }

  /// What `signUp` takes for a password.
  static String password(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  void look(Page page, String name) {
    browser().look(page, name);
  }

  /// Looks at a page of those who work with the chain, and speak of it.
  void lookAtWork(Page page, String name) {
    browser().lookAtWork(page, name);
  }

  /// What browsers complain of up to now was meant to be.
  void pardon() {
    browser().said.clear();
  }

  /// A new folder with one film in it.
  String films() {
    var folder = node.folder("films-" + WholeNode.part());
    var film = new byte[FILM];
    new SplittableRandom(3).nextBytes(film);
    try {
      Files.write(folder.resolve("film.bin"), film);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder.toString();
  }

  /// Somebody offers a film, at 0.01 a MiB; answers the title, which no other offering has.
  String offerFilms(String title) {
    var unique = title + " " + WholeNode.part();
    node.person("nora").offer(UUID.randomUUID(), unique, films()).id();
    return unique;
  }

  /// A person's own program fetches the film.
  static void fetchFilm(String address) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var film = HttpRequest.newBuilder(URI.create(address + "/film.bin")).build();
      assertThat(http.send(film, BodyHandlers.ofByteArray()).body()).hasSize(FILM);
    }
  }
}

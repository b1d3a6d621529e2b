package tally.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A person's browser, and the eye that looks over his shoulder: of every page a picture in both
/// lights and at two widths, no fault that axe calls serious, nothing that reaches beyond the
/// screen, no word of the browser's console.
final class Browser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path PICTURES = Path.of(System.getProperty("basedir", ""), "target/pages");
  private static final int WIDE = 1280;
  private static final int NARROW = 390;
  private static final int PATIENCE_MILLIS = 45_000;

  /// What no person has to know.
  static final Pattern CHAIN_WORDS =
      Pattern.compile(
          "\\b(gas|nonce|wallets?|blockchain|tokens?|channels?|vouchers?|contracts?|grants?|TUSD"
              + "|Kanal|Gutscheine?|Gewährung|0x[0-9a-f]*)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser browser;
  private final String axe;
  private final String home;
  final List<String> said = new ArrayList<>();

  /// Skips the test where there is no browser, but not where all tools are required.
  static void need() {
    boolean there = Files.isExecutable(CHROMIUM);
    if ("required".equals(System.getProperty("tally.node")) || System.getenv("CI") != null) {
      assertThat(there).as("Chromium is absent, and it is required here").isTrue();
    }
    assumeThat(there).as("Chromium is absent").isTrue();
  }

  /// @param home where our pages are; what other pages complain of is not ours
  static Browser open(String home) {
    return new Browser(home);
  }

  private Browser(String home) {
    this.home = home;
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--no-first-run")));
    axe = resource("META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");
  }

  /// A person with a fresh browser, who reads this language.
  Page person(String language) {
    return page(new com.microsoft.playwright.Browser.NewContextOptions().setLocale(language));
  }

  /// A person whose browser runs no scripts.
  Page plain() {
    return page(
        new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(false));
  }

  private Page page(com.microsoft.playwright.Browser.NewContextOptions options) {
    BrowserContext context =
        browser.newContext(
            options.setViewportSize(WIDE, 900).setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    var page = context.newPage();
    page.onConsoleMessage(word -> {
      if (word.type().equals("error") && page.url().startsWith(home)) {
        said.add(page.url() + ": " + word.text());
      }
    });
    page.onPageError(fault -> said.add(page.url() + ": " + fault));
    return page;
  }

  /// Everybody goes, and what was said is forgotten.
  void leave() {
    browser.contexts().forEach(BrowserContext::close);
    said.clear();
  }

  /// Looks at the page as it now stands.
  void look(Page page, String name) {
    chainWords(page, name);
    lookAtWork(page, name);
  }

  /// Looks at a page of those who work with the chain, and speak of it.
  void lookAtWork(Page page, String name) {
    for (var light : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(light));
      for (int width : List.of(NARROW, WIDE)) {
        page.setViewportSize(width, 900);
        picture(page, name + "-" + light.name().toLowerCase(Locale.ROOT) + "-" + width, width);
        serious(page, "%s at %d, %s".formatted(name, width, light));
      }
    }
  }

  private static void picture(Page page, String file, int width) {
    int reach = (int) page.evaluate("document.documentElement.scrollWidth");
    assertThat(reach)
        .as("%s reaches beyond a screen of %d", file, width)
        .isLessThanOrEqualTo(width);
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(PICTURES.resolve(file + ".png")));
  }

  /// Words of the chain stand only where a person unfolds them.
  private static void chainWords(Page page, String name) {
    var text =
        (String)
            page.evaluate(
                """
                () => {
                  const body = document.body.cloneNode(true);
                  body.querySelectorAll('details.chain, script').forEach(one => one.remove());
                  return body.textContent;
                }
                """);
    assertThat(CHAIN_WORDS.matcher(text).results().map(MatchResult::group))
        .as("words of the chain in %s", name)
        .isEmpty();
  }

  private void serious(Page page, String where) {
    if (!(boolean) page.evaluate("'axe' in window")) {
      page.evaluate(axe);
    }
    var faults =
        page.evaluate(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(one => ['serious', 'critical'].includes(one.impact))
              .map(one => one.id + ' at ' + one.nodes.map(node => node.target + ' ' + node.failureSummary).join(' | '))
            """);
    assertThat((List<?>) faults).as("what axe finds in %s", where).isEmpty();
  }

  private static String resource(String place) {
    try (var in = Browser.class.getClassLoader().getResourceAsStream(place)) {
      assertThat(in).as(place).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}

package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserTest {

  @TempDir Path bin;

  @Test
  void a_machine_without_a_screen_opens_nothing() throws IOException {
    program("xdg-open");
    assertThat(Browser.find(Map.of("PATH", bin.toString()), "Linux")).isEmpty();
  }

  @Test
  void a_screen_and_an_opener_are_enough() throws IOException {
    var opener = program("xdg-open");
    var screen = Map.of("PATH", "/nowhere:" + bin, "DISPLAY", ":0");
    assertThat(Browser.find(screen, "Linux")).contains(new Browser(opener));
    assertThat(Browser.find(Map.of("PATH", "/nowhere", "DISPLAY", ":0"), "Linux")).isEmpty();
  }

  @Test
  void the_browser_that_a_person_names_goes_first_also_without_a_screen() throws IOException {
    var own = program("own");
    var named = Map.of("PATH", bin.toString(), "TALLY_BROWSER", "own");
    assertThat(Browser.find(named, "Linux")).contains(new Browser(own));
    assertThat(Browser.find(Map.of("TALLY_BROWSER", own.toString()), "Mac OS X"))
        .contains(new Browser(own));
    assertThat(Browser.find(Map.of("TALLY_BROWSER", "absent", "DISPLAY", ":0"), "Linux")).isEmpty();
  }

  @Test
  void a_mac_has_its_own_opener() throws IOException {
    var opener = program("open");
    assertThat(Browser.find(Map.of("PATH", bin.toString()), "Mac OS X"))
        .contains(new Browser(opener));
  }

  @Test
  void where_nobody_looks_on_no_browser_opens() {
    assertThat(Browser.here()).as("tests have no terminal").isEmpty();
  }

  private Path program(String name) throws IOException {
    var program = Files.writeString(bin.resolve(name), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }
}

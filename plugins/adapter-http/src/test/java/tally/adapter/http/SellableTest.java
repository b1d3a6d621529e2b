package tally.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An account that offers something is not the node's operator.
class SellableTest {

  @TempDir Path home;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(home.resolve("films/new/.git/hooks"));
    Files.createDirectories(home.resolve("films/.keys"));
    Files.createDirectories(home.resolve("films-of-mine"));
    Files.createDirectories(home.resolve("keys"));
    Files.createSymbolicLink(home.resolve("films/way-out"), home.resolve("keys"));
    Files.createSymbolicLink(home.resolve("shelf"), home.resolve("films"));
  }

  @ParameterizedTest
  @CsvSource({
    "films, true",
    "films/new, true",
    "shelf/new, true",
    "films-of-mine, false",
    "keys, false",
    "films/way-out, false",
    "films/.keys, false",
    "films/new/.git/hooks, false",
    "films/../keys, false",
    "., false",
    "none, false"
  })
  void only_what_lies_in_an_allowed_folder_is_sold_whatever_the_path_says(
      String folder, boolean sold) {
    var written = Map.of("folder", home.resolve(folder).toString());
    var allowed = Sellable.of(home.resolve("films") + "," + home.resolve("not-yet-there"));
    assertThat(Source.of(written, allowed) instanceof Source.Read.Good).isEqualTo(sold);
    assertThat(Source.of(written, Sellable.of(""))).isInstanceOf(Source.Read.Bad.class);
  }

  @Test
  void a_folder_that_is_reached_by_a_link_may_be_allowed_by_it() {
    var written = Map.of("folder", home.resolve("films/new").toString());
    assertThat(Source.of(written, Sellable.of(home.resolve("shelf").toString())))
        .isInstanceOf(Source.Read.Good.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9000/api, true",
    "http://127.0.0.1:9000/api/v1/, true",
    "HTTP://127.0.0.1:9000/api, false",
    "http://127.0.0.1:9000/, false",
    "http://127.0.0.1:9000/api2, false",
    "http://127.0.0.1:9000/api/../admin, false",
    "http://127.0.0.1:9000/api/%2e%2e/admin, false",
    "http://127.0.0.1:9000/api/..%2fadmin, false",
    "http://127.0.0.1:9000/api/..;/admin, false",
    "http://127.0.0.1:9000/api/%2e.;x=1/admin, false",
    "http://127.0.0.1:9000/api/v1;x=1/, true",
    "http://127.0.0.1:9001/api, false",
    "https://127.0.0.1:9000/api, false",
    "http://127.0.0.1:9000.example/api, false",
    "http://localhost:9000/api, false"
  })
  void only_what_stands_behind_an_allowed_address_is_sold(String upstream, boolean sold) {
    var allowed = Sellable.of("/srv/films, http://127.0.0.1:9000/api");
    assertThat(Source.of(Map.of("upstream", upstream), allowed) instanceof Source.Read.Good)
        .isEqualTo(sold);
  }

  @ParameterizedTest
  @ValueSource(strings = {"films", "/srv/films,", "ftp://127.0.0.1", "http://", "http://me@x/"})
  void a_setting_that_could_be_misread_is_refused_at_the_start(String written) {
    assertThatThrownBy(() -> Sellable.of(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("setting sells");
  }
}

package tally.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.delivery.port.Adapter;
import tally.delivery.port.AdapterContract;
import tally.plugin.AdapterPlugin;
import tally.plugin.Settings;

class HttpAdapterTest extends AdapterContract {

  @TempDir Path folder;
  private final byte[] body = new byte[8 * MIB];

  @BeforeEach
  void writeFile() {
    new Random(7).nextBytes(body);
    try {
      Files.write(folder.resolve("film.bin"), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Adapter open() {
    return new HttpAdapter(
        HttpSettings.of(new Settings(Map.of("waitSeconds", "20", "sells", folder.toString()))),
        InstantSource.system(),
        new Random(1));
  }

  @Override
  protected Map<String, String> source() {
    return Map.of("folder", folder.toString());
  }

  @Override
  protected Map<String, String> badSource() {
    return Map.of("folder", folder.resolve("none").toString());
  }

  @Override
  protected String path() {
    return "/film.bin";
  }

  @Override
  protected byte[] body() {
    return body;
  }

  @Test
  void it_is_found_by_its_kind() {
    assertThat(ServiceLoader.load(AdapterPlugin.class).stream().map(p -> p.get().kind()))
        .containsExactly("http");
  }
}

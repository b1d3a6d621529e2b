package tally.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// What the demo sells and fetches: a file of so many MiB, the same for the same seed.
final class Film {

  static final long MIB = 1L << 20;

  private Film() {}

  record Download(long bytes, String sha256) {}

  static void write(Path file, int mib, long seed) {
    try {
      Files.createDirectories(file.getParent());
      var random = new SplittableRandom(seed);
      var block = new byte[(int) MIB];
      try (var to = Files.newOutputStream(file)) {
        for (int i = 0; i < mib; i++) {
          random.nextBytes(block);
          to.write(block);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(Path file) {
    try (var in = Files.newInputStream(file)) {
      return read(in).sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What the person's own program does: it fetches from the address that the node opened.
  static Download fetch(URI url) {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(120)).GET().build();
      var response = http.send(request, BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(url.getPath() + " answered " + response.statusCode());
      }
      try (var in = response.body()) {
        return read(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Download read(InputStream in) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[1 << 16];
      long bytes = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
      }
      return new Download(bytes, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

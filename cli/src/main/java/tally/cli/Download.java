package tally.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/// One file through a paid socket.
final class Download {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final int BLOCK = 1 << 16;

  private Download() {}

  sealed interface End {
    record Whole(long bytes, String sha256) implements End {}

    /// The seller's answer was not the file.
    record Absent(int status) implements End {}

    /// The file is longer than what may be spent buys; nothing of it was kept.
    record TooLong(long bytes) implements End {}

    /// The stream broke, or the service was stopped.
    record Broken(long bytes, String why) implements End {}
  }

  /// @param bytesMax what may be spent buys so many
  static End fetch(URI url, OutputStream to, long bytesMax, Progress progress) {
    long bytes = 0;
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(url).timeout(ANSWER_WITHIN).GET().build();
      var response = http.send(request, BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        if (response.statusCode() != 200) {
          return new End.Absent(response.statusCode());
        }
        long length = response.headers().firstValueAsLong("content-length").orElse(-1);
        if (length > bytesMax) {
          return new End.TooLong(length);
        }
        var digest = MessageDigest.getInstance("SHA-256");
        var block = new byte[BLOCK];
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
          digest.update(block, 0, n);
          to.write(block, 0, n);
          bytes += n;
          progress.at(bytes, length);
        }
        return length >= 0 && bytes < length
            ? new End.Broken(bytes, "it ended early")
            : new End.Whole(bytes, HexFormat.of().formatHex(digest.digest()));
      }
    } catch (IOException broken) {
      return new End.Broken(bytes, String.valueOf(broken.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new End.Broken(bytes, "interrupted");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

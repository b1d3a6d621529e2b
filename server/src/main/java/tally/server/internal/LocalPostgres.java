package tally.server.internal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL of the node's own in the folder `postgres` of its data, durable. One node at a time
/// has the folder.
public final class LocalPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalPostgres.class);
  private static final long STOP_SECONDS = 20;
  private final DataFolder mine;
  private final EmbeddedPostgres postgres;

  /// Throws `StartRefused` with `data_taken` where another node has the folder.
  public LocalPostgres(Path data) {
    var folder = data.resolve("postgres").toAbsolutePath();
    mine = DataFolder.take(data);
    try {
      endOrphan(folder);
      postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(Duration.ofSeconds(60))
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("max_connections", "100")
              .start();
    } catch (IOException failed) {
      mine.close();
      throw new UncheckedIOException(failed);
    } catch (RuntimeException failed) {
      mine.close();
      throw failed;
    }
  }

  public String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  @Override
  public void close() {
    try {
      postgres.close();
      mine.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A node that was killed leaves its server running. We hold the folder's lock, so that server is
  /// nobody's, and must end before ours begins.
  private static void endOrphan(Path folder) throws IOException {
    var file = folder.resolve("postmaster.pid");
    var pid = Files.exists(file) ? pid(Files.readString(file)) : null;
    var orphan = pid == null ? null : ProcessHandle.of(pid).orElse(null);
    if (orphan == null || !isServer(orphan, folder)) {
      return;
    }
    LOG.warn("ending the database server {} that a killed node left in {}", pid, folder);
    orphan.destroy();
    try {
      orphan.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the database server " + pid + " does not end", e);
    }
  }

  private static @Nullable Long pid(String text) {
    var first = text.lines().findFirst().orElse("").strip();
    return first.matches("[0-9]{1,10}") ? Long.valueOf(first) : null;
  }

  private static boolean isServer(ProcessHandle process, Path folder) {
    var line = process.info().commandLine().orElse("");
    return line.contains("postgres") && line.contains(folder.toString());
  }
}

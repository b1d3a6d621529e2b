package tally.server.internal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private final FileChannel lock;
  private final EmbeddedPostgres postgres;

  public LocalPostgres(Path data) {
    try {
      Files.createDirectories(data);
      var folder = data.resolve("postgres").toAbsolutePath();
      lock = lock(data.resolve("node.lock"));
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
      } catch (IOException | RuntimeException failed) {
        lock.close();
        throw failed;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  @Override
  public void close() {
    try {
      postgres.close();
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameProcess) {
      LOG.debug("this very process has {}", file, sameProcess);
    }
    channel.close();
    throw new StartRefused(
        "data_taken", "another node has the data folder: " + file + ". End it, or set tally.data.");
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

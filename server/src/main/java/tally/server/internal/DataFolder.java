package tally.server.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder in which a node keeps what is its own. One node at a time has it, whatever database
/// it uses: sealed heads, the node's name and its sign-in link are of one node alone.
public final class DataFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private final FileChannel lock;

  private DataFolder(FileChannel lock) {
    this.lock = lock;
  }

  /// Makes the folder where there is none. Throws `StartRefused` with `data_taken` where another
  /// node has it.
  public static DataFolder take(Path data) {
    try {
      Files.createDirectories(data);
      return new DataFolder(lock(data.resolve("node.lock")));
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

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

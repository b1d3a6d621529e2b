package tally.cli;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Serves a folder's files on this machine's loopback, reading only; hidden files and links are
/// left out. The node sells what it answers.
final class FileDoor implements AutoCloseable {

  private static final int DEPTH_MAX = 8;
  private static final int FILES_MAX = 1000;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param path from the folder, with slashes
  record Item(String path, long bytes) {}

  /// @param folder its real path
  /// @param port the one it had before, or 0; another is taken where that is not free
  FileDoor(Path folder, int port) {
    int free = port != 0 && Ports.isFree(port) ? port : 0;
    server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), free),
            folder,
            SimpleFileServer.OutputLevel.NONE);
    server.setExecutor(threads);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /// Where a door of this port is reached.
  static String at(int port) {
    return "http://127.0.0.1:" + port;
  }

  /// What there is to sell; at most a thousand files, eight folders deep.
  static List<Item> items(Path folder) {
    var items = new ArrayList<Item>();
    try (var all = Files.walk(folder, DEPTH_MAX)) {
      for (var file : (Iterable<Path>) all.filter(it -> isSold(folder, it)).sorted()::iterator) {
        if (items.size() == FILES_MAX) {
          break;
        }
        var path = folder.relativize(file).toString().replace('\\', '/');
        items.add(new Item(path, Files.size(file)));
      }
      return items;
    } catch (IOException | UncheckedIOException e) {
      throw new Stop(
          "folder_unreadable", "Not all in " + folder + " can be read: " + e.getMessage() + ".");
    }
  }

  private static boolean isSold(Path folder, Path file) {
    for (var name : folder.relativize(file)) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    return Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

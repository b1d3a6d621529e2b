package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The one address of several nodes: leads each connection to one that answers, by turns.
final class Relay implements AutoCloseable {

  private static final int CONNECT_MILLIS = 2000;
  private final List<Integer> ports;
  private final ServerSocket door;
  private final AtomicInteger turns = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// @param ports of the nodes, on loopback
  Relay(List<Integer> ports) {
    this.ports = List.copyOf(ports);
    try {
      this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::listen);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  private void listen() {
    try {
      while (true) {
        var caller = door.accept();
        Thread.startVirtualThread(() -> lead(caller));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void lead(Socket caller) {
    open.add(caller);
    try (caller;
        var node = reach()) {
      open.add(node);
      var back = Thread.startVirtualThread(() -> pour(node, caller));
      pour(caller, node);
      back.join();
    } catch (IOException nobodyAnswers) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  private Socket reach() throws IOException {
    var none = new IOException("no node answers");
    for (int tried = 0; tried < ports.size(); tried++) {
      int port = ports.get(Math.floorMod(turns.getAndIncrement(), ports.size()));
      var socket = new Socket();
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
        return socket;
      } catch (IOException gone) {
        socket.close();
        none.addSuppressed(gone);
      }
    }
    throw none;
  }

  /// Whoever ends ends it for both.
  private static void pour(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException brokenOff) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (var socket : open) {
      socket.close();
    }
  }
}

package tally.flow.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A line to somebody on this machine that can be cut. While it is, nobody answers at its address.
final class Cable implements AutoCloseable {

  private final int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket end;

  private Cable(int to) {
    this.to = to;
    this.end = listen(0);
  }

  static Cable to(URI url) {
    return new Cable(url.getPort());
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + end.getLocalPort());
  }

  /// Whatever was being said is lost.
  void cut() {
    close();
  }

  /// At the same address as before.
  void mend() {
    end = listen(end.getLocalPort());
  }

  private ServerSocket listen(int port) {
    try {
      var bound = new ServerSocket();
      bound.setReuseAddress(true);
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Thread.ofVirtual().start(() -> accept(bound));
      return bound;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Until the line is cut.
  private void accept(ServerSocket bound) {
    while (!bound.isClosed()) {
      try {
        var near = bound.accept();
        open.add(near);
        var far = new Socket(InetAddress.getLoopbackAddress(), to);
        open.add(far);
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
        if (bound.isClosed()) {
          hangUp();
        }
      } catch (IOException cut) {
        hangUp();
      }
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException cut) {
      // Both ends are closed, which is what a cut line looks like.
      return;
    } finally {
      open.remove(from);
    }
  }

  private void hangUp() {
    for (var socket : open) {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      end.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hangUp();
  }
}

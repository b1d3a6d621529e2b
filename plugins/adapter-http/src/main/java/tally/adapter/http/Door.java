package tally.adapter.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A small HTTP/1.1 server: one virtual thread a connection, so many connections at most, and a
/// time limit on each.
final class Door implements AutoCloseable {

  @FunctionalInterface
  interface Handler {
    /// Answers one request. What it throws ends the connection.
    void handle(Exchange exchange) throws IOException;
  }

  private static final int BACKLOG = 128;
  private static final int REQUESTS_MAX = 10_000;
  private final ServerSocketChannel server;
  private final HttpSettings settings;
  private final Watch watch;
  private final Handler handler;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  Door(InetSocketAddress address, HttpSettings settings, Watch watch, Handler handler) {
    this.settings = settings;
    this.watch = watch;
    this.handler = handler;
    try {
      server = ServerSocketChannel.open();
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address, e);
    }
    Thread.ofVirtual().name("tally-http-door").start(this::accept);
  }

  int port() {
    return server.socket().getLocalPort();
  }

  boolean isIdle() {
    return connections.isEmpty();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      connections.forEach(Connection::close);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        var channel = server.accept();
        if (connections.size() >= settings.connectionsMax()) {
          channel.close();
        } else {
          open(channel);
        }
      } catch (IOException e) {
        // A connection that failed before it began; the loop ends when the door is closed.
        Thread.yield();
      }
    }
  }

  private void open(SocketChannel channel) throws IOException {
    var connection =
        new Connection(channel, settings.patience().plus(settings.headTime()), settings.headTime());
    connections.add(connection);
    watch.add(connection);
    Thread.ofVirtual().name("tally-http").start(() -> serve(connection));
  }

  private void serve(Connection connection) {
    try (connection) {
      for (int i = 0; i < REQUESTS_MAX; i++) {
        connection.limit(settings.headTime());
        var exchange = next(connection);
        if (exchange.isEmpty()) {
          return;
        }
        connection.renew();
        handler.handle(exchange.get());
        if (!exchange.get().keeps()) {
          connection.finish();
          return;
        }
      }
    } catch (IOException e) {
      // The peer went, was too slow, or the delivery was cut: closing says it all.
      connection.close();
    } finally {
      watch.remove(connection);
      connections.remove(connection);
    }
  }

  private static Optional<Exchange> next(Connection connection) throws IOException {
    try {
      var head = Wire.head(connection.in());
      return head.isEmpty() ? Optional.empty() : Optional.of(new Exchange(connection, head.get()));
    } catch (Wire.Malformed e) {
      refuse(connection);
      connection.finish();
      return Optional.empty();
    }
  }

  private static void refuse(Connection connection) throws IOException {
    var no =
        Wire.bytes(
            "HTTP/1.1 400 Bad Request\r\n"
                + Exchange.REFUSAL
                + ": request_malformed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    connection.send(no, 0, no.length);
  }
}

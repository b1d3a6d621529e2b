package tally.adapter.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import tally.adapter.http.Wire.Field;
import tally.adapter.http.Wire.Framing;

/// One request to another server, on a connection of its own. Redirects are answers like others.
final class Outbound implements Watch.Watched, AutoCloseable {

  private static final int RECEIVE_BUFFER = 256 * 1024;
  private static final int READ_BUFFER = 16 * 1024;
  private final Socket socket;
  private final Duration patience;
  private final Watch watch;
  private volatile long deadline;
  private final InputStream in;
  private final OutputStream out;

  private Outbound(Socket socket, Duration patience, Watch watch) throws IOException {
    this.socket = socket;
    this.patience = patience;
    this.watch = watch;
    this.in = new BufferedInputStream(socket.getInputStream(), READ_BUFFER);
    this.out = socket.getOutputStream();
    renew();
    watch.add(this);
  }

  static Outbound open(URI base, Duration connectTime, Duration patience, Watch watch)
      throws IOException {
    boolean secure = "https".equals(base.getScheme());
    int port = base.getPort() >= 0 ? base.getPort() : secure ? 443 : 80;
    var socket = new Socket();
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.setTcpNoDelay(true);
      int limit = Math.toIntExact(connectTime.toMillis());
      socket.connect(new InetSocketAddress(base.getHost(), port), limit);
      return new Outbound(
          secure ? secured(socket, base.getHost(), port, limit) : socket, patience, watch);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  void renew() {
    deadline = System.nanoTime() + patience.toNanos();
  }

  void request(String method, String target, String host, List<Field> fields, Framing framing)
      throws IOException {
    var text =
        new StringBuilder(method)
            .append(' ')
            .append(target)
            .append(" HTTP/1.1\r\nHost: ")
            .append(host);
    text.append("\r\nConnection: close\r\n");
    for (var field : fields) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    switch (framing) {
      case Framing.Length(var bytes) when bytes > 0 ->
          text.append("Content-Length: ").append(bytes).append("\r\n");
      case Framing.Length _ ->
          text.append(method.equals("POST") || method.equals("PUT") ? "Content-Length: 0\r\n" : "");
      case Framing.Chunked() -> text.append("Transfer-Encoding: chunked\r\n");
      case Framing.UntilClose() ->
          throw new IllegalArgumentException("a request does not end with its connection");
    }
    out.write(Wire.bytes(text.append("\r\n").toString()));
  }

  void send(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    renew();
  }

  InputStream in() {
    return in;
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void cut() {
    close();
  }

  @Override
  public void close() {
    watch.remove(this);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket secured(Socket plain, String host, int port, int limit) throws IOException {
    var socket =
        (SSLSocket)
            ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(plain, host, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(limit);
    socket.startHandshake();
    socket.setSoTimeout(0);
    return socket;
  }
}

package tally.adapter.http;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import tally.delivery.port.Meter;

/// One accepted connection. Its writes say exactly how many bytes the socket took, and every
/// headway renews its time limit.
final class Connection implements Watch.Watched, AutoCloseable {

  /// What may be under way between the sides, unseen by the buyer's count, stays small beside a
  /// usual lag.
  static final int SEND_BUFFER = 256 * 1024;

  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final long LINGER_MAX = 1 << 20;
  static final int RECEIVE_BUFFER = 16 * 1024;
  private final SocketChannel channel;
  private final InputStream in;
  private final Duration patience;
  private volatile long deadline;
  private volatile boolean renewing;

  Connection(SocketChannel channel, Duration patience, Duration headTime) throws IOException {
    this.channel = channel;
    this.patience = patience;
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.in = new BufferedInputStream(new Awake(channel.socket().getInputStream()), RECEIVE_BUFFER);
    limit(headTime);
  }

  InputStream in() {
    return in;
  }

  /// Sets the time limit anew, from now.
  void limit(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
    renewing = false;
  }

  /// From now on each byte that moves renews the limit.
  void renew() {
    limit(patience);
    renewing = true;
  }

  void send(byte[] bytes, int offset, int length) throws IOException {
    var left = ByteBuffer.wrap(bytes, offset, length);
    while (left.hasRemaining()) {
      moved(channel.write(left));
    }
  }

  /// Sends what a meter granted, and tells it what went out, also where the connection breaks on
  /// the way.
  void send(byte[] bytes, int offset, int length, Meter meter) throws IOException {
    var left = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (left.hasRemaining()) {
        int out = channel.write(left);
        meter.passed(out, 0);
        moved(out);
      }
    } finally {
      meter.passed(0, left.remaining());
    }
  }

  /// Ends in peace: what is still under way from the peer is taken, for a moment, so that our
  /// answer is not lost to a reset.
  void finish() throws IOException {
    channel.shutdownOutput();
    limit(LINGER);
    in.skipNBytes(LINGER_MAX);
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
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void moved(int bytes) {
    if (renewing && bytes > 0) {
      deadline = System.nanoTime() + patience.toNanos();
    }
  }

  private final class Awake extends FilterInputStream {
    Awake(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = super.read(into, offset, length);
      moved(n);
      return n;
    }
  }
}

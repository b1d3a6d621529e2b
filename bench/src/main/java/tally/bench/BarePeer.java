package tally.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The least that any taker of webhooks does: checks the signature, commits one row, answers. A
/// program of its own, `BarePeer DATABASE SECRET`; prints `listening URL`.
final class BarePeer {

  private static final int BODY_MAX = 64 * 1024;
  private final HikariDataSource source;
  private final byte[] secret;

  private BarePeer(HikariDataSource source, String secret) {
    this.source = source;
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) throws IOException, SQLException {
    var source = new HikariDataSource();
    source.setJdbcUrl(arguments[0]);
    source.setMaximumPoolSize(20);
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "create table letter (signature text, body bytea not null, at timestamptz)");
    }
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", new BarePeer(source, arguments[1])::take);
    server.start();
    System.out.println("listening http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(BODY_MAX);
      var signature = exchange.getRequestHeaders().getFirst("Fake-Signature");
      boolean kept = signature != null && proven(body, signature) && keep(body, signature);
      exchange.sendResponseHeaders(kept ? 200 : 400, -1);
    }
  }

  /// @param signature `t=SECONDS,v1=HEX`
  private boolean proven(byte[] body, String signature) {
    var parts = signature.split(",", 2);
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((parts[0].substring(2) + ".").getBytes(StandardCharsets.UTF_8));
      return MessageDigest.isEqual(
          mac.doFinal(body), HexFormat.of().parseHex(parts[1].substring(3)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private boolean keep(byte[] body, String signature) {
    try (var connection = source.getConnection();
        var statement =
            connection.prepareStatement("insert into letter values (?, ?, clock_timestamp())")) {
      statement.setString(1, signature);
      statement.setBytes(2, body);
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

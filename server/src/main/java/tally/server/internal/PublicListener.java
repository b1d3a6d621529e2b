package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;
import tally.server.internal.Routes.Side;

/// The second listener, for other nodes and for gateways: `tally.public.address` and
/// `tally.public.port` (0 for any free one).
@Component
final class PublicListener implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

  private static final int HEADERS_MAX_BYTES = 32 * 1024;
  private final Environment environment;
  private final Connector connector;

  PublicListener(Environment environment) {
    this.environment = environment;
    this.connector = connector(environment);
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.addAdditionalConnectors(connector);
  }

  /// The port that is really open.
  int port() {
    int local = connector.getLocalPort();
    return local > 0 ? local : connector.getPort();
  }

  /// Which listener a request came in by; told from the socket, never from a header.
  Side side(HttpServletRequest request) {
    return request.getLocalPort() == port() ? Side.PUBLIC : Side.PRIVATE;
  }

  /// How others reach the public listener: `tally.public.url`, or this machine's loopback.
  String url() {
    return Optional.ofNullable(environment.getProperty("tally.public.url"))
        .filter(url -> !url.isBlank())
        .map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url)
        .orElseGet(() -> "http://127.0.0.1:" + port());
  }

  private static Connector connector(Environment environment) {
    var connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    connector.setPort(environment.getProperty("tally.public.port", Integer.class, 7071));
    connector.setXpoweredBy(false);
    if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
      protocol.setAddress(address(environment.getProperty("tally.public.address", "127.0.0.1")));
      protocol.setExecutor(new VirtualThreadTaskExecutor("public-"));
    }
    connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(HEADERS_MAX_BYTES));
    connector.setProperty("connectionTimeout", "20000");
    return connector;
  }

  private static InetAddress address(String name) {
    try {
      return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("tally.public.address: " + name, e);
    }
  }
}

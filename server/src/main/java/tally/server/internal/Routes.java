package tally.server.internal;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;
import static tally.server.internal.Routes.Access.ANYONE;
import static tally.server.internal.Routes.Access.OPERATOR;
import static tally.server.internal.Routes.Access.SIGNED_IN;
import static tally.server.internal.Routes.Side.PRIVATE;
import static tally.server.internal.Routes.Side.PUBLIC;

import java.util.List;
import org.springframework.http.HttpMethod;

/// Every route that a node answers, on which listener, and to whom. What is not listed here is
/// denied.
final class Routes {

  enum Side {
    PRIVATE,
    PUBLIC
  }

  enum Access {
    ANYONE,
    SIGNED_IN,
    OPERATOR
  }

  record Route(Side side, HttpMethod method, String pattern, Access access) {}

  private static final String API = "/api/v1";

  static final List<Route> ALL =
      List.of(
          new Route(PRIVATE, GET, "/", ANYONE),
          new Route(PRIVATE, GET, "/sign-in", ANYONE),
          new Route(PRIVATE, GET, "/tally.css", ANYONE),
          new Route(PRIVATE, GET, "/actuator/health", ANYONE),
          new Route(PRIVATE, GET, "/actuator/health/*", ANYONE),
          new Route(PRIVATE, GET, "/actuator/prometheus", ANYONE),
          api(GET, "/openapi.json", ANYONE),
          api(GET, "/node", ANYONE),
          api(POST, "/parties", ANYONE),
          api(POST, "/session", ANYONE),
          api(DELETE, "/session", SIGNED_IN),
          api(POST, "/session/link", SIGNED_IN),
          api(GET, "/me", SIGNED_IN),
          api(GET, "/balance", SIGNED_IN),
          api(POST, "/topups", SIGNED_IN),
          api(GET, "/topups", SIGNED_IN),
          api(GET, "/topups/{id}", SIGNED_IN),
          api(POST, "/topups/{id}/look", SIGNED_IN),
          api(POST, "/offerings", SIGNED_IN),
          api(GET, "/offerings", SIGNED_IN),
          api(GET, "/offerings/{id}", SIGNED_IN),
          api(DELETE, "/offerings/{id}", SIGNED_IN),
          api(POST, "/quotes", SIGNED_IN),
          api(POST, "/purchases", SIGNED_IN),
          api(GET, "/purchases", SIGNED_IN),
          api(GET, "/purchases/{id}", SIGNED_IN),
          api(POST, "/purchases/{id}/pause", SIGNED_IN),
          api(POST, "/purchases/{id}/resume", SIGNED_IN),
          api(POST, "/purchases/{id}/finish", SIGNED_IN),
          api(GET, "/purchases/{id}/vouchers", SIGNED_IN),
          api(GET, "/channels", SIGNED_IN),
          api(GET, "/me/disputes", SIGNED_IN),
          api(POST, "/me/disputes/{id}/appeal", SIGNED_IN),
          api(POST, "/refunds", SIGNED_IN),
          api(GET, "/refunds", SIGNED_IN),
          api(GET, "/refunds/{id}", SIGNED_IN),
          api(POST, "/reserve", OPERATOR),
          api(GET, "/reserve/{id}", OPERATOR),
          api(GET, "/book", OPERATOR),
          api(GET, "/entries", OPERATOR),
          api(POST, "/ledger/verify", OPERATOR),
          api(GET, "/transactions", OPERATOR),
          api(GET, "/payments", OPERATOR),
          api(GET, "/disputes", OPERATOR),
          api(GET, "/chargebacks", OPERATOR),
          api(GET, "/flows", OPERATOR),
          api(POST, "/flows/{id}/retry", OPERATOR),
          api(GET, "/networks", OPERATOR),
          api(POST, "/networks/{name}/resume", OPERATOR),
          new Route(PUBLIC, POST, "/webhooks/{gateway}", ANYONE),
          new Route(PUBLIC, POST, "/peer/access", ANYONE),
          new Route(PUBLIC, POST, "/peer/finish", ANYONE),
          new Route(PUBLIC, POST, "/pay/{delivery}", ANYONE));

  private Routes() {}

  private static Route api(HttpMethod method, String path, Access access) {
    return new Route(PRIVATE, method, API + path, access);
  }
}

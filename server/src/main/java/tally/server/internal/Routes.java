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
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;

/// Every route that a node answers, on which listener, and to whom. What is not listed here is
/// denied.
@Component
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

  static final List<Route> PROGRAMS =
      List.of(
          new Route(PRIVATE, GET, "/actuator/health", ANYONE),
          new Route(PRIVATE, GET, "/actuator/health/*", ANYONE),
          new Route(PRIVATE, GET, "/actuator/prometheus", ANYONE),
          api(GET, "/openapi.json", ANYONE),
          api(GET, "/node", ANYONE),
          api(POST, "/parties", ANYONE),
          api(POST, "/session", ANYONE),
          api(DELETE, "/session", SIGNED_IN),
          api(POST, "/session/link", SIGNED_IN),
          api(POST, "/session/follow", ANYONE),
          api(GET, "/me", SIGNED_IN),
          api(GET, "/balance", SIGNED_IN),
          api(GET, "/history", SIGNED_IN),
          api(GET, "/history/{id}", SIGNED_IN),
          api(POST, "/topups", SIGNED_IN),
          api(GET, "/topups", SIGNED_IN),
          api(GET, "/topups/{id}", SIGNED_IN),
          api(POST, "/topups/{id}/look", SIGNED_IN),
          api(POST, "/offerings", SIGNED_IN),
          api(GET, "/offerings", SIGNED_IN),
          api(GET, "/offerings/{id}", SIGNED_IN),
          api(DELETE, "/offerings/{id}", SIGNED_IN),
          api(POST, "/quotes", SIGNED_IN),
          api(GET, "/quotes/{id}", SIGNED_IN),
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
          api(GET, "/me/offerings", SIGNED_IN),
          api(GET, "/me/sales", SIGNED_IN),
          api(GET, "/me/income", SIGNED_IN),
          api(GET, "/me/power", SIGNED_IN),
          api(POST, "/me/power/{network}/release", SIGNED_IN),
          api(GET, "/me/releases", SIGNED_IN),
          api(GET, "/me/releases/{id}", SIGNED_IN),
          api(POST, "/refunds", SIGNED_IN),
          api(GET, "/refunds", SIGNED_IN),
          api(GET, "/refunds/waiting", OPERATOR),
          api(GET, "/refunds/decided", OPERATOR),
          api(GET, "/refunds/{id}", SIGNED_IN),
          api(POST, "/refunds/{id}/approve", OPERATOR),
          api(POST, "/refunds/{id}/decline", OPERATOR),
          api(POST, "/reserve", OPERATOR),
          api(GET, "/reserve", OPERATOR),
          api(GET, "/reserve/{id}", OPERATOR),
          api(GET, "/book", OPERATOR),
          api(GET, "/entries", OPERATOR),
          api(POST, "/ledger/verify", OPERATOR),
          api(GET, "/transactions", OPERATOR),
          api(GET, "/payments", OPERATOR),
          api(GET, "/disputes", OPERATOR),
          api(GET, "/disputes/{id}", OPERATOR),
          api(POST, "/disputes/{id}/contest", OPERATOR),
          api(POST, "/disputes/{id}/accept", OPERATOR),
          api(GET, "/chargebacks", OPERATOR),
          api(GET, "/flows", OPERATOR),
          api(POST, "/flows/{id}/retry", OPERATOR),
          api(GET, "/alarms", OPERATOR),
          api(POST, "/alarms/{id}/close", OPERATOR),
          api(GET, "/networks", OPERATOR),
          api(POST, "/networks/{name}/resume", OPERATOR),
          new Route(PUBLIC, POST, "/webhooks/{gateway}", ANYONE),
          new Route(PUBLIC, POST, "/peer/access", ANYONE),
          new Route(PUBLIC, POST, "/peer/finish", ANYONE),
          new Route(PUBLIC, POST, "/pay/{delivery}", ANYONE));

  /// What people's browsers ask for; a node with `tally.pages=false` has none of it.
  static final List<Route> PAGES =
      List.of(
          page(GET, "/", ANYONE),
          page(GET, "/in", ANYONE),
          page(GET, "/sign-in", ANYONE),
          page(POST, "/sign-in", ANYONE),
          page(GET, "/register", ANYONE),
          page(POST, "/register", ANYONE),
          page(POST, "/sign-out", SIGNED_IN),
          page(POST, "/look", ANYONE),
          page(GET, "/assets/*", ANYONE),
          page(GET, "/money", SIGNED_IN),
          page(POST, "/money", SIGNED_IN),
          page(GET, "/money/{id}", SIGNED_IN),
          page(GET, "/money/{id}/live", SIGNED_IN),
          page(GET, "/market", SIGNED_IN),
          page(GET, "/market/{id}", SIGNED_IN),
          page(POST, "/market/{id}", SIGNED_IN),
          page(GET, "/services", SIGNED_IN),
          page(POST, "/services", SIGNED_IN),
          page(GET, "/services/{id}", SIGNED_IN),
          page(POST, "/services/{id}", SIGNED_IN),
          page(GET, "/services/{id}/live", SIGNED_IN),
          page(GET, "/services/{id}/readings.csv", SIGNED_IN),
          page(GET, "/refund", SIGNED_IN),
          page(POST, "/refund", SIGNED_IN),
          page(GET, "/refund/{id}", SIGNED_IN),
          page(GET, "/refund/{id}/live", SIGNED_IN),
          page(GET, "/own", SIGNED_IN),
          page(POST, "/own/{network}", SIGNED_IN),
          page(GET, "/disputes", SIGNED_IN),
          page(POST, "/disputes/{id}/appeal", SIGNED_IN),
          page(GET, "/operate", OPERATOR),
          page(POST, "/operate/verify", OPERATOR),
          page(GET, "/operate/payments", OPERATOR),
          page(GET, "/operate/refunds", OPERATOR),
          page(POST, "/operate/refunds/{id}/approve", OPERATOR),
          page(POST, "/operate/refunds/{id}/decline", OPERATOR),
          page(GET, "/operate/disputes", OPERATOR),
          page(GET, "/operate/disputes/{id}", OPERATOR),
          page(POST, "/operate/disputes/{id}/contest", OPERATOR),
          page(POST, "/operate/disputes/{id}/accept", OPERATOR),
          page(GET, "/operate/queue", OPERATOR),
          page(POST, "/operate/flows/{id}/retry", OPERATOR),
          page(POST, "/operate/alarms/{id}/close", OPERATOR),
          page(GET, "/operate/reserve", OPERATOR),
          page(GET, "/sell", SIGNED_IN),
          page(GET, "/sell/live", SIGNED_IN),
          page(GET, "/sell/readings.csv", SIGNED_IN),
          page(GET, "/sell/offer", SIGNED_IN),
          page(POST, "/sell/offer", SIGNED_IN),
          page(POST, "/sell/{id}/remove", SIGNED_IN),
          page(GET, "/history", SIGNED_IN),
          page(GET, "/history/{id}", SIGNED_IN),
          page(GET, "/history.csv", SIGNED_IN));

  private final List<Route> all;

  /// @param pages whether this node has pages: `tally.pages`, true where it is not set
  Routes(@Value("${tally.pages:true}") boolean pages) {
    all = pages ? Stream.concat(PROGRAMS.stream(), PAGES.stream()).toList() : PROGRAMS;
  }

  List<Route> all() {
    return all;
  }

  private static Route page(HttpMethod method, String path, Access access) {
    return new Route(PRIVATE, method, path, access);
  }

  private static Route api(HttpMethod method, String path, Access access) {
    return new Route(PRIVATE, method, API + path, access);
  }
}

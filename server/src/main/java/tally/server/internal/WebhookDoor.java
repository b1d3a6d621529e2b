package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tally.payment.Inbox;

/// Where gateways tell us that something moved. The body is passed on byte for byte, since its
/// proof covers it so.
@RestController
class WebhookDoor {

  private static final int HEADERS_MAX = 100;
  private final Inbox inbox;

  WebhookDoor(Inbox inbox) {
    this.inbox = inbox;
  }

  @PostMapping("/webhooks/{gateway}")
  ResponseEntity<Void> receive(@PathVariable String gateway, HttpServletRequest request)
      throws IOException {
    return switch (inbox.receive(
        gateway, request.getInputStream().readAllBytes(), headers(request))) {
      case Inbox.Receipt.Taken _ -> ResponseEntity.ok().build();
      case Inbox.Receipt.Unproven _ ->
          throw new Refused("webhook_unproven", "The delivery's proof is wrong.");
      case Inbox.Receipt.NoSuchGateway _ -> throw Refused.notFound();
    };
  }

  /// Names in lower case; of a repeated header the first counts.
  private static Map<String, String> headers(HttpServletRequest request) {
    var headers = new HashMap<String, String>();
    for (var name : Collections.list(request.getHeaderNames())) {
      if (headers.size() < HEADERS_MAX) {
        headers.putIfAbsent(name.toLowerCase(Locale.ROOT), request.getHeader(name));
      }
    }
    return headers;
  }
}
